"""The training room: starting, asking for a look, and reading what was said."""

from __future__ import annotations

from django.test import Client

from enquiries.models import Enquiry, Review
from enquiries.rules.review import NAMES
from enquiries.services import replies
from practice.scenarios import SCENARIOS
from tests.people import NOON, City


def started(client: Client, key: str = "angry-tax") -> Enquiry:
    client.post(f"/desk/practice/{key}/start/")
    return Enquiry.objects.latest("pk")


def test_room_lists_every_scenario(city: City, alice: Client):
    page = alice.get("/desk/practice/").content.decode()

    assert page.count("/start/") == len(SCENARIOS)
    assert "nothing you write here leaves the building" in page


def test_start_leads_to_the_enquiry_in_ones_own_hands(city: City, alice: Client):
    answer = alice.post("/desk/practice/crisis/start/")

    enquiry = Enquiry.objects.get()
    assert answer["Location"] == f"/desk/enquiries/{enquiry.reference}/"
    assert alice.get(answer["Location"]).status_code == 200
    assert enquiry.assignee == city.alice


def test_unknown_scenario_is_missing(city: City, alice: Client):
    assert alice.post("/desk/practice/nothing/start/").status_code == 404


def test_practice_stands_in_no_count_of_the_desk(city: City, alice: Client):
    started(alice)

    page = alice.get("/desk/").content.decode()

    assert "STILL no answer" not in page
    assert "STILL no answer" in alice.get("/desk/?view=practice").content.decode()


def test_look_is_asked_for_done_and_read(city: City, alice: Client, bob: Client):
    enquiry = started(alice)
    message = enquiry.messages.get()
    replies.save_draft(
        enquiry_id=enquiry.pk, answers_id=message.pk, author_id=city.alice.pk, text="We are sorry.", now=NOON
    )

    alice.post(f"/desk/practice/{enquiry.reference}/ask/")
    review = Review.objects.get()
    page = bob.get(f"/desk/reviews/{review.pk}/").content.decode()
    assert "A good answer here" in page
    assert "We are sorry." in page
    bob.post(f"/desk/reviews/{review.pk}/", dict.fromkeys(NAMES, "3") | {"verdict": "COACH", "note": "Say when."})

    assert "Say when." in alice.get("/desk/practice/").content.decode()


def test_asking_without_words_says_what_to_do(city: City, alice: Client):
    enquiry = started(alice)

    answer = alice.post(f"/desk/practice/{enquiry.reference}/ask/", follow=True)

    assert "Write a reply first" in answer.content.decode()
    assert not Review.objects.exists()


def test_attempts_of_others_are_missing(city: City, alice: Client, bob: Client):
    enquiry = started(alice)

    assert bob.post(f"/desk/practice/{enquiry.reference}/ask/").status_code == 404
    assert enquiry.reference not in bob.get("/desk/practice/").content.decode()


def test_public_pages_do_not_know_of_practice(city: City, alice: Client, client: Client):
    started(alice)

    assert "Practice" not in client.get("/", follow=True).content.decode()
