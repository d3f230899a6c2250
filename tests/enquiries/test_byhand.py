"""What somebody wrote on the platform itself is kept beside our replies, and never taken for one of them or instead of one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.contract import OwnPost, Receipt
from enquiries.models import ContextPost, Message, Posting
from enquiries.services.incoming import receipts
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, posting_of

pytestmark = pytest.mark.django_db


def mention(city: City) -> Message:
    return arrive(city, "x", external_id="100", root_id="100", thread="100:dana")


def seen(city: City, *, number: str = "555", parent: str = "100", text: str = "Solved by phone.") -> bool:
    post = OwnPost(external_id=number, text=text, occurred_at=NOON, parent_id=parent)
    return receipts.own_post_seen(account=city.accounts["x"], post=post, now=NOON)


def by_hand() -> list[str]:
    return list(Message.objects.filter(direction="OUT", posting=None).values_list("external_id", flat=True))


def sending(message: Message, city: City, *, state: str = "SENDING") -> Posting:
    one = posting_of(approved(city, message))
    Posting.objects.filter(pk=one.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    one.attempts_made.create(n=1, worker="w", started_at=NOON)
    if state != "SENDING":
        Posting.objects.filter(pk=one.pk).update(state=state, lease_owner="", lease_until=None)
    return Posting.objects.select_related("account", "version", "reply").get(pk=one.pk)


def test_own_answer_by_hand_stands_in_its_enquiry(city: City):
    message = mention(city)

    seen(city)

    kept = Message.objects.get(external_id="555")
    assert (kept.enquiry_id, kept.direction, kept.side, kept.text) == (
        message.enquiry_id,
        "OUT",
        "PUBLIC",
        "Solved by phone.",
    )


def test_same_answer_by_hand_is_kept_once(city: City):
    mention(city)

    seen(city)
    seen(city)

    assert by_hand() == ["555"]


@pytest.mark.parametrize("parent", ["", "999"])
def test_own_post_that_answers_nothing_we_know_is_not_kept(city: City, parent: str):
    mention(city)

    seen(city, parent=parent)

    assert by_hand() == []


@pytest.mark.parametrize("state", ["SENDING", "UNKNOWN", "QUEUED"])
def test_post_that_may_be_a_posting_of_ours_waits(city: City, state: str):
    sending(mention(city), city, state=state)

    seen(city)

    assert by_hand() == []
    assert ContextPost.objects.get().is_ours


def test_post_that_was_the_posting_is_not_kept_a_second_time(city: City):
    one = sending(mention(city), city)
    seen(city, number="777", text="We come tomorrow.")

    outcomes.posted(one, receipt=Receipt(external_id="777"), now=NOON)

    assert by_hand() == []
    assert Message.objects.get(external_id="777").posting_id == one.pk


def test_post_that_was_not_the_posting_is_kept_once_that_has_ended(city: City):
    one = sending(mention(city), city)
    seen(city)

    outcomes.posted(one, receipt=Receipt(external_id="777"), now=NOON)

    assert by_hand() == ["555"]


def test_read_back_still_finds_our_own_post_after_it_came_back(city: City):
    one = sending(mention(city), city, state="UNKNOWN")
    seen(city, number="777", text="We come tomorrow.")

    outcomes.found(one, receipt=Receipt(external_id="777"), now=NOON)

    one.refresh_from_db()
    assert one.state == "POSTED"


def test_post_that_waited_is_kept_when_the_posting_was_refused(city: City):
    one = sending(mention(city), city)
    seen(city)

    outcomes.refused(one, error="No.", fix="Write otherwise.", code="403", now=NOON)

    assert by_hand() == ["555"]


def test_post_that_a_person_saw_is_not_kept_a_second_time(city: City):
    one = sending(mention(city), city, state="UNKNOWN")
    Posting.objects.filter(pk=one.pk).update(state="NEEDS_PERSON", parked_at=NOON)
    seen(city, number="777", text="We come tomorrow.")

    outcomes.decide_it_is_there(one.pk, by_id=city.bob.pk, external_id="https://x.com/northwell/status/777", now=NOON)

    assert by_hand() == []
