"""What leaves the building, at most once: claim, write the attempt, call, say what is known; read back whatever is not.

The order of the commits is the whole secret; docs/posting.md tells why. A worker may be killed, stopped or cut off between
any two lines: the row then says "sending" until its lease ends, becomes "unknown", and is read back before another try.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from enquiries.contract import (
    Account,
    AccountUnusable,
    CannotTell,
    ChannelError,
    NotSent,
    NotThere,
    OutboundReply,
    Receipt,
    Refused,
    Throttled,
    Uncertain,
)
from enquiries.models import Attempt, ChannelAccount, Posting, Reply
from enquiries.registry import channel
from enquiries.services import outcomes
from enquiries.services.approving.freezing import covering, is_frozen
from enquiries.services.drafting import DraftRefused
from enquiries.services.letters import letter_for, settle_time
from enquiries.services.outcomes import NotOursAnyMore
from enquiries.services.reach import check_reach
from worklist.queue import database_now

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
CALL_WITHIN = timedelta(seconds=40)
"""How old a claim may be when the call starts: the channels' total deadline (15 s) still fits into the lease then."""
LOOK_FOR = timedelta(seconds=60)
"""How long one look at the queue goes on: well within the time limit of a task, so that no call is cut by it."""
LOOK_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Claimed:
    """A posting in this process's hands. `at` is on the monotonic clock, which a stopped process cannot fool."""

    posting: Posting
    reads_back: bool
    at: float


def deliver_due(*, worker: str, most: int = 50) -> int:
    """Deliver or read back what is due, one after another, for about a minute. Returns how many were taken in hand."""
    give_up_lost_leases(now=database_now())
    until, count = time.monotonic() + LOOK_FOR.total_seconds(), 0
    for posting_id in _candidates(database_now(), most):
        if time.monotonic() > until:
            break
        with _alone_with(posting_id) as alone:
            if alone:
                _take_in_hand(posting_id, worker)
                count += 1
    return count


def give_up_lost_leases(*, now: datetime) -> int:
    """Turn postings whose worker died or froze into "unknown". Never straight back into the queue: it may have been sent."""
    lost = Posting.objects.filter(state=Posting.State.SENDING, lease_until__lt=now)
    count = 0
    for posting in lost.select_related("account").order_by("lease_until")[:500]:
        count += outcomes.lose_lease(posting, now=now, look_at=now + _settled_in(posting))
    return count


def _settled_in(posting: Posting) -> timedelta:
    """Say how long to wait before a look. An account whose settings or secrets cannot be read must not stop the sweep."""
    try:
        return settle_time(posting)
    except Exception:
        log.exception("Account %s does not say how long its posts take to show.", posting.account_id)
        return LOOK_AGAIN


def _due(now: datetime) -> QuerySet[Posting]:
    """Give what is due on accounts that may send."""
    open_account = Q(account__is_active=True, account__halted_reason="") & (
        Q(account__paused_until__isnull=True) | Q(account__paused_until__lte=now)
    )
    earlier = Posting.objects.filter(approval_id=OuterRef("approval_id"), part__lt=OuterRef("part"))
    in_turn = Q(part__isnull=True) | ~Exists(earlier.exclude(state=Posting.State.POSTED))
    # Looking is always allowed; only sending stands still in a freeze, and waits for the part before.
    may_act = Q(state=Posting.State.UNKNOWN) | (Q(state=Posting.State.QUEUED) & in_turn & ~covering(now))
    return Posting.objects.filter(open_account, may_act, due_at__lte=now)


def _candidates(now: datetime, most: int) -> list[int]:
    """List what is due, longest first. No lock yet: the claim looks again and decides."""
    return list(_due(now).order_by("due_at", "pk").values_list("pk", flat=True)[:most])


