"""How a posting went, each outcome with all that follows from it in one commit: message, states, clock, audit.

Locks are taken in the order enquiry, reply, posting, as everywhere. Each write is guarded by the state and, while it is
being sent, by the lease: who came too late changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.ledger import record
from enquiries.contract import Receipt
from enquiries.models import Attempt, Clock, Enquiry, Message, Posting, Reply, ReplyReturn, ReplyVersion
from enquiries.rules.workflow import ENQUIRY_MOVES, POSTING_MOVES, target
from enquiries.services import clocks, replies
from enquiries.services.moves import move
from worklist.hints import hint_on_commit
from worklist.queue import backoff

LOOKS_BEFORE_SENDING_AGAIN = 2
SENDS_AT_MOST = 3
UNKNOWN_AT_MOST = timedelta(minutes=30)
FINAL = (Posting.State.POSTED, Posting.State.FAILED, Posting.State.CANCELLED)


class NotOursAnyMore(Exception):
    """The posting changed hands while we worked on it. Nothing was written."""


class NotDecidable(Exception):
    """Nobody has to decide about this posting any more."""


def is_overtaken(posting: Posting) -> bool:
    """Say whether the citizen has written after the version was made: then it must not leave."""
    newest = posting.reply.enquiry.messages.filter(direction="IN", automatic=False).order_by("-pk").first()
    return newest is not None and posting.version.last_inbound_id < newest.pk


@transaction.atomic
def posted(posting: Posting, *, receipt: Receipt, now: datetime) -> None:
    """Record that it is on the platform, with the platform's proof."""
    enquiry, reply = _hold(posting)
    _end_attempt(posting, "POSTED", receipt.detail, now)
    _record_posted(posting, enquiry, reply, receipt, now, move_name="posted")


@transaction.atomic
def found(posting: Posting, *, receipt: Receipt, now: datetime) -> None:
    """Record that a read-back or an echo found it. A post that is something else already proves nothing."""
    enquiry, reply = _hold(posting)
    if _is_taken(posting, receipt.external_id):
        _look_later(posting, "The post found belongs to another reply.", now)
        return
    _end_attempt(posting, "POSTED", receipt.detail, now)
    _record_posted(posting, enquiry, reply, receipt, now, move_name="posted")


@transaction.atomic
def came_back(posting: Posting, *, now: datetime) -> None:
    """Stop a posting that waits to be sent again although the platform has just shown it to us: a person decides."""
    _hold(posting)
    _ask_person(posting, "The platform sent us this reply back: it is there, it seems.", now)


def _is_taken(posting: Posting, external_id: str) -> bool:
    """Say whether this name on the platform is another posting's, or that of a message, most likely the citizen's own."""
    same = {"account_id": posting.account_id, "external_id": external_id[:300]}
    return Posting.objects.filter(**same).exists() or Message.objects.filter(**same).exists()


def _record_posted(
    posting: Posting, enquiry: Enquiry, reply: Reply, receipt: Receipt, now: datetime, *, move_name: str, **fields: Any
) -> None:
    _guarded_move(
        posting,
        move_name,
        external_id=receipt.external_id[:300],
        permalink=receipt.permalink[:500],
        posted_at=now,
        done_at=now,
        parked_at=None,
        last_error="",
        fix="",
        **fields,
    )
    _keep_message(posting, reply, receipt, now)
    if reply.state in (Reply.State.APPROVED, Reply.State.FAILED):
        first_out = reply.state == Reply.State.APPROVED
        move(reply, "posted")
        if first_out and enquiry.state == Enquiry.State.POSTING:
            _answered(enquiry, posting, now)
    _note("reply.posted", posting, now, {"route": posting.route, "attempts": posting.attempts})


def _answered(enquiry: Enquiry, posting: Posting, now: datetime) -> None:
    move(enquiry, "posted")
    clocks.stop_clock(enquiry=enquiry, now=now, answered=True)
    _promise_what_came_meanwhile(enquiry, posting.version)


def _promise_what_came_meanwhile(enquiry: Enquiry, version: ReplyVersion) -> None:
    """Open the enquiry and start its next promise when the citizen wrote while this version was on its way.

    Such words started no clock when they came, because the reply might still have been the answer to wait for.
    """
    newest = replies.newest_inbound(enquiry)
    if newest.pk <= version.last_inbound_id:
        return
    after = ENQUIRY_MOVES["citizen_wrote"].get(enquiry.state)  # type: ignore[call-overload]
    if after:
        enquiry.state = after
        enquiry.save(update_fields=["state"])
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=newest.recorded_at)


