"""What is told of a reply after it has left: at the reply in the thread, and what came back also where somebody sees to it."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import Event
from enquiries.models import PickUp, PostingNotice
from tests.agents.scenes import address_of, arrived, came_back, told_of
from tests.people import NOON, City

TOLD = [
    ("BOUNCED", "Came back: the citizen has not got it"),
    ("DELAYED", "Sent, and delayed on its way"),
    ("READ", ">Read<"),
    ("DELIVERED", "Delivered"),
]


@pytest.mark.parametrize(("kind", "words"), TOLD)
def test_how_far_a_reply_came_stands_at_it_in_the_thread_and_on_its_page(
    kind: str, words: str, city: City, alice: Client
):
    posting = arrived(city)
    told_of(posting, kind, detail="The server said so.")

    thread = alice.get(address_of(posting.reply.answers)).content.decode()
    page = alice.get(f"/desk/postings/{posting.pk}/").content.decode()

    assert words.strip("><") in thread and words.strip("><") in page
    assert "The server said so." in page


def test_what_came_back_says_more_than_that_it_was_delivered(city: City, alice: Client):
    posting = arrived(city)
    told_of(posting, "DELIVERED")
    told_of(posting, "BOUNCED", code="5.1.1", detail="No such user here.")

    thread = alice.get(address_of(posting.reply.answers)).content.decode()

    assert "Came back: the citizen has not got it" in thread and "5.1.1 No such user here." in thread


def test_what_came_back_waits_for_somebody_with_its_owner(city: City, alice: Client):
    notice = came_back(city)

    page = alice.get("/desk/attention/").content.decode()

    assert "No such user here." in page and "5.1.1" in page
    assert "<bdi>Alice</bdi>" in page and f"/desk/postings/{notice.posting_id}/" in page


def test_bounce_of_nobody_knows_what_says_what_to_do(city: City, alice: Client):
    notice = came_back(city)
    PostingNotice.objects.create(
        account=notice.account, kind="UNKNOWN_BOUNCE", at=NOON, payload=notice.payload, detail="Mailbox full."
    )

    page = alice.get("/desk/attention/").content.decode()

    assert "It names no reply we know." in page and "Mailbox full." in page


def test_who_has_seen_to_it_is_on_record_and_it_leaves_the_list(city: City, alice: Client):
    notice = came_back(city)

    alice.post(f"/desk/attention/notices/{notice.pk}/seen/")

    notice.refresh_from_db()
    assert notice.seen_by == city.alice
    assert Event.objects.get(verb="notice.seen").actor_id == city.alice.pk
    assert "No such user here." not in alice.get("/desk/attention/").content.decode()
    assert alice.post(f"/desk/attention/notices/{notice.pk}/seen/").status_code == 404


def test_gap_of_a_pick_up_is_told_with_what_to_do(city: City, alice: Client):
    PickUp.objects.create(account=city.accounts["x"], due_at=NOON, warning="Older mentions could not be fetched.")

    page = alice.get("/desk/attention/").content.decode()

    assert "Older mentions could not be fetched." in page and "Look on the platform for what may be missing" in page
