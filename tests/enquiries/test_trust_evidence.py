"""What the replies of an organisation say about their authors, counted in one statement."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Role
from enquiries.models import ChannelAccount, Review, Topic, TrustStep
from enquiries.queries.trust import Rung, evidence, standings, times_of, weekly
from enquiries.rules.trust import Level
from tests.enquiries.histories import HOUR, Past, plant
from tests.people import NOON, City, make_user

DAY = timedelta(days=1)


def count(city: City, **how):
    held = standings(city.organisation.pk)
    return evidence(city.organisation.pk, held, now=NOON, **how)


def test_each_outcome_is_counted_once(city: City):
    outcomes = ["unchanged", "unchanged", "edited", "returned", "serious", "released"]
    plant(city, [Past(city.alice, NOON - 9 * DAY, came) for came in outcomes])

    found = count(city)[Rung(city.alice.pk, "email", None)]

    assert (found.submitted, found.approved, found.unchanged) == (6, 5, 2)
    assert (found.edited, found.returned, found.released, found.serious) == (1, 2, 1, 1)
    assert (found.first_on, found.last_serious_on) == ((NOON - 9 * DAY).date(), (NOON - 9 * DAY).date())


def test_edit_by_the_approver_tells_about_the_author_not_about_the_approver(city: City):
    plant(city, [Past(city.alice, NOON - DAY, "edited")])

    assert set(count(city)) == {Rung(city.alice.pk, "email", None)}


def test_citizen_who_writes_again_within_a_week_is_counted(city: City):
    plant(city, [Past(city.alice, NOON - 9 * DAY, again=True), Past(city.alice, NOON - 9 * DAY)])

    found = count(city)[Rung(city.alice.pk, "email", None)]

    assert (found.answered, found.reopened) == (2, 1)


def test_marks_of_reviews_are_averaged(city: City):
    plant(city, [Past(city.alice, NOON - DAY, "released", marks=marks) for marks in (3, 4)])

    found = count(city)[Rung(city.alice.pk, "email", None)]

    assert (found.reviews, found.marks, found.share_helped) == (2, 3.5, None)


def test_what_citizens_said_is_counted_by_whom_it_was_said_of(city: City):
    ben = make_user(city.organisation, "Ben", Role.AGENT, city.waste)
    told = ["HELPED", "HELPED", "PARTLY", "NOT_HELPED", "HELPED", ""]
    plant(city, [Past(city.alice, NOON - 9 * DAY, said=said) for said in told])
    plant(city, [Past(ben, NOON - 9 * DAY, said="NOT_HELPED"), Past(ben, NOON - HOUR, said="HELPED")])

    found = count(city)

    alices, bens = (found[Rung(who.pk, "email", None)] for who in (city.alice, ben))
    assert (alices.answered, alices.said, alices.helped, alices.share_helped) == (6, 5, 3, 0.6)
    assert (bens.said, bens.helped, bens.share_helped) == (1, 0, None)


def test_look_that_a_citizen_set_off_gives_no_marks(city: City):
    replies = plant(city, [Past(city.alice, NOON - 3 * DAY, marks=5), Past(city.alice, NOON - 3 * DAY)])
    version = replies[1].versions.get()
    Review.objects.create(
        version=version,
        author=city.alice,
        kind="CITIZEN",
        asked_at=NOON - DAY,
        reviewer=city.bob,
        verdict="SERIOUS",
        marks={"correct": 1},
        done_at=NOON - HOUR,
    )

    found = count(city)[Rung(city.alice.pk, "email", None)]

    assert (found.reviews, found.marks, found.serious) == (1, 5.0, 1)


def test_practice_is_no_evidence(city: City):
    practice = ChannelAccount.objects.create(
        organisation=city.organisation, kind="practice", name="Practice", external_id="practice"
    )
    plant(city, [Past(city.alice, NOON - DAY)], account=practice)

    assert count(city) == {}


def test_topic_with_a_level_of_its_own_has_figures_of_its_own(city: City):
    waste = Topic.objects.get(name="Waste and recycling")
    rung = {"organisation": city.organisation, "user": city.alice, "kind": "email"}
    TrustStep.objects.create(**rung, topic=waste, level="CHECKED", reason="Delicate.", decided_at=NOON - 99 * DAY)
    plant(city, [Past(city.alice, NOON - DAY, topic=waste), Past(city.alice, NOON - DAY), Past(city.alice, NOON - DAY)])

    found = count(city)

    assert found[Rung(city.alice.pk, "email", waste.pk)].approved == 1
    assert found[Rung(city.alice.pk, "email", None)].approved == 2


def test_figures_start_anew_with_each_level_and_not_with_a_mere_delay(city: City):
    plant(city, [Past(city.alice, NOON - 50 * DAY), Past(city.alice, NOON - 10 * DAY)])
    rung = {"organisation": city.organisation, "user": city.alice, "kind": "email", "decided_by": city.bob}
    TrustStep.objects.create(**rung, level="SAMPLED", percent=20, reason="Good.", decided_at=NOON - 20 * DAY)
    TrustStep.objects.create(**rung, level="SAMPLED", percent=20, reason="Not yet.", decided_at=NOON - 5 * DAY)

    found = count(city)[Rung(city.alice.pk, "email", None)]

    assert (found.approved, found.level_since) == (1, (NOON - 20 * DAY).date())
    assert found.first_on == (NOON - 50 * DAY).date()
    assert standings(city.organisation.pk)[Rung(city.alice.pk, "email", None)].level is Level.SAMPLED


def test_other_organisation_is_not_counted(city: City):
    plant(city, [Past(city.alice, NOON - DAY)])

    assert evidence(city.organisation.pk + 1, {}, now=NOON) == {}


def test_one_persons_figures_are_the_same_alone(city: City):
    ben = make_user(city.organisation, "Ben", Role.AGENT, city.waste)
    plant(city, [Past(who, NOON - DAY, came) for who in (ben, city.alice) for came in ("edited", "unchanged")])

    rung = Rung(ben.pk, "email", None)

    assert count(city, author_id=ben.pk) == {rung: count(city)[rung]}


def test_all_of_it_takes_three_statements(city: City):
    plant(city, [Past(city.alice, NOON - DAY)])

    with CaptureQueriesContext(
        connection,
    ) as seen:
        count(city)
        weekly(city.organisation.pk, now=NOON)

    assert len(seen) == 3


def test_weeks_run_from_the_oldest_to_this_one(city: City):
    plant(city, [Past(city.alice, NOON - 3 * DAY), Past(city.alice, NOON - 3 * DAY, "edited")])

    weeks = weekly(city.organisation.pk, now=NOON)[(city.alice.pk, "email")]

    assert weeks == [(0, 0)] * 9 + [(2, 1)]


def test_own_times_are_the_median(city: City):
    plant(city, [Past(city.alice, NOON - 3 * DAY)])

    (times,) = times_of(city.organisation.pk, author_id=city.alice.pk, now=NOON)

    assert (times.kind, times.replies) == ("email", 1)
    assert (times.writing, times.approving) == (timedelta(hours=1), timedelta(hours=2))