def _keep_message(posting: Posting, reply: Reply, receipt: Receipt, now: datetime) -> None:
    content = posting.version.content
    Message.objects.create(
        enquiry_id=reply.enquiry_id,
        account_id=posting.account_id,
        direction=Message.Direction.OUT,
        side=content["side"],
        external_id=receipt.external_id[:300],
        known_as=receipt.external_id[:300] if posting.account.kind == "email" else "",
        posting=posting,
        subject=content["subject"],
        text=content["text"],
        thread_key=reply.answers.thread_key,
        permalink=receipt.permalink[:500],
        occurred_at=now,
        recorded_at=now,
    )


@transaction.atomic
def not_sent(posting: Posting, *, error: str, after: timedelta, now: datetime) -> None:
    """Record that it certainly did not leave; it goes back into the queue."""
    _end_attempt(posting, "NOT_SENT", error, now)
    wait = max(after, backoff(attempts=posting.attempts)) if after else timedelta(0)
    _guarded_move(posting, "not_sent", due_at=now + wait, last_error=error[:500])


@transaction.atomic
def uncertain(posting: Posting, *, error: str, look_at: datetime, now: datetime) -> None:
    """Record that nobody knows. It is read back before anything else happens to it."""
    _end_attempt(posting, "UNCERTAIN", error, now)
    _guarded_move(posting, "uncertain", due_at=look_at, last_error=error[:500], looked=0)


def lose_lease(posting: Posting, *, now: datetime, look_at: datetime) -> int:
    """Record that the worker is gone. Returns 1, or 0 when it came back in time."""
    with transaction.atomic():
        _hold(posting)
        still = Posting.objects.select_for_update(of=("self",)).filter(
            pk=posting.pk, state=Posting.State.SENDING, lease_owner=posting.lease_owner, lease_until__lt=now
        )
        if not still.exists():
            return 0
        _end_attempt(posting, "LOST", "The worker did not come back.", now)
        _guarded_move(posting, "uncertain", due_at=look_at, last_error="The worker did not come back.", looked=0)
    return 1


@transaction.atomic
def not_there(posting: Posting, *, look_again_at: datetime, now: datetime) -> None:
    """Record a clean look that did not find it: look once more, then send again, at most three times in all."""
    _hold(posting)
    looked = posting.looked + 1
    if looked < LOOKS_BEFORE_SENDING_AGAIN:
        ours = Posting.objects.filter(pk=posting.pk, state=Posting.State.UNKNOWN)
        ours.update(looked=looked, due_at=look_again_at)
    elif posting.attempts >= SENDS_AT_MOST:
        _ask_person(posting, "It was sent three times and is not to be found.", now)
    else:
        _guarded_move(posting, "not_there", due_at=now, looked=0)
        hint_on_commit(replies.POST_TASK)


@transaction.atomic
def cannot_tell(posting: Posting, *, reason: str, now: datetime) -> None:
    """Record a look that proves nothing: again later, and after half an hour a person decides."""
    _hold(posting)
    _look_later(posting, reason, now)


def _look_later(posting: Posting, reason: str, now: datetime) -> None:
    last = posting.attempts_made.order_by("-n").first()
    patience = float(posting.account.settings.get("unknown_seconds", UNKNOWN_AT_MOST.total_seconds()))
    if last is None or now - last.started_at > timedelta(seconds=patience):
        _ask_person(posting, reason, now)
        return
    tried = max(1, round((now - last.started_at).total_seconds() / 30))
    Posting.objects.filter(pk=posting.pk, state=Posting.State.UNKNOWN).update(
        due_at=now + min(backoff(attempts=tried), timedelta(minutes=2)), last_error=reason[:500], looked=0
    )


def _ask_person(posting: Posting, reason: str, now: datetime) -> None:
    fix = "Look on the platform: is the reply there? Then say so, or have it sent again."
    _guarded_move(posting, "ask_person", parked_at=now, last_error=reason[:500], fix=fix)
    _note("posting.needs_person", posting, now, {"attempts": posting.attempts})


@transaction.atomic
def refused(posting: Posting, *, error: str, fix: str, code: str, now: datetime) -> None:
    """Record that the platform will not take it. The author gets it back with the reason; the clock goes on."""
    enquiry, reply = _hold(posting)
    _end_attempt(posting, "REFUSED", f"{error} {code}".strip(), now)
    _guarded_move(posting, "refuse", done_at=now, last_error=error[:500], fix=fix[:300])
    _note("posting.refused", posting, now, {"code": code[:60]})
    _settle_failed(enquiry, reply, error, now)


def _settle_failed(enquiry: Enquiry, reply: Reply, error: str, now: datetime) -> None:
    """Once no route is left that could still arrive, the reply has failed and its author has to do something."""
    if reply.state != Reply.State.APPROVED or reply.postings.exclude(state__in=FINAL).exists():
        return
    move(reply, "fail")
    version = replies.newest_version(reply)
    ReplyReturn.objects.create(version=version, reason=ReplyReturn.Reason.PLATFORM, note=error[:2000], returned_at=now)
    if enquiry.state == Enquiry.State.POSTING:
        move(enquiry, "fail")
        _promise_what_came_meanwhile(enquiry, version)


