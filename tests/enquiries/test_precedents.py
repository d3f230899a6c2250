"""Precedents: what is like this was answered, what the person may see, and nothing private beside a public reply."""

from __future__ import annotations

import pytest

from agents.access import visible_to
from enquiries.contract import Side
from enquiries.models import Enquiry, Message
from enquiries.queries.precedents import Precedent, precedents_of
from tests.people import City, arrive, fresh
from tests.standards import posted

pytestmark = pytest.mark.django_db
BIN = "My garden waste container was not emptied on Tuesday in Mill Lane."


def answered(city: City, kind: str, text: str, answer: str) -> Message:
    message = arrive(city, kind, text=text, author=f"{text[:20]}@example.org")
    posted(city, message, answer)
    return message


def precedents(city: City, message: Message, *, user=None) -> list[Precedent]:
    return precedents_of(
        fresh(message.enquiry_id), visible_to(user or city.alice), text=message.text, side=Side(message.side)
    )


def test_similar_enquiry_comes_with_its_answer(city: City):
    answered(city, "email", BIN, "We empty the garden waste container on Friday.")
    answered(city, "email", "The library is closed today.", "It opens at ten.")

    found = precedents(city, arrive(city, "email", text="Nobody emptied our container for garden waste."))

    assert [one.answer for one in found] == ["We empty the garden waste container on Friday."]


def test_beside_a_public_reply_only_public_answers_are_shown(city: City):
    answered(city, "email", BIN, "Private: your container is emptied on Friday.")
    answered(city, "x", f"{BIN} Please!", "Public: we empty it on Friday.")

    found = precedents(city, arrive(city, "x", text=BIN))

    assert [one.answer for one in found] == ["Public: we empty it on Friday."]
    assert len(precedents(city, arrive(city, "email", text=BIN))) == 2


def test_what_a_person_may_not_see_is_not_shown(city: City):
    answered(city, "email", BIN, "We empty it on Friday.")
    message = arrive(city, "email", text=BIN)

    assert precedents(city, message, user=city.charlie) == []


def test_unanswered_enquiries_are_no_precedents(city: City):
    arrive(city, "email", text=BIN, author="eli@example.org")

    assert precedents(city, arrive(city, "email", text=BIN)) == []


def test_same_topic_comes_first(city: City):
    roads = city.organisation.topics.get(name="Roads and street lights")
    first = answered(city, "email", BIN, "First.")
    answered(city, "email", BIN, "Second.")
    message = arrive(city, "email", text=BIN)
    Enquiry.objects.filter(pk__in=[first.enquiry_id, message.enquiry_id]).update(topic=roads)

    assert [one.answer for one in precedents(city, message)] == ["First.", "Second."]


@pytest.mark.parametrize("text", ["", "?!", "' | !( & :* \\", "a" * 5000, "日本語のゴミ", "'; DROP TABLE x; --"])
def test_any_text_is_asked_for_safely(city: City, text: str):
    assert isinstance(precedents(city, arrive(city, "email", text=text)), list)


def test_it_takes_two_queries(city: City, django_assert_num_queries):
    answered(city, "email", BIN, "We empty it on Friday.")
    message = arrive(city, "email", text=BIN)
    enquiry, mine = fresh(message.enquiry_id), visible_to(city.alice)

    with django_assert_num_queries(2):
        assert len(precedents_of(enquiry, mine, text=BIN, side=Side.PRIVATE)) == 1


def test_text_taken_for_another_language_is_found_by_its_words(city: City):
    before = answered(city, "email", BIN, "We empty it on Friday.")
    message = arrive(city, "email", text="Our garden waste containers: emptied again not.")
    Enquiry.objects.filter(pk=before.enquiry_id).update(language="nl")
    Enquiry.objects.filter(pk=message.enquiry_id).update(language="en")

    assert [one.answer for one in precedents(city, message)] == ["We empty it on Friday."]
