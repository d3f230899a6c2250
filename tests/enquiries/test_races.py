"""Two at once, on two connections: exactly one wins, and the other is told or changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection

from enquiries.models import Approval, Enquiry, Message, Payload, Posting, Reply, ReplyVersion
from enquiries.rules.approval import ApprovalRefused
from enquiries.services import replies, triage
from enquiries.services.incoming import intake
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.replies.drafting import DraftRefused, NewerVersion
from tests.people import NOON, arrive, draft, make_city, submitted
from worklist import queue

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads of their own that start together. Gives what each returned or raised."""
    ready = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[place] = act()
        except (ApprovalRefused, SomebodyWasFaster, DraftRefused, DatabaseError) as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def approve(version: ReplyVersion, who: int) -> Approval:
    seen = bytes(version.content_sha256).hex()
    approval = replies.approve(reply_id=version.reply_id, approver_id=who, seen_sha256=seen, now=NOON)
    assert isinstance(approval, Approval)
    return approval


def test_eight_clicks_on_approve_make_one_posting():
    city = make_city()
    version = submitted(city, arrive(city, "x"))

    results = at_once(*[lambda: approve(version, city.bob.pk)] * 8)

    assert sum(isinstance(result, Approval) for result in results) == 1
    assert Posting.objects.count() == 1


def test_edit_and_approve_at_once_never_approve_what_was_not_seen():
    city = make_city()
    for _ in range(10):
        message = arrive(city, "x")
        version = submitted(city, message)

        at_once(partial(approve, version, city.bob.pk), partial(draft, city, message, text="Something else."))

        reply = Reply.objects.get(pk=version.reply_id)
        newest = replies.newest_version(reply)
        approved = Approval.objects.filter(reply=reply, revoked_at__isnull=True).first()
        assert (approved is None) == (newest.n == 2)
        assert reply.state == ("APPROVED" if approved else "DRAFT")


def test_citizen_who_writes_while_it_is_approved_is_never_overlooked():
    city = make_city()
    for round_ in range(10):
        message = arrive(city, "x", thread=f"t{round_}")
        version = submitted(city, message)

        at_once(
            partial(approve, version, city.bob.pk),
            partial(arrive, city, "x", thread=f"t{round_}", external_id=f"second-{round_}", text="Stop!"),
        )

        reply = Reply.objects.get(pk=version.reply_id)
        assert reply.state == "RETURNED"
        assert not Posting.objects.filter(reply=reply, state="QUEUED").exists()
        assert Enquiry.objects.get(pk=message.enquiry_id).state == "OPEN"


def test_one_message_that_arrives_ten_times_at_once_is_one_payload():
    account = make_city().accounts["email"].pk

    results = at_once(
        *[lambda: intake.accept_payload(account_id=account, source="SMTP", external_id="m1", raw=b"x", now=NOON)] * 10
    )

    assert sum(accepted.is_new for accepted in results) == 1  # type: ignore[attr-defined]
    assert Payload.objects.count() == 1


def test_two_messages_of_one_thread_at_once_open_one_enquiry():
    city = make_city()

    at_once(*[partial(arrive, city, "x", thread="t", external_id=f"post-{n}") for n in range(4)])

    assert Enquiry.objects.count() == 1
    assert Message.objects.count() == Payload.objects.count()


def test_two_agents_who_claim_at_once_do_not_share_it():
    city = make_city()
    enquiry = arrive(city).enquiry

    results = at_once(
        lambda: triage.claim(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON),
        lambda: triage.claim(enquiry_id=enquiry.pk, by_id=city.bob.pk, now=NOON),
    )

    assert sum(isinstance(result, SomebodyWasFaster) for result in results) == 1


@pytest.mark.parametrize("drain", [queue.drain, partial(queue.drain_together, at_once=7)])
def test_two_workers_never_claim_the_same_row(drain: Callable[..., Iterable[Payload]]):
    city = make_city()
    for number in range(40):
        intake.accept_payload(
            account_id=city.accounts["email"].pk, source="SMTP", external_id=f"m{number}", raw=b"x", now=NOON
        )

    def take() -> list[int]:
        rows = drain(Payload.objects.all(), now=NOON, lease=timedelta(minutes=1), worker="w", most=40)
        return [row.pk for row in rows]

    first, second = at_once(take, take)

    assert len(first) + len(second) == 40  # type: ignore[arg-type]
    assert not set(first) & set(second)  # type: ignore[call-overload]


def test_two_who_save_at_once_never_overwrite_what_neither_has_seen():
    city = make_city()
    message = arrive(city)
    first = draft(city, message, text="First words.")
    save = partial(replies.save_draft, enquiry_id=message.enquiry_id, answers_id=message.pk, now=NOON, seen_id=first.pk)

    results = at_once(
        partial(save, author_id=city.alice.pk, text="Alice's words."),
        partial(save, author_id=city.bob.pk, text="Bob's words."),
    )

    assert sum(isinstance(result, NewerVersion) for result in results) == 1
    assert ReplyVersion.objects.count() == 2