@transaction.atomic
def call_off(posting: Posting, *, now: datetime) -> None:
    """Take a posting out of the queue that the citizen's new words have overtaken."""
    enquiry, reply = _hold(posting)
    replies.void_because_citizen_wrote(enquiry=enquiry, now=now)
    left = Posting.objects.select_for_update(of=("self",)).filter(pk=posting.pk, state=Posting.State.QUEUED).first()
    if left is None:
        return
    move(left, "cancel", done_at=now, last_error="The citizen wrote again before this went out.")
    reply.refresh_from_db()
    _settle_failed(enquiry, reply, "The citizen wrote again before this went out.", now)


@transaction.atomic
def decide_it_is_there(posting_id: int, *, by_id: int, external_id: str, now: datetime) -> None:
    """Record that a person saw it on the platform. `external_id` is what they found there. Raises NotDecidable."""
    posting, enquiry, reply = _hold_parked(posting_id)
    name = external_id.strip() or f"seen-by-person:{posting.key}"
    if _is_taken(posting, name):
        raise NotDecidable("Another reply or message is recorded as this very post. Check the number or address.")
    receipt = Receipt(external_id=name, detail="seen by a person")
    _record_posted(posting, enquiry, reply, receipt, now, move_name="person_saw_it", decided_by_id=by_id)
    _note("posting.decided", posting, now, {"decision": "IT_IS_THERE"}, by_id)


@transaction.atomic
def decide_send_again(posting_id: int, *, by_id: int, now: datetime) -> None:
    """Record that a person looked, did not find it, and wants it sent once more. Raises NotDecidable."""
    posting, _, _ = _hold_parked(posting_id)
    fields = {"parked_at": None, "due_at": now, "looked": 0, "fix": "", "decided_by_id": by_id}
    move(posting, "person_sends_again", **fields)
    _note("posting.decided", posting, now, {"decision": "SEND_AGAIN"}, by_id)
    hint_on_commit(replies.POST_TASK)


@transaction.atomic
def decide_give_up(posting_id: int, *, by_id: int, now: datetime) -> None:
    """Record that a person wants no further try. The reply counts as not delivered. Raises NotDecidable."""
    posting, enquiry, reply = _hold_parked(posting_id)
    move(posting, "cancel", parked_at=None, done_at=now, decided_by_id=by_id)
    _note("posting.decided", posting, now, {"decision": "GIVE_UP"}, by_id)
    _settle_failed(enquiry, reply, "A person gave it up after looking at the platform.", now)


def _hold_parked(posting_id: int) -> tuple[Posting, Enquiry, Reply]:
    loose = Posting.objects.select_related("account", "version", "reply").get(pk=posting_id)
    enquiry, reply = _hold(loose)
    held = Posting.objects.select_for_update(of=("self",)).select_related("account", "version").get(pk=posting_id)
    if held.state != Posting.State.NEEDS_PERSON:
        raise NotDecidable("Somebody has decided already, or the reply was found meanwhile. Load the page again.")
    held.reply = reply
    return held, enquiry, reply


def _hold(posting: Posting) -> tuple[Enquiry, Reply]:
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(replies__pk=posting.reply_id)
    reply = Reply.objects.select_for_update(of=("self",)).select_related("answers").get(pk=posting.reply_id)
    return enquiry, reply


def _guarded_move(posting: Posting, name: str, **fields: Any) -> None:
    """Move the posting if it still is where we left it, and under our lease while it is being sent."""
    new = target(POSTING_MOVES, name, posting.state)
    ours = Q(pk=posting.pk, state=posting.state)
    if posting.state == Posting.State.SENDING:
        ours &= Q(lease_owner=posting.lease_owner)
    changed = Posting.objects.filter(ours).update(state=new.value, lease_owner="", lease_until=None, **fields)
    if not changed:
        raise NotOursAnyMore
    posting.state, posting.lease_owner, posting.lease_until = new.value, "", None
    for field, value in fields.items():
        setattr(posting, field, value)


def _end_attempt(posting: Posting, outcome: str, detail: str, now: datetime) -> None:
    Attempt.objects.filter(posting=posting, n=posting.attempts, ended_at__isnull=True).update(
        ended_at=now, outcome=outcome, detail=detail[:500]
    )


def _note(verb: str, posting: Posting, now: datetime, data: dict[str, Any], actor_id: int | None = None) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=actor_id,
        subject=f"posting:{posting.pk}",
        organisation_id=posting.account.organisation_id,
        enquiry_id=posting.reply.enquiry_id,
        data=data,
    )
