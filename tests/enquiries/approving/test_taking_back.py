"""Taking back: whatever the cause, postings, approval, reply and enquiry say the same afterwards, and what left is left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from enquiries.models import Approval, Attempt, Enquiry, Message, Posting, Reply, ReplyReturn
from enquiries.services import replies
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.replies.stopping import withdraw
from tests.enquiries.approving.records import about, ask_substitutes, events, standing, stands, the_return
from tests.people import NOON, City, approved, arrive, draft, fresh, posting_of, submitted

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=7)
GONE = "What it answers was taken down on the platform, so the reply did not leave. Nothing was posted."


def call_back(reply: Reply, by_id: int) -> None:
    replies.call_back(reply_id=reply.pk, by_id=by_id, now=LATER)


def citizen_wrote(enquiry_id: int) -> None:
    replies.void_because_citizen_wrote(enquiry=fresh(enquiry_id), now=LATER)


def gone(message: Message, *, root_id: str = "post-1", account_id: int | None = None, enquiry: Enquiry | None = None):
    replies.take_back_because_gone(
        enquiry=enquiry or fresh(message.enquiry_id),
        root_id=root_id,
        account_id=account_id or message.account_id,
        now=LATER,
    )


def unread(reply: Reply) -> None:
    again = Reply.objects.select_related("enquiry").get(pk=reply.pk)
    replies.take_back_unread(enquiry=again.enquiry, reply=again, why="The trust is gone.", now=LATER)


def begin_to_send(posting: Posting) -> None:
    Posting.objects.filter(pk=posting.pk).update(state="SENDING", lease_owner="w", lease_until=LATER)


def come_back_to_the_queue(posting: Posting, *, outcome: str) -> None:
    """Let one try have ended like this, after which the posting waits again."""
    begin_to_send(posting)
    Attempt.objects.create(
        posting=posting, n=1, worker="w", started_at=NOON, ended_at=NOON, outcome=outcome, detail="x"
    )
    path = ["QUEUED"] if outcome == "NOT_SENT" else ["UNKNOWN", "QUEUED"]
    for state in path:
        Posting.objects.filter(pk=posting.pk).update(state=state, lease_owner="", lease_until=None)


def stopped(approval: Approval) -> tuple[Any, ...]:
    """Say what has become of an approval and its postings."""
    approval.refresh_from_db()
    postings = Posting.objects.filter(approval=approval).order_by("route").values_list("state", "done_at")
    return approval.revoked_at, approval.revoked_reason, list(postings)


def a_return(approval: Approval, reason: str, note: str, *, by: int | None = None) -> dict[str, Any]:
    return {
        "version_id": approval.version_id,
        "returned_by_id": by,
        "reason": reason,
        "note": note,
        "serious": False,
        "returned_at": LATER,
    }


CANCELLED = ("CANCELLED", LATER)


def test_reply_that_is_called_back_is_stopped_on_all_its_ways(city: City):
    approval = approved(city, arrive(city, "web"))

    call_back(approval.reply, city.alice.pk)

    assert stopped(approval) == (LATER, "called back", [CANCELLED, CANCELLED])
    assert standing(approval.reply_id) == stands("RETURNED", "OPEN")
    assert the_return() == a_return(approval, "OTHER", "Called back before it left.", by=city.alice.pk)
    told = about(approval.reply, by=city.alice.pk, at=LATER, reason="OTHER", serious=False)
    assert events("reply.returned") == [told]


def test_what_is_not_approved_is_not_called_back(city: City):
    version = submitted(city, arrive(city))

    with pytest.raises(SomebodyWasFaster, match="too late to call this reply back"):
        call_back(version.reply, city.alice.pk)

    assert standing(version.reply_id)["state"] == "SUBMITTED"


def test_other_replies_keep_their_postings(city: City):
    other = approved(city, arrive(city, author="eli@example.org"))

    call_back(approved(city, arrive(city)).reply, city.alice.pk)

    assert stopped(other) == (None, "", [("QUEUED", None)])


@pytest.mark.parametrize("stop", ["call back", "citizen wrote", "gone", "unread"])
def test_what_is_being_sent_is_stopped_by_nobody(city: City, stop: str):
    message = arrive(city, "x", root_id="post-1")
    approval = approved(city, message)
    begin_to_send(posting_of(approval))
    before = standing(approval.reply_id)

    if stop == "call back":
        with pytest.raises(SomebodyWasFaster):
            call_back(approval.reply, city.alice.pk)
    elif stop == "citizen wrote":
        citizen_wrote(message.enquiry_id)
    elif stop == "gone":
        gone(message)
    else:
        unread(approval.reply)

    assert stopped(approval) == (None, "", [("SENDING", None)])
    assert standing(approval.reply_id) == before
    assert not ReplyReturn.objects.exists()


def test_reply_of_which_one_way_may_have_gone_out_is_not_stopped_on_the_other(city: City):
    approval = approved(city, arrive(city, "web"))
    Posting.objects.filter(approval=approval, route=0).update(state="NEEDS_PERSON", parked_at=NOON)

    with pytest.raises(SomebodyWasFaster):
        call_back(approval.reply, city.alice.pk)

    assert Posting.objects.get(approval=approval, route=1).state == "QUEUED"


def test_try_that_certainly_did_not_leave_hinders_nobody(city: City):
    approval = approved(city, arrive(city))
    come_back_to_the_queue(posting_of(approval), outcome="NOT_SENT")

    call_back(approval.reply, city.alice.pk)

    assert stopped(approval) == (LATER, "called back", [CANCELLED])


def test_try_that_may_have_left_keeps_it_from_being_called_back(city: City):
    approval = approved(city, arrive(city))
    come_back_to_the_queue(posting_of(approval), outcome="UNCERTAIN")

    with pytest.raises(SomebodyWasFaster):
        call_back(approval.reply, city.alice.pk)

    assert stopped(approval) == (None, "", [("QUEUED", None)])


def test_newer_words_of_the_citizen_stop_what_was_approved(city: City):
    approval = approved(city, arrive(city))

    citizen_wrote(approval.reply.enquiry_id)

    assert stopped(approval) == (LATER, "CITIZEN_WROTE", [CANCELLED])
    assert standing(approval.reply_id) == stands("RETURNED", "OPEN")
    assert the_return() == a_return(approval, "CITIZEN_WROTE", "")
    told = about(approval.reply, by=None, at=LATER, reason="CITIZEN_WROTE", serious=False)
    assert events("reply.returned") == [told]


@pytest.mark.parametrize("is_late", [False, True])
def test_newer_words_of_the_citizen_take_back_what_waits(city: City, is_late: bool):
    version = submitted(city, arrive(city))
    if is_late:
        ask_substitutes(version.reply_id)

    citizen_wrote(version.reply.enquiry_id)

    assert standing(version.reply_id) == stands("RETURNED", "OPEN")
    assert the_return()["reason"] == "CITIZEN_WROTE"


def test_newer_words_touch_no_draft_and_no_other_enquiry(city: City):
    waiting = submitted(city, arrive(city, author="eli@example.org"))
    written = draft(city, arrive(city))

    citizen_wrote(written.reply.enquiry_id)

    assert [standing(version.reply_id)["state"] for version in (waiting, written)] == ["SUBMITTED", "DRAFT"]
    assert not ReplyReturn.objects.exists()


def test_reply_to_a_post_that_is_gone_comes_back_with_words(city: City):
    message = arrive(city, "x", root_id="post-1")
    approval = approved(city, message)

    gone(message)

    assert stopped(approval) == (LATER, "GONE", [CANCELLED])
    assert standing(approval.reply_id) == stands("RETURNED", "OPEN")
    assert the_return() == a_return(approval, "PLATFORM", GONE)
    assert events("reply.returned")[0]["data"] == {"reason": "PLATFORM", "serious": False}


def test_reply_that_waits_to_answer_what_is_gone_comes_back(city: City):
    message = arrive(city, "x", root_id="post-1")
    version = submitted(city, message)

    gone(message)

    assert standing(version.reply_id) == stands("RETURNED", "OPEN")


def test_reply_to_another_post_stays(city: City):
    message = arrive(city, "x", root_id="post-1")
    version = submitted(city, message)
    elsewhere = arrive(city, "facebook", root_id="post-1", author="eli")

    gone(message, root_id="post-10")
    gone(message, account_id=elsewhere.account_id)
    gone(message, enquiry=elsewhere.enquiry)

    assert standing(version.reply_id)["state"] == "SUBMITTED"
    assert not ReplyReturn.objects.exists()


def test_reply_that_was_to_leave_unread_comes_back_and_says_why(city: City):
    approval = approved(city, arrive(city))

    unread(approval.reply)

    note = "It was to leave unread, and that has changed: The trust is gone. Submit it again; a person reads it then."
    assert stopped(approval) == (LATER, "NOT_FREE_ANY_MORE", [CANCELLED])
    assert standing(approval.reply_id) == stands("RETURNED", "OPEN")
    assert the_return() == a_return(approval, "OTHER", note)


def test_reply_that_waits_for_a_person_is_not_taken_back_as_unread(city: City):
    version = submitted(city, arrive(city))

    unread(version.reply)

    assert standing(version.reply_id)["state"] == "SUBMITTED"
    assert not ReplyReturn.objects.exists()


@pytest.mark.parametrize("is_late", [False, True])
def test_reply_that_waits_and_is_given_up_is_waited_for_no_more(city: City, is_late: bool):
    version = submitted(city, arrive(city))
    if is_late:
        ask_substitutes(version.reply_id)
    reply = Reply.objects.select_related("enquiry").get(pk=version.reply_id)

    withdraw(reply.enquiry, reply, LATER)

    assert standing(reply.pk) == stands("WITHDRAWN", "OPEN")
    assert events("reply.withdrawn") == [about(reply, by=None, at=LATER)]


def test_draft_that_is_given_up_leaves_its_enquiry_where_it_is(city: City):
    version = draft(city, arrive(city))
    reply = Reply.objects.select_related("enquiry").get(pk=version.reply_id)

    withdraw(reply.enquiry, reply, LATER)

    assert standing(reply.pk) == stands("WITHDRAWN", "OPEN")
    assert not ReplyReturn.objects.exists()
