"""The life of an enquiry through the services alone."""

from datetime import timedelta

import pytest

from enquiries.contract import Receipt
from enquiries.models import Clock, Enquiry, Posting, Reply
from enquiries.rules.approval import AuthorCannotApprove, NotASupervisor, StaleVersion
from enquiries.services import replies
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, draft, fresh, posting_of, submitted

LATER = NOON + timedelta(minutes=10)


def test_message_opens_an_enquiry_with_a_running_clock(city: City):
    message = arrive(city, "x")

    clock = Clock.objects.get(enquiry=message.enquiry)
    assert message.enquiry.state == Enquiry.State.NEW
    assert clock.due_at == NOON + timedelta(hours=2)
    assert fresh(message.enquiry_id).due_at == clock.due_at


def test_second_message_of_the_thread_joins_the_enquiry(city: City):
    first = arrive(city, "x", thread="t1")

    second = arrive(city, "x", thread="t1")

    assert second.enquiry_id == first.enquiry_id


def test_another_person_in_the_same_thread_gets_an_enquiry_of_their_own(city: City):
    first = arrive(city, "email", thread="t1")

    second = arrive(city, "email", thread="t1", author="eli@example.org")

    assert second.enquiry_id != first.enquiry_id


def test_whoever_drafts_first_has_the_enquiry(city: City):
    enquiry = draft(city, arrive(city)).reply.enquiry

    assert (fresh(enquiry.pk).assignee_id, fresh(enquiry.pk).state) == (city.alice.pk, Enquiry.State.OPEN)


def test_approved_reply_is_queued_once(city: City):
    approval = approved(city, arrive(city, "x"))

    assert Posting.objects.filter(reply=approval.reply).count() == 1
    assert fresh(approval.reply.enquiry_id).state == Enquiry.State.POSTING


def test_author_cannot_approve_the_own_reply(city: City):
    version = submitted(city, arrive(city))

    with pytest.raises(AuthorCannotApprove):
        replies.approve(
            reply_id=version.reply_id,
            approver_id=city.alice.pk,
            seen_sha256=bytes(version.content_sha256).hex(),
            now=LATER,
        )


def test_supervisor_of_another_team_cannot_approve(city: City):
    version = submitted(city, arrive(city))

    with pytest.raises(NotASupervisor):
        replies.approve(
            reply_id=version.reply_id,
            approver_id=city.charlie.pk,
            seen_sha256=bytes(version.content_sha256).hex(),
            now=LATER,
        )


def test_stale_tab_cannot_approve_a_newer_version(city: City):
    message = arrive(city)
    first = submitted(city, message)
    submitted(city, message, text="Changed words.")

    with pytest.raises(StaleVersion):
        replies.approve(
            reply_id=first.reply_id,
            approver_id=city.bob.pk,
            seen_sha256=bytes(first.content_sha256).hex(),
            now=LATER,
        )


def test_edit_takes_a_submitted_reply_back(city: City):
    message = arrive(city)
    version = submitted(city, message)

    draft(city, message, text="Better words.")

    assert Reply.objects.get(pk=version.reply_id).state == Reply.State.DRAFT
    assert fresh(message.enquiry_id).state == Enquiry.State.OPEN


def test_new_message_of_the_citizen_voids_an_approval_and_says_so(city: City):
    approval = approved(city, arrive(city, thread="t"))

    arrive(city, thread="t", text="It has been solved.")

    reply = Reply.objects.get(pk=approval.reply_id)
    approval.refresh_from_db()
    assert approval.revoked_at is not None
    assert posting_of(approval).state == Posting.State.CANCELLED
    assert reply.state == Reply.State.RETURNED
    assert approval.version.returns.get().reason == "CITIZEN_WROTE"
    assert fresh(reply.enquiry_id).state == Enquiry.State.OPEN


def test_posted_reply_stops_the_clock_and_shows_as_a_message(city: City):
    approval = approved(city, arrive(city, "x"))
    posting = posting_of(approval)
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=LATER + timedelta(minutes=1), attempts=1
    )
    posting.refresh_from_db()

    outcomes.posted(posting, receipt=Receipt(external_id="99"), now=LATER)

    enquiry = fresh(approval.reply.enquiry_id)
    assert enquiry.state == Enquiry.State.ANSWERED
    assert enquiry.due_at is None
    assert enquiry.clocks.get().state == Clock.State.MET
    assert enquiry.messages.filter(direction="OUT").get().external_id == "99"


def test_web_enquiry_with_an_address_goes_to_the_page_and_by_mail(city: City):
    approval = approved(city, arrive(city, "web"))

    routes = Posting.objects.filter(reply=approval.reply).order_by("route").values_list("account__kind", flat=True)
    assert list(routes) == ["web", "email"]
