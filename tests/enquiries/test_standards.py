"""Standard answers: two people for each wording, nothing stale unnoticed, refusals that say what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agents.models import Role
from audit.models import Event
from enquiries.models import StandardAnswerVersion
from enquiries.queries.standards import Standing, lines_of
from enquiries.services.standard_answers import standards
from enquiries.services.standard_answers.standards import FaultyTexts, NewerWords, StandardRefused
from tests.people import NOON, City, make_user
from tests.standards import MISSED_BIN, NEXT_YEAR, expire, head, standard, written

pytestmark = pytest.mark.django_db


def rewrite(city: City, version: StandardAnswerVersion, text: str, *, seen_n: int | None = None, by_id: int = 0):
    return standards.write_version(
        answer_id=version.answer_id,
        texts={"any": {"en": text}},
        by_id=by_id or city.charlie.pk,
        now=NOON,
        seen_n=version.n if seen_n is None else seen_n,
    )


def faults(city: City, texts) -> list[str]:
    with pytest.raises(FaultyTexts) as refused:
        written(city, texts=texts)
    return [fault.sentence for fault in refused.value.faults]


def test_new_answer_waits_for_another_supervisor(city: City):
    version = written(city)

    assert version.approved_at is None
    with pytest.raises(StandardRefused, match="another supervisor"):
        standards.approve_version(version_id=version.pk, by_id=city.charlie.pk, now=NOON)
    assert standards.approve_version(version_id=version.pk, by_id=city.bob.pk, now=NOON).approved_by == city.bob


def test_agent_neither_writes_nor_approves(city: City):
    version = written(city)

    with pytest.raises(StandardRefused, match="supervisor"):
        standards.approve_version(version_id=version.pk, by_id=city.alice.pk, now=NOON)
    with pytest.raises(StandardRefused, match="owner and supervisors"):
        rewrite(city, version, "Other words", by_id=city.alice.pk)
    with pytest.raises(StandardRefused, match="supervisor"):
        standards.add(
            organisation=city.organisation,
            head=head("Mine"),
            texts={"any": {"en": "x"}},
            by_id=city.alice.pk,
            now=NOON,
        )


def test_owner_writes_also_without_being_a_supervisor_any_more(city: City):
    version = standard(city)
    city.charlie.memberships.update(role=Role.AGENT)

    assert rewrite(city, version, "We come on {due}.").n == 2


def test_supervisor_of_another_organisation_approves_nothing(city: City):
    version = written(city)
    city.bob.memberships.all().delete()

    with pytest.raises(StandardRefused, match="supervisor"):
        standards.approve_version(version_id=version.pk, by_id=city.bob.pk, now=NOON)


def test_new_words_leave_the_approved_ones_in_use(city: City):
    version = standard(city)

    rewrite(city, version, "We come on {due}.")

    line = lines_of(city.organisation.standard_answers.all(), today=NOON.date(), now=NOON)[0]
    assert line.approved == version
    assert line.waiting is not None
    assert line.waiting.n == 2


def test_same_words_make_no_version(city: City):
    version = standard(city, texts={"any": {"en": "Same."}})

    assert rewrite(city, version, "Same.\r\n") == version


def test_stale_form_is_told_of_the_newer_words(city: City):
    version = standard(city)
    newer = rewrite(city, version, "Somebody else's words.")

    with pytest.raises(NewerWords) as refused:
        rewrite(city, version, "Mine.", seen_n=1)
    assert refused.value.version == newer


def test_only_the_newest_version_is_approved(city: City):
    version = written(city)
    rewrite(city, version, "Newer.")

    with pytest.raises(NewerWords):
        standards.approve_version(version_id=version.pk, by_id=city.bob.pk, now=NOON)


def test_placeholders_are_checked_with_the_nearest_name(city: City):
    said = faults(city, {"any": {"en": "Dear {citizen}, {due} {due} {{team}} }", "nl": "Geachte {zebra}"}})

    assert said == [
        "There is no placeholder {citizen}. Did you mean {citizen_name}?",
        "{due} stands here twice. Write it once.",
        "Write single braces around a placeholder, not {{.",
        "A brace } stands alone. Braces are only for placeholders.",
        "There is no placeholder {zebra}. Take one from the list.",
    ]


def test_private_placeholder_is_refused_on_a_public_channel(city: City):
    assert faults(city, {"x": {"en": "Dear {citizen_name}"}}) == [
        "{citizen_name} is private, and everybody can read this channel. Take it out."
    ]


def test_length_counts_as_the_channel_counts_with_long_names(city: City):
    said = faults(city, {"x": {"en": "a" * 270 + " {organisation}"}})

    assert said == ["Too long for X: up to 309 of 280 with long names. Shorten it by 29."]


def test_text_for_facebook_fits_the_narrower_of_its_sides(city: City):
    assert "Too long for Facebook: up to 2001 of 2000" in faults(city, {"facebook": {"en": "a" * 2001}})[0]


def test_text_for_any_channel_may_be_longer_than_a_post(city: City):
    assert written(city, texts={"any": {"en": "a" * 4000}}).n == 1


@pytest.mark.parametrize("texts", [{}, {"any": {"en": "  "}}, {"fax": {"en": "Hello"}}, {"any": {"xx": "Hello"}}])
def test_nothing_and_nonsense_are_refused(city: City, texts):
    assert faults(city, texts)


@pytest.mark.parametrize("until", [NOON.date(), NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=800)])
def test_answer_is_renewed_to_a_day_ahead_and_not_for_ever(city: City, until):
    version = standard(city)

    with pytest.raises(StandardRefused, match="after today"):
        standards.renew(answer_id=version.answer_id, until=until, by_id=city.bob.pk, now=NOON)


def test_renewing_is_written_down(city: City):
    version = expire(standard(city))

    standards.renew(answer_id=version.answer_id, until=NEXT_YEAR, by_id=city.bob.pk, now=NOON)

    event = Event.objects.get(verb="standard.renewed")
    assert (event.actor_id, event.data) == (city.bob.pk, {"until": "2027-09-01"})


def test_two_answers_in_use_have_two_titles(city: City):
    written(city)

    with pytest.raises(StandardRefused, match="title"):
        written(city)


def test_retired_answer_is_not_changed_and_frees_its_title(city: City):
    version = standard(city)
    standards.retire(answer_id=version.answer_id, by_id=city.bob.pk, now=NOON)

    with pytest.raises(StandardRefused, match="out of use"):
        rewrite(city, version, "Again.")
    assert written(city).n == 1


@pytest.mark.parametrize(
    ("days", "standing"),
    [(31, Standing.CURRENT), (30, Standing.EXPIRING), (0, Standing.EXPIRING), (-1, Standing.EXPIRED)],
)
def test_standing_follows_the_day(city: City, days: int, standing: Standing):
    expire(standard(city), on=NOON.date() + timedelta(days=days))

    assert lines_of(city.organisation.standard_answers.all(), today=NOON.date(), now=NOON)[0].standing is standing


def test_list_costs_three_queries_however_long(city: City, django_assert_num_queries):
    for number in range(5):
        standard(city, f"Answer {number}")

    with django_assert_num_queries(3):
        assert len(lines_of(city.organisation.standard_answers.all(), today=NOON.date(), now=NOON)) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enquiries_standardanswerversion SET texts = '{}' WHERE id = %(id)s",
        "UPDATE enquiries_standardanswerversion SET approved_by_id = author_id WHERE id = %(waiting)s",
        "UPDATE enquiries_standardanswerversion SET approved_by_id = NULL, approved_at = NULL WHERE id = %(id)s",
        "DELETE FROM enquiries_standardanswerversion WHERE id = %(id)s",
        "INSERT INTO enquiries_standardinsertion (enquiry_id, author_id, standard_id, text, despite_expiry, inserted_at) "
        "SELECT e.id, %(alice)s, %(waiting)s, 'x', false, now() FROM enquiries_enquiry e",
    ],
)
def test_database_keeps_approved_words(city: City, statement: str):
    from tests.people import arrive

    arrive(city)
    version = standard(city)
    waiting = rewrite(city, version, "Newer.")
    values = {"id": version.pk, "waiting": waiting.pk, "alice": city.alice.pk}

    with pytest.raises(IntegrityError), transaction.atomic():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement, values)


def test_stranger_supervisor_is_no_supervisor_here(city: City):
    from enquiries.models import Organisation, Team

    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    eve = make_user(other, "Eve", Role.SUPERVISOR, Team.objects.create(organisation=other, name="Waste"))

    with pytest.raises(StandardRefused):
        standards.approve_version(version_id=written(city).pk, by_id=eve.pk, now=NOON)


def test_text_is_kept_as_it_was_written(city: City):
    assert written(city, texts={"any": {"en": f"  {MISSED_BIN}\r\n"}}).texts == {"any": {"en": MISSED_BIN}}
