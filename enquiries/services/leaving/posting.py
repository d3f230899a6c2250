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
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

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
    Usage,
)
from enquiries.models import Attempt, Enquiry, Halt, Posting, Reply
from enquiries.registry import channel
from enquiries.services.accounts import use
from enquiries.services.approving.freezing import covering, is_frozen
from enquiries.services.files.reply_files import carried_by
from enquiries.services.leaving import circuit, looking, outcomes, silence
from enquiries.services.leaving.deadlines import (
    LOOK_AGAIN,
    absence_counts_from,
    apart,
    lease_of,
    send_by,
    settle_time,
)
from enquiries.services.leaving.letters import letter_for
from enquiries.services.leaving.outcomes import NotOursAnyMore
from enquiries.services.replies.drafting import DraftRefused
from enquiries.services.replies.reach import check_reach
from worklist.queue import database_now

log = logging.getLogger(__name__)
LOW_WAITS, USUAL_WAITS = timedelta(hours=4), timedelta(hours=1)
LOOK_FOR = timedelta(seconds=60)
"""How long one look at the queue goes on: well within the time limit of a task, so that no call is cut by it."""


@dataclass(frozen=True)
class Claimed:
    """A posting in this process's hands. `at` is on the monotonic clock, which a stopped process cannot fool."""

    posting: Posting
    reads_back: bool
    at: float


def deliver_due(*, worker: str, most: int = 50) -> int:
    """Deliver or read back what is due, one after another, for about a minute. Returns how many were taken in hand."""
    give_up_lost_leases(now=database_now())
    until, count, listed_at = time.monotonic() + LOOK_FOR.total_seconds(), 0, database_now()
    for posting_id in _candidates(listed_at, most):
        if time.monotonic() > until:
            break
        with _alone_with(posting_id, listed_at=listed_at) as alone:
            if alone:
                _take_in_hand(posting_id, worker)
                count += 1
    return count


def give_up_lost_leases(*, now: datetime) -> int:
    """Turn postings whose worker died or froze into "unknown". Never straight back into the queue: it may have been sent."""
    lost = Posting.objects.filter(state=Posting.State.SENDING, lease_until__lt=now)
    count = 0
    for posting in lost.select_related("account").order_by("lease_until")[:500]:
        count += outcomes.lose_lease(posting, now=now, look_at=now + settle_time(posting))
    return count


def _due(now: datetime) -> QuerySet[Posting]:
    """Give what is due on accounts that may send, or may be looked at."""
    rested = Q(account__paused_until__isnull=True) | Q(account__paused_until__lte=now)
    open_account = Q(account__is_active=True, account__halted_reason="") & rested
    # An account halted only because nobody knows what arrived is the very one to look at.
    in_doubt = Q(account__is_active=True, account__halted_kind=Halt.UNCERTAIN) & rested
    earlier = Posting.objects.filter(approval_id=OuterRef("approval_id"), part__lt=OuterRef("part"))
    in_turn = Q(part__isnull=True) | ~Exists(earlier.exclude(state=Posting.State.POSTED))
    # Looking is always allowed; only sending stands still in a freeze, and waits for the part before.
    may_look = Q(state=Posting.State.UNKNOWN) & (open_account | in_doubt)
    may_send = Q(state=Posting.State.QUEUED) & open_account & in_turn & ~covering(now)
    return Posting.objects.filter(may_look | may_send, due_at__lte=now)


def _candidates(now: datetime, most: int) -> list[int]:
    """List what is due, longest first, and urgent first where little may still be sent today. No lock yet: the claim
    looks again and decides.
    """
    little = use.little_left(now=now)
    by_priority = When(account_id__in=little.scarce, then=Value(0) - F("reply__enquiry__priority"))
    urgent_first = Case(by_priority, default=Value(0))
    order = [urgent_first, "due_at", "pk"] if little.scarce else ["due_at", "pk"]
    return list(_due(now).exclude(_waits(little, now)).order_by(*order).values_list("pk", flat=True)[:most])


def _waits(little: use.LittleLeft, now: datetime) -> Q:
    """Make the condition that a reply waits a little, because its account has nearly used up what its platform allows.

    Nothing waits for long: what can wait for four hours, the rest for one, and what is urgent or late not at all.
    """
    if not little.tight:
        return Q(pk__in=())
    low = Q(reply__enquiry__priority__lt=Enquiry.Priority.NORMAL, approval__decided_at__gt=now - LOW_WAITS)
    usual = Q(reply__enquiry__priority=Enquiry.Priority.NORMAL, approval__decided_at__gt=now - USUAL_WAITS)
    in_time = Q(reply__enquiry__due_at__isnull=True) | Q(reply__enquiry__due_at__gt=now + USUAL_WAITS)
    held = Q(account__in=little.tight) & low | Q(account__in=little.nearly_gone) & usual
    return Q(state=Posting.State.QUEUED) & in_time & held


# All workers look through the same list: what another has dealt with since must cost one look at one row, not a claim.
ALONE = """
SELECT pg_try_advisory_lock(hashtextextended('posting', id)) FROM enquiries_posting
WHERE id = %s AND state IN ('QUEUED', 'UNKNOWN') AND due_at <= %s
"""
LET_GO = "SELECT pg_advisory_unlock(hashtextextended('posting', %s))"


