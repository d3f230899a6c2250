"""The list beside the composer: what fits, filled in; what is stale or private says so; what is inserted is remembered."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.models import Message, StandardInsertion
from tests.agents.scenes import address_of
from tests.people import City, arrive
from tests.standards import expire, posted, standard, written

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def message(city: City) -> Message:
    """A citizen's mail of today."""
    return arrive(city, "email", now=timezone.now())


def offered(client: Client, message: Message, **query: str) -> str:
    answer = client.get(address_of(message, then="standards/"), query, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def insert(client: Client, message: Message, version: int, **more: str):
    sent = {"version": str(version), "answers": str(message.pk), **more}
    return client.post(address_of(message, then="standards/insert/"), sent, headers=SCRIPT)


def test_enquiry_page_has_a_place_for_the_list(alice: Client, message: Message):
    assert 'id="standards"' in alice.get(address_of(message)).content.decode()


def test_words_are_shown_as_they_would_be_inserted(city: City, alice: Client, message: Message):
    standard(city)

    html = offered(alice, message)

    assert "Dear Dana Citizen, we empty your bin by" in html
    assert message.enquiry.reference in html


def test_what_is_not_known_is_marked(city: City, alice: Client, message: Message):
    standard(city, texts={"any": {"en": "About {topic}."}})

    assert "<mark>{topic}</mark>" in offered(alice, message)


def test_expired_answer_asks_for_a_second_step(city: City, alice: Client, message: Message):
    version = expire(standard(city), on=timezone.now().date().replace(year=2026, month=1, day=1))

    assert 'name="despite_expiry"' in offered(alice, message)
    refused = insert(alice, message, version.pk)
    assert refused.status_code == 409
    assert "has expired" in refused.json()["said"]
    assert insert(alice, message, version.pk, despite_expiry="1").status_code == 200
    assert StandardInsertion.objects.get().despite_expiry


def test_unapproved_answer_is_not_offered(city: City, alice: Client, message: Message):
    version = written(city)

    assert "Missed bin" not in offered(alice, message)
    assert insert(alice, message, version.pk).status_code == 409


def test_private_words_are_not_offered_for_a_public_reply(city: City, alice: Client):
    standard(city)
    comment = arrive(city, "facebook", now=timezone.now())

    html = offered(alice, comment)

    assert "{citizen_name}, {reference} is private" in html
    assert "data-insert" not in html
    assert "Dana" not in html


def test_insertion_gives_text_and_gaps(city: City, alice: Client, message: Message):
    version = standard(city, texts={"any": {"en": "About {topic}: {team}"}})

    told = insert(alice, message, version.pk).json()

    assert told["text"] == "About {topic}: Waste"
    assert told["gaps"] == ["{topic}"]
    assert "Still to be filled in: {topic}." in told["said"]


def test_language_is_chosen_by_hand_and_said(city: City, alice: Client, message: Message):
    standard(city, texts={"any": {"en": "Hello.", "nl": "Hallo."}})
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(language="ar")

    assert "there is no text in" in offered(alice, message)
    assert "Hallo." in offered(alice, message, language="nl")


@pytest.mark.parametrize("query", [{"answers": "x"}, {"language": "x" * 50}, {"q": "y" * 500}])
def test_nonsense_in_the_address_is_ignored(city: City, alice: Client, message: Message, query: dict[str, str]):
    standard(city)

    assert "Missed bin" in offered(alice, message, **query)


def test_message_of_another_enquiry_is_not_there(city: City, alice: Client, message: Message):
    other = arrive(city, "email", author="eli@example.org", now=timezone.now())

    answer = alice.get(address_of(message, then="standards/"), {"answers": other.pk})

    assert answer.status_code == 404


def test_answer_of_another_organisation_is_not_inserted(city: City, alice: Client, message: Message):
    from enquiries.models import Organisation

    version = standard(city)
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    type(version.answer).objects.filter(pk=version.answer_id).update(organisation=other)

    assert insert(alice, message, version.pk).status_code == 409
    assert "Missed bin" not in offered(alice, message)


def test_without_a_script_the_words_are_there_to_be_copied(city: City, alice: Client, message: Message):
    version = standard(city)

    assert "Missed bin" in alice.get(address_of(message, then="standards/")).content.decode()
    page = alice.post(address_of(message, then="standards/insert/"), {"version": version.pk, "answers": message.pk})
    assert "Copy these words into your reply" in page.content.decode()


def test_list_costs_the_same_for_more_answers(
    city: City, alice: Client, message: Message, django_assert_max_num_queries
):
    for number in range(8):
        standard(city, f"Answer {number}")

    with django_assert_max_num_queries(9):
        offered(alice, message)


def test_precedents_come_with_their_answers(city: City, alice: Client):
    posted(
        city, arrive(city, "email", text="My bin was not emptied in Mill Lane", author="e@example.org"), "On Friday."
    )
    message = arrive(city, "email", text="Bin not emptied, Mill Lane again", now=timezone.now())

    html = alice.get(address_of(message, then="precedents/"), headers=HTMX).content.decode()

    assert "On Friday." in html
    assert "On Friday." in alice.get(address_of(message, then="precedents/")).content.decode()
