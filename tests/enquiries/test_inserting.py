"""Inserting: the right text for channel, side and language; nothing stale or private by accident; what was changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.models import Event
from enquiries.models import Message, StandardAnswerUse, StandardInsertion
from enquiries.queries.standards import offered, usage_of
from enquiries.services import replies
from enquiries.services.replies.drafting import DraftRefused
from enquiries.services.standard_answers import inserting, standards
from enquiries.services.standard_answers.inserting import Because, ExpiredWords, InsertionRefused
from tests.people import NOON, City, arrive, draft, fresh
from tests.standards import expire, inserted, posted, standard, written

pytestmark = pytest.mark.django_db


def place(message: Message, author: str = "Alice Adams") -> inserting.Place:
    return inserting.place_of(fresh(message.enquiry_id), message, author_name=author, now=NOON)


def insert(city: City, version, message: Message, **how) -> inserting.Ready:
    return inserting.insert(version_id=version.pk, place=place(message), by_id=city.alice.pk, now=NOON, **how)


def test_private_text_is_filled_from_the_enquiry(city: City):
    message = arrive(city, "email")

    words = insert(city, standard(city), message)

    assert words.text.startswith("Dear Dana Citizen, we empty your bin by ")
    assert words.text.endswith(f"Your reference is {message.enquiry.reference}.")
    assert words.gaps == ()


def test_public_channel_gets_its_own_text(city: City):
    words = insert(city, standard(city), arrive(city, "x"))

    assert (words.kind, words.text[:22]) == ("x", "We empty your bin by W")


def test_text_with_a_private_gap_never_goes_into_a_public_reply(city: City):
    version = standard(city)

    with pytest.raises(InsertionRefused, match="citizen_name"):
        insert(city, version, arrive(city, "facebook"))
    assert not StandardInsertion.objects.exists()


def test_agent_signs_in_public_with_the_first_name(city: City):
    version = standard(city, texts={"any": {"en": "{agent_name} of {organisation}"}})

    assert insert(city, version, arrive(city, "x")).text == "Alice of Northwell City"
    assert insert(city, version, arrive(city, "email")).text == "Alice Adams of Northwell City"


def test_unknown_value_stays_a_gap_and_keeps_the_reply_from_being_submitted(city: City):
    message = arrive(city, "email")
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(topic=None)
    words = insert(city, standard(city, texts={"any": {"en": "About {topic}."}}), message)

    assert words.gaps == ("topic",)
    with pytest.raises(DraftRefused, match=r"\{topic\} is still to be filled in"):
        inserting.refuse_gaps(draft(city, message, text=words.text))


def test_promise_that_has_passed_is_not_promised_again(city: City):
    message = arrive(city, "email", now=NOON - timedelta(days=60))

    assert "due" in insert(city, standard(city), message).gaps


@pytest.mark.parametrize(
    ("spoken", "ours", "asked", "language", "because"),
    [
        ("nl", "en nl", "", "nl", Because.ENQUIRY),
        ("pl", "nl en", "", "nl", Because.ORGANISATION),
        ("", "en nl", "", "en", Because.ORGANISATION),
        ("nl", "nl en", "en", "en", Because.ASKED),
    ],
)
def test_language_is_the_citizens_before_the_organisations(
    city: City, spoken: str, ours: str, asked: str, language: str, because: Because
):
    version = standard(city, texts={"any": {"en": "Hello {team}", "nl": "Hallo {team}"}})
    message = arrive(city, "email")
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(language=spoken)
    city.organisation.languages = ours
    city.organisation.save()

    words = insert(city, version, message, language=asked)

    assert (words.language, words.because) == (language, because)


def test_dates_are_written_in_the_language_of_the_text(city: City):
    version = standard(city, texts={"any": {"nl": "Vandaag is het {today}."}})

    assert insert(city, version, arrive(city, "email")).text == "Vandaag is het woensdag 18 november 2026."


def test_unapproved_words_are_neither_offered_nor_inserted(city: City):
    version = written(city)

    assert offered(organisation_id=city.organisation.pk, topic_id=None, words="") == []
    with pytest.raises(InsertionRefused, match="not approved"):
        insert(city, version, arrive(city))


def test_words_that_a_newer_version_replaced_are_not_inserted(city: City):
    old = standard(city)
    newer = standards.write_version(
        answer_id=old.answer_id, texts={"any": {"en": "New."}}, by_id=city.charlie.pk, now=NOON, seen_n=1
    )
    standards.approve_version(version_id=newer.pk, by_id=city.bob.pk, now=NOON)

    with pytest.raises(InsertionRefused, match="newer version"):
        insert(city, old, arrive(city))


def test_expired_words_need_a_second_step_that_is_written_down(city: City):
    version, message = expire(standard(city)), arrive(city)

    with pytest.raises(ExpiredWords):
        insert(city, version, message)
    insert(city, version, message, despite_expiry=True)

    assert StandardInsertion.objects.get().despite_expiry
    event = Event.objects.get(verb="standard.inserted_expired")
    assert (event.actor_id, event.enquiry_id) == (city.alice.pk, message.enquiry_id)


def test_saying_it_of_words_that_are_right_records_nothing_special(city: City):
    insert(city, standard(city), arrive(city), despite_expiry=True)

    assert not StandardInsertion.objects.get().despite_expiry


def test_use_is_recorded_with_how_much_was_changed(city: City):
    message, version = arrive(city), standard(city)
    words = insert(city, version, message).text
    reply = draft(city, message, text=f"Good morning!\n\n{words.replace('empty your bin', 'come')}\n\nAlice")

    assert inserting.record_uses(reply, NOON) == 1

    use = StandardAnswerUse.objects.get()
    assert (use.standard, use.version) == (version, reply)
    assert 10 <= use.changed <= 40


def test_recording_twice_records_once(city: City):
    message, version = arrive(city), standard(city)
    reply = draft(city, message, text=insert(city, version, message).text)

    inserting.record_uses(reply, NOON)
    inserting.record_uses(reply, NOON)

    assert StandardAnswerUse.objects.get().changed == 0


def test_what_was_taken_out_again_is_no_use(city: City):
    message = arrive(city)
    insert(city, standard(city), message)

    assert inserting.record_uses(draft(city, message, text="We call you on Monday."), NOON) == 0


def test_two_answers_in_one_reply_are_two_uses(city: City):
    message = arrive(city)
    first = insert(city, standard(city), message).text
    opening = standard(city, "Opening hours", {"any": {"en": "Our desk in the town hall is open from nine to five."}})
    second = insert(city, opening, message).text

    assert inserting.record_uses(draft(city, message, text=f"{first}\n\n{second}"), NOON) == 2
    assert set(StandardAnswerUse.objects.values_list("changed", flat=True)) == {0}


def test_usage_counts_a_reply_once_and_the_citizen_who_asked_again(city: City):
    version = standard(city)
    message = arrive(city, "email", thread="t")
    reply = posted(city, message, "We come on Friday, early.")
    inserted(version, reply, reply.text)
    inserting.record_uses(reply, NOON)
    arrive(city, "email", thread="t", text="But when?", now=NOON + timedelta(hours=1))

    usage = usage_of([version.answer_id], now=NOON)[version.answer_id]

    assert (usage.uses, usage.changed, usage.reopened) == (1, 0, 1)


def test_words_typed_narrow_the_list_and_the_topic_comes_first(city: City):
    roads = city.organisation.topics.get(name="Roads and street lights")
    standard(city, "A missed bin")
    standard(city, "Street light out", {"any": {"en": "The lamp is mended by {due}."}}, topic=roads)

    def titles(words: str) -> list[str]:
        found = offered(organisation_id=city.organisation.pk, topic_id=roads.pk, words=words)
        return [one.answer.title for one in found]

    assert titles("") == ["Street light out", "A missed bin"]
    assert titles("LAMP mended") == ["Street light out"]
    assert titles("lamp zebra") == []
    assert titles("100% _ \x00") == []


def test_many_answers_are_filled_without_a_query_each(city: City, django_assert_num_queries):
    for number in range(6):
        standard(city, f"Answer {number}")
    where = place(arrive(city))
    versions = offered(organisation_id=city.organisation.pk, topic_id=None, words="")

    with django_assert_num_queries(0):
        assert len([inserting.ready(one, where, now=NOON) for one in versions]) == 6


def test_submission_keeps_what_was_used(city: City):
    message, version = arrive(city), standard(city)
    reply = draft(city, message, text=insert(city, version, message).text)

    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=reply.pk, now=NOON)

    assert StandardAnswerUse.objects.get().version == reply