@contextmanager
def _alone_with(posting_id: int, *, listed_at: datetime) -> Iterator[bool]:
    """Hold this posting for the whole of claim, call and record, also where the lease has run out under a frozen worker.

    False when somebody else holds it, or has dealt with it since it was listed.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [posting_id, listed_at])
        found = cursor.fetchone()
        alone = bool(found and found[0])
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(LET_GO, [posting_id])


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
            Posting.objects.filter(pk=posting.pk).update(due_at=now + lease_of(posting.account))
            return Claimed(posting, reads_back=True, at=started)
        overtaken = outcomes.is_overtaken(posting)
        doubt = "" if overtaken else outcomes.why_read_after_all(posting)
        if not (overtaken or doubt):
            n, until = posting.attempts + 1, now + lease_of(posting.account)
            taken = {"state": Posting.State.SENDING, "attempts": n, "lease_owner": worker, "lease_until": until}
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
        receipt = _call_in_time(claimed)
    except DraftRefused as refusal:
        outcomes.refused(posting, error=str(refusal), fix="Answer another way.", code="", now=database_now())
    except ChannelError as error:
        _failed(posting, error, now=database_now())
        _count(posting, error.usage)
    except Exception as error:
        log.exception("Posting %s: the channel failed in an unforeseen way.", posting.pk)
        _unsure(posting, f"Unforeseen: {type(error).__name__}", now=database_now())
    else:
        outcomes.posted(posting, receipt=receipt, now=database_now())
        circuit.spoke_clearly(posting.account_id)
        _count(posting, receipt.usage)


def _call_in_time(claimed: Claimed) -> Receipt:
    """Ask once more whether it may go, then call, if the lease still has room for a whole call."""
    posting = claimed.posting
    until = send_by(posting.account, claimed_at=claimed.at)
    account = posting.account.as_account()
    letter = replace(letter_for(posting), files=carried_by(posting), send_by=until)
    if is_frozen(posting):
        raise NotSent("Sending was frozen.", after=timedelta(0))
    check_reach(posting.reply, at=database_now(), as_quote=bool(posting.version.content.get("quote")))
    if time.monotonic() > until:
        raise NotSent("The worker was held up before the call.", after=timedelta(0))
    return _call(posting, account, letter)


def _call(posting: Posting, account: Account, letter: OutboundReply) -> Receipt:
    """Do on the platform what the reply is for. What only changes a post of ours is safe to ask for again."""
    speaks = channel(account.kind)
    if not outcomes.changes_a_post(posting, posting.reply):
        return speaks.send(account, letter)
    act = speaks.replace if posting.reply.purpose == Reply.Purpose.REPLACE else speaks.remove
    try:
        receipt = act(account, letter)
    except Uncertain as error:
        raise NotSent(error.safe_message, usage=error.usage) from error
    return replace(receipt, external_id=outcomes.proof_of_change(posting, letter.of))


def _failed(posting: Posting, error: ChannelError, *, now: datetime) -> None:
    """Record what is known after a call that brought no receipt."""
    match error:
        case NotSent(after=after):
            if isinstance(error, Throttled):
                circuit.pause(posting.account_id, until=circuit.soon(now, after))
                circuit.spoke_clearly(posting.account_id)
            outcomes.not_sent(posting, error=error.safe_message, after=after, now=now)
        case AccountUnusable():
            circuit.halt_unusable(posting.account_id, error, now=now)
            outcomes.not_sent(posting, error=error.safe_message, after=timedelta(0), now=now)
        case Refused(fix=fix):
            outcomes.refused(posting, error=error.safe_message, fix=fix, code=error.code, now=now)
            circuit.spoke_clearly(posting.account_id)
        case _:
            _unsure(posting, error.safe_message, now=now)


def _unsure(posting: Posting, error: str, *, now: datetime) -> None:
    outcomes.uncertain(posting, error=error, look_at=now + settle_time(posting), now=now)
    circuit.left_in_doubt(posting.account_id, now=now)


def _count(posting: Posting, usage: Usage | None) -> None:
    """Add up what the call used. It is told by the platform, and no reason to lose what is known of the posting."""
    try:
        use.count(posting.account_id, usage, now=database_now())
    except Exception:
        log.exception("Posting %s: what it used could not be counted.", posting.pk)


def _read_back(posting: Posting) -> None:
    """Look on the platform whether it is there. Only a clean look, twice, lets it be sent again."""
    found = looking.find(posting)
    last_try = posting.attempts_made.order_by("-n").values_list("started_at", flat=True)[0]
    now = database_now()
    match found:
        case Receipt():
            outcomes.found(posting, receipt=found, now=now)
            _count(posting, found.usage)
        case NotThere():
            counts_from = absence_counts_from(posting, last_try=last_try)
            if now < counts_from:
                outcomes.look_again(posting, at=counts_from)
            elif not silence.is_heard(posting, since=counts_from):
                outcomes.cannot_tell(posting, reason=silence.UNHEARD, now=now)
            else:
                outcomes.not_there(posting, look_again_at=now + apart(posting), now=now)
        case CannotTell(reason=reason):
            outcomes.cannot_tell(posting, reason=reason, now=now)