@contextmanager
def _alone_with(posting_id: int) -> Iterator[bool]:
    """Hold this posting for the whole of claim, call and record, also where the lease has run out under a frozen worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('posting', %s))", [posting_id])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('posting', %s))", [posting_id])


def _take_in_hand(posting_id: int, worker: str) -> None:
    """Deal with one posting. Whatever goes wrong with it, the next ones are dealt with."""
    try:
        claimed = _claim(posting_id, worker, database_now())
        if claimed is None:
            return
        if claimed.reads_back:
            _read_back(claimed.posting)
        else:
            _send(claimed)
    except NotOursAnyMore:
        log.warning("Posting %s was taken over while it was sent; it is read back.", posting_id)
    except Exception:
        log.exception("Posting %s could not be dealt with; the others go on.", posting_id)
        # Else it would be the first again in every look, and those behind it would never have their turn.
        waiting = Posting.objects.filter(pk=posting_id, state__in=[Posting.State.QUEUED, Posting.State.UNKNOWN])
        waiting.update(due_at=database_now() + LOOK_AGAIN, last_error="It could not be dealt with; the log tells why.")


def _claim(posting_id: int, worker: str, now: datetime) -> Claimed | None:
    """Take the posting: state, lease and attempt are committed before anything is called."""
    started = time.monotonic()
    with transaction.atomic():
        posting = (
            _due(now)
            .filter(pk=posting_id)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related(
                "account",
                "version",
                "reply__enquiry__organisation",
                "reply__answers__account",
                "reply__answers__enquiry",
                "approval",
            )
            .first()
        )
        if posting is None:
            return None
        if posting.state == Posting.State.UNKNOWN:
            # A reader that dies over it must not find it first again, before all others.
            Posting.objects.filter(pk=posting.pk).update(due_at=now + LEASE)
            return Claimed(posting, reads_back=True, at=started)
        overtaken = outcomes.is_overtaken(posting)
        doubt = "" if overtaken else outcomes.why_read_after_all(posting)
        if not (overtaken or doubt):
            n = posting.attempts + 1
            taken = {"state": Posting.State.SENDING, "attempts": n, "lease_owner": worker, "lease_until": now + LEASE}
            Posting.objects.filter(pk=posting.pk).update(**taken)
            for name, value in taken.items():
                setattr(posting, name, value)
            Attempt.objects.create(posting=posting, n=n, worker=worker, started_at=now)
            return Claimed(posting, reads_back=False, at=started)
    if doubt:
        outcomes.take_back_unread(posting, why=doubt, now=now)
    else:
        outcomes.call_off(posting, now=now)
    return None


def _send(claimed: Claimed) -> None:
    posting = claimed.posting
    try:
        account, letter = posting.account.as_account(), letter_for(posting)
        if time.monotonic() - claimed.at > CALL_WITHIN.total_seconds():
            raise NotSent("The worker was held up before the call.", after=timedelta(0))
        if is_frozen(posting):
            raise NotSent("Sending was frozen.", after=timedelta(0))
        check_reach(posting.reply.answers, at=database_now())
        receipt = _call(posting, account, letter)
    except DraftRefused as refusal:
        outcomes.refused(posting, error=str(refusal), fix="Answer another way.", code="", now=database_now())
    except Throttled as error:
        _pause(posting.account, error.after)
        outcomes.not_sent(posting, error=error.safe_message, after=error.after, now=database_now())
    except NotSent as error:
        outcomes.not_sent(posting, error=error.safe_message, after=error.after, now=database_now())
    except AccountUnusable as error:
        _halt(posting.account, f"{error.safe_message} {error.fix}")
        outcomes.not_sent(posting, error=error.safe_message, after=timedelta(0), now=database_now())
    except Refused as error:
        outcomes.refused(posting, error=error.safe_message, fix=error.fix, code=error.code, now=database_now())
    except Uncertain as error:
        _unsure(posting, error.safe_message)
    except Exception as error:
        log.exception("Posting %s: the channel failed in an unforeseen way.", posting.pk)
        _unsure(posting, f"Unforeseen: {type(error).__name__}")
    else:
        outcomes.posted(posting, receipt=receipt, now=database_now())


def _call(posting: Posting, account: Account, letter: OutboundReply) -> Receipt:
    """Do on the platform what the reply is for. What only changes a post of ours is safe to ask for again."""
    speaks = channel(account.kind)
    if not outcomes.changes_a_post(posting, posting.reply):
        return speaks.send(account, letter)
    act = speaks.replace if posting.reply.purpose == Reply.Purpose.REPLACE else speaks.remove
    try:
        receipt = act(account, letter)
    except Uncertain as error:
        raise NotSent(error.safe_message) from error
    return replace(receipt, external_id=outcomes.proof_of_change(posting, letter.of))


def _unsure(posting: Posting, error: str) -> None:
    now = database_now()
    outcomes.uncertain(posting, error=error, look_at=now + _settled_in(posting), now=now)


def _read_back(posting: Posting) -> None:
    """Look on the platform whether it is there. Only a clean look, twice, lets it be sent again."""
    since = posting.attempts_made.order_by("n").values_list("started_at", flat=True)[0] - timedelta(minutes=2)
    try:
        account, letter = posting.account.as_account(), letter_for(posting)
        if outcomes.changes_a_post(posting, posting.reply):
            found: Receipt | NotThere | CannotTell = (
                NotThere()
            )  # a change leaves no post of its own: it is simply made again
        else:
            found = channel(account.kind).find_sent(account, letter, since=since)
    except ChannelError as error:
        found = CannotTell(reason=error.safe_message)
    except Exception as error:
        log.exception("Posting %s: reading back failed in an unforeseen way.", posting.pk)
        found = CannotTell(reason=f"Unforeseen: {type(error).__name__}")
    now = database_now()
    match found:
        case Receipt():
            outcomes.found(posting, receipt=found, now=now)
        case NotThere():
            outcomes.not_there(posting, look_again_at=now + min(_settled_in(posting), LOOK_AGAIN), now=now)
        case CannotTell(reason=reason):
            outcomes.cannot_tell(posting, reason=reason, now=now)


def _pause(account: ChannelAccount, after: timedelta) -> None:
    ChannelAccount.objects.filter(pk=account.pk).update(paused_until=database_now() + after)


def _halt(account: ChannelAccount, reason: str) -> None:
    ChannelAccount.objects.filter(pk=account.pk, halted_reason="").update(halted_reason=reason[:300])
    log.error("Sending on account %s is halted until a person mends it.", account.pk)
