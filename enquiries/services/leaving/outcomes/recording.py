"""How one try went, as the sender saw it: each outcome with all that follows from it in one commit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from enquiries.contract import Receipt
from enquiries.models import Posting
from enquiries.services import replies
from enquiries.services.approving.policies import why_not_any_more
from enquiries.services.incoming import byhand
from enquiries.services.leaving.outcomes.arriving import is_taken, record_posted
from enquiries.services.leaving.outcomes.failing import ask_person, drop_later_parts, look_later, settle_failed
from enquiries.services.leaving.outcomes.rows import end_attempt, guarded_move, hold, note
from enquiries.services.moves import move
from worklist.hints import hint_on_commit
from worklist.queue import backoff

LOOKS_BEFORE_SENDING_AGAIN = 2
SENDS_AT_MOST = 3


def is_overtaken(posting: Posting) -> bool:
    """Say whether the citizen has written after the version was made: then it must not leave."""
    said = replies.inbound_of_family(posting.reply.enquiry).filter(automatic=False, outdated=False)
    newest = said.order_by("-pk").first()
    return newest is not None and posting.version.last_inbound_id < newest.pk


def why_read_after_all(posting: Posting) -> str:
    """Say why a reply that nobody read must not leave any more, as long as nothing of it has; empty when it may.

    Between the policy's word and the moment it is due lie seconds or days: trust, rules and incidents may have changed.
    """
    if posting.approval.approver_id is not None or posting.attempts:
        return ""
    if Posting.objects.filter(approval_id=posting.approval_id).exclude(state=Posting.State.QUEUED).exists():
        return ""
    posting.version.reply = posting.reply
    return why_not_any_more(posting.version)


@transaction.atomic
def take_back_unread(posting: Posting, *, why: str, now: datetime) -> None:
    """Give a reply that nobody read back to its author, unless something of it has left meanwhile."""
    enquiry, reply = hold(posting)
    reply.enquiry = enquiry
    replies.take_back_unread(enquiry=enquiry, reply=reply, why=why, now=now)


@transaction.atomic
def posted(posting: Posting, *, receipt: Receipt, now: datetime) -> None:
    """Record that it is on the platform, with the platform's proof."""
    enquiry, reply = hold(posting)
    end_attempt(posting, "POSTED", receipt.detail, now)
    record_posted(posting, enquiry, reply, receipt, now, move_name="posted")


@transaction.atomic
def found(posting: Posting, *, receipt: Receipt, now: datetime) -> None:
    """Record that a read-back or an echo found it. A post that is something else already proves nothing."""
    enquiry, reply = hold(posting)
    if is_taken(posting, receipt.external_id):
        look_later(posting, "The post found belongs to another reply.", now)
        return
    end_attempt(posting, "POSTED", receipt.detail, now)
    record_posted(posting, enquiry, reply, receipt, now, move_name="posted")


@transaction.atomic
def came_back(posting: Posting, *, now: datetime) -> None:
    """Stop a posting that waits to be sent again although the platform has just shown it to us: a person decides."""
    hold(posting)
    ask_person(posting, "The platform sent us this reply back: it is there, it seems.", now)


@transaction.atomic
def not_sent(posting: Posting, *, error: str, after: timedelta, now: datetime) -> None:
    """Record that it certainly did not leave; it goes back into the queue."""
    end_attempt(posting, "NOT_SENT", error, now)
    wait = max(after, backoff(attempts=posting.attempts)) if after else timedelta(0)
    guarded_move(posting, "not_sent", due_at=now + wait, last_error=error[:500])


@transaction.atomic
def uncertain(posting: Posting, *, error: str, look_at: datetime, now: datetime) -> None:
    """Record that nobody knows. It is read back before anything else happens to it."""
    end_attempt(posting, "UNCERTAIN", error, now)
    guarded_move(posting, "uncertain", due_at=look_at, last_error=error[:500], looked=0)


def lose_lease(posting: Posting, *, now: datetime, look_at: datetime) -> int:
    """Record that the worker is gone. Returns 1, or 0 when it came back in time."""
    with transaction.atomic():
        hold(posting)
        still = Posting.objects.select_for_update().filter(
            pk=posting.pk, state=Posting.State.SENDING, lease_owner=posting.lease_owner, lease_until__lt=now
        )
        if not still.exists():
            return 0
        end_attempt(posting, "LOST", "The worker did not come back.", now)
        guarded_move(posting, "uncertain", due_at=look_at, last_error="The worker did not come back.", looked=0)
    return 1


@transaction.atomic
def not_there(posting: Posting, *, look_again_at: datetime, now: datetime) -> None:
    """Record a clean look that did not find it: look once more, then send again, at most three times in all."""
    hold(posting)
    looked = posting.looked + 1
    if looked < LOOKS_BEFORE_SENDING_AGAIN:
        ours = Posting.objects.filter(pk=posting.pk, state=Posting.State.UNKNOWN)
        ours.update(looked=looked, due_at=look_again_at)
    elif _sends(posting) >= SENDS_AT_MOST:
        ask_person(posting, "It was sent three times and is not to be found.", now)
    else:
        guarded_move(posting, "not_there", due_at=now, looked=0)
        hint_on_commit(replies.POST_TASK)


def _sends(posting: Posting) -> int:
    """Count the tries that may have reached the platform. What certainly did not leave was no send."""
    return posting.attempts_made.exclude(outcome="NOT_SENT").count()


def look_again(posting: Posting, *, at: datetime) -> None:
    """Put off a look that came too early to prove anything."""
    Posting.objects.filter(pk=posting.pk, state=Posting.State.UNKNOWN).update(due_at=at)


@transaction.atomic
def cannot_tell(posting: Posting, *, reason: str, now: datetime) -> None:
    """Record a look that proves nothing: again later, and after half an hour a person decides."""
    hold(posting)
    look_later(posting, reason, now)


@transaction.atomic
def refused(posting: Posting, *, error: str, fix: str, code: str, now: datetime) -> None:
    """Record that the platform will not take it. The author gets it back with the reason; the clock goes on."""
    enquiry, reply = hold(posting)
    end_attempt(posting, "REFUSED", f"{error} {code}".strip(), now)
    guarded_move(posting, "refuse", done_at=now, last_error=error[:500], fix=fix[:300])
    note("posting.refused", posting, now, {"code": code[:60]})
    drop_later_parts(posting, now)
    settle_failed(enquiry, reply, error, now)
    byhand.keep_what_waited(posting, now=now)


@transaction.atomic
def call_off(posting: Posting, *, now: datetime) -> None:
    """Take a posting out of the queue that the citizen's new words have overtaken."""
    enquiry, reply = hold(posting)
    replies.void_because_citizen_wrote(enquiry=enquiry, now=now)
    left = Posting.objects.select_for_update(of=("self",)).filter(pk=posting.pk, state=Posting.State.QUEUED).first()
    if left is None:
        return
    move(left, "cancel", done_at=now, last_error="The citizen wrote again before this went out.")
    drop_later_parts(left, now)
    reply.refresh_from_db()
    settle_failed(enquiry, reply, "The citizen wrote again before this went out.", now)
