"""What arrives: keeps the raw bytes first, reads them later, and puts each message into the enquiry it belongs to."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, QuerySet

from audit.ledger import record, written_together
from audit.versions import gathered
from enquiries.contract import (
    Account,
    Bounce,
    Ignored,
    InboundMessage,
    OwnPost,
    Parsed,
    PostChanged,
    Receipted,
    Unreadable,
)
from enquiries.models import ChannelAccount, Message, Payload
from enquiries.models.account import SecretsClosed
from enquiries.queries.account_versions import VERSIONS, AccountVersions
from enquiries.queries.prepared import PreparedText
from enquiries.queries.trips import fewer_trips
from enquiries.registry import channel
from enquiries.services.incoming import correspondence, receipts
from enquiries.services.leaving import circuit, notices
from enquiries.services.platforms import overhearing, presence
from worklist import queue
from worklist.hints import hint, hint_on_commit
from worklist.lasting import lasting_soon

log = logging.getLogger(__name__)
READ_TASK = "enquiries.read_payloads"
READ_LEASE = timedelta(seconds=90)
READ_TRIES = 3
READ_TOGETHER = 10
"""So many fresh payloads are claimed in one go; what was tried before is claimed alone, whatever it did to its reader."""
TOGETHER_LEASE = timedelta(seconds=30)
KEYLESS_WAIT = timedelta(minutes=5)
"""What no key of ours opens is looked at again so often: the key may be back, whoever brought it."""
READER_DEATHS = 6
"""A payload whose readers never came back, neither with a message nor with an error, is a person's after so many."""


class CannotRead(Exception):
    """A payload that is kept, but could not be read now. It waits in the list of unreadable ones, with its reason."""


class BeingRead(CannotRead):
    """Nobody has failed at it: somebody else holds it, or just took it. A moment later it is read."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The row that holds the bytes. `is_new` is False when the same thing had arrived before."""

    payload_id: int
    is_new: bool


class Outdated(Exception):
    """Nothing was kept: an account is not what it was when the sender was proven. Look again, prove again."""


# One round trip: webhooks come by the hundred in a second, and this is all that happens before they are answered.
_COLUMNS = """
INSERT INTO enquiries_payload (account_id, source, external_id, raw, received_at, state, outcome, due_at, attempts,
                               lease_owner, last_error)
SELECT %(account)s, %(source)s, %(identity)s, %(raw)s, %(now)s, 'RECEIVED', '', %(now)s, 0, '', ''
"""
_ONCE = "ON CONFLICT (account_id, external_id) DO NOTHING RETURNING id"
_insert = PreparedText(f"{_COLUMNS} {_ONCE}")
_insert_if_unchanged = PreparedText(f"{_COLUMNS} WHERE ({VERSIONS}) = %(versions)s {_ONCE}")


def accept_payload(
    *,
    account_id: int,
    source: str,
    external_id: str,
    raw: bytes,
    now: datetime,
    proven_by: AccountVersions | None = None,
) -> Accepted:
    """Keep the untouched bytes of something that arrived. Committed when this returns; only then answer the sender.

    The same `external_id` again is not kept twice: the first row is named. `proven_by` are the accounts by which the
    sender was proven, where they were not asked for just now: Outdated unless they still are the same (or it is known).
    """
    named = external_id.replace("\x00", "")[:200]
    identity = named if named.strip() else f"sha256:{hashlib.sha256(raw).hexdigest()}"
    row = {"account": account_id, "source": source, "identity": identity, "raw": raw, "now": now}
    # One statement is a transaction of its own; BEGIN and COMMIT would be two more.
    for (number,) in _insert_if_unchanged(**row, **vars(proven_by)) if proven_by else _insert(**row):
        hint_on_commit(READ_TASK)
        return Accepted(payload_id=number, is_new=True)
    if proven_by:
        raise Outdated
    known = Payload.objects.filter(account_id=account_id, external_id=identity).values_list("pk", flat=True).get()
    return Accepted(payload_id=known, is_new=False)


def read_due_payloads(*, now: datetime, worker: str, most: int = 200) -> int:
    """Read payloads that are due, oldest first. One that fails is set aside and the next go on. Returns how many.

    A full first hand of them means that there are more: another worker is told, so that a backlog occupies them all.
    """
    # What a crash undoes is read again: the bytes were safe before anybody answered their sender.
    with gathered(), lasting_soon():
        return _read_due(Payload.objects.filter(state=Payload.State.RECEIVED), now=now, worker=worker, most=most)


def _read_due(due: QuerySet[Payload], *, now: datetime, worker: str, most: int) -> int:
    source_of = cache(_source)
    count = 0
    for payload in queue.drain(due.filter(attempts__gt=0), now=now, lease=READ_LEASE, worker=worker, most=most):
        _read(payload, source_of(payload.account_id), now)
        count += 1
    hands = queue.drain_together(
        due.filter(attempts=0), now=now, lease=TOGETHER_LEASE, worker=worker, most=most - count, at_once=READ_TOGETHER
    )
    for fresh, payload in enumerate(hands, start=1):
        if fresh == READ_TOGETHER:
            hint(READ_TASK)
        _read(payload, source_of(payload.account_id), now)
        count += 1
    return count


@dataclass(frozen=True)
class _Source:
    """Where payloads come from: looked up, and its secrets opened, once for the many of one sweep."""

    account: ChannelAccount

    @cached_property
    def opened(self) -> Account:
        return self.account.as_account()


def _source(account_id: int) -> _Source:
    """Fetch an account with all that reading asks of its organisation."""
    whole = ChannelAccount.objects.select_related("organisation")
    return _Source(whole.prefetch_related("organisation__promises", "organisation__closed_days").get(pk=account_id))


def read_now(payload_id: int, *, now: datetime, worker: str) -> Payload:
    """Read one payload at once, for a citizen who waits. Raises CannotRead or BeingRead; the bytes are kept anyway."""
    one = Payload.objects.filter(pk=payload_id, state=Payload.State.RECEIVED)
    taken = queue.claim(one, now=now, lease=READ_LEASE, worker=worker)
    if taken:
        _read(taken[0], _source(taken[0].account_id), now)
    payload = Payload.objects.get(pk=payload_id)
    if payload.state == Payload.State.READ:
        return payload
    # One look at one row decides: what is asked a second time may have been read in between.
    if payload.state == Payload.State.RECEIVED and (payload.lease_owner or not payload.last_error):
        raise BeingRead("Somebody else is reading it.")
    raise CannotRead(payload.last_error)


def _read(payload: Payload, source: _Source, now: datetime) -> None:
    """Read one payload that this process holds: all of its messages and the word "read" are one commit."""
    if payload.attempts > READER_DEATHS:
        _set_aside(payload, "Whoever began to read it did not come back", now, for_good=True)
        return
    account = source.account
    try:
        parts = channel(account.kind).parse(source.opened, bytes(payload.raw))
        with transaction.atomic(), fewer_trips(), written_together():
            outcome = _keep_parts(payload, account, list(parts), now)
            if outcome is not None:
                _finish.tell(payload=payload.pk, outcome=outcome, now=now)
    except SecretsClosed as error:
        # Nobody has tried to read it: it waits for a key, however long that takes.
        circuit.halt_unusable(account.pk, error, now=now)
        _ours(payload).update(**_freed(error.safe_message), due_at=now + KEYLESS_WAIT, attempts=F("attempts") - 1)
    except OperationalError as error:
        # A deadlock between two batches, a lock held too long, a restart: not the payload's fault, never parked for it.
        log.warning("Payload %s is read again later (%s).", payload.pk, type(error).__name__)
        _put_back(payload, "The database was busy", now)
    except Exception as error:  # noqa: BLE001 - whatever a payload does to us, it is set aside and the next one is read
        log.warning("Payload %s could not be read (%s).", payload.pk, type(error).__name__)
        _set_aside(payload, f"{type(error).__name__}: it could not be read", now)


def _keep_parts(payload: Payload, account: ChannelAccount, parts: list[Parsed], now: datetime) -> str | None:
    """Keep each part. Returns what came of them, or None when the payload as a whole is unreadable and parked."""
    if len(parts) == 1 and isinstance(parts[0], Unreadable):
        _set_aside(payload, parts[0].error, now, for_good=True)
        return None
    outcomes = [_keep_part(payload, account, part, now) for part in parts]
    counts = {outcome: outcomes.count(outcome) for outcome in dict.fromkeys(outcomes)}
    return "; ".join(f"{outcome} x{n}" if n > 1 else outcome for outcome, n in counts.items())[:300] or "empty"


def _keep_part(payload: Payload, account: ChannelAccount, part: Parsed, now: datetime) -> str:
    if payload.source == Payload.Source.MONITOR and not isinstance(part, Unreadable):
        return overhearing.keep(payload=payload, account=account, part=part, now=now)
    match part:
        case InboundMessage():
            if correspondence.receive(payload=payload, account=account, inbound=part, now=now):
                return "message"
            return correspondence.why_not_kept(account, part)
        case OwnPost():
            return "receipt" if receipts.own_post_seen(account=account, post=part, now=now) else "own post"
        case PostChanged():
            return presence.changed(payload=payload, account=account, part=part, now=now)
        case Receipted():
            return notices.receipted(payload=payload, account=account, part=part, now=now)
        case Bounce():
            return notices.bounced(payload=payload, account=account, part=part, now=now)
        case Unreadable(raw=raw, error=error):
            _keep_unreadable_part(payload, raw, error, now)
            return "unreadable part"
        case Ignored(reason=reason):
            return f"ignored: {reason}"


def _keep_unreadable_part(payload: Payload, raw: bytes, error: str, now: datetime) -> None:
    part, made = Payload.objects.get_or_create(
        account_id=payload.account_id,
        external_id=f"part:{hashlib.sha256(raw).hexdigest()}",
        defaults={
            "source": Payload.Source.PART,
            "raw": raw,
            "received_at": payload.received_at,
            "due_at": now,
            "part_of": payload,
        },
    )
    if made:
        Payload.objects.filter(pk=part.pk).update(
            state="UNREADABLE", parked_at=now, last_error=error[:500] or "unreadable"
        )
        _tell_unreadable(part, now)


_finish = PreparedText("""
UPDATE enquiries_payload
   SET state = 'READ', outcome = %(outcome)s, done_at = %(now)s, lease_owner = '', lease_until = NULL, last_error = ''
 WHERE id = %(payload)s
""")


def _set_aside(payload: Payload, error: str, now: datetime, *, for_good: bool = False) -> None:
    """Try again a little later, or, after some tries, hand it to a person."""
    if not for_good and payload.attempts < READ_TRIES:
        _put_back(payload, error, now)
    elif _ours(payload).update(**_freed(error), state=Payload.State.UNREADABLE, parked_at=now):
        _tell_unreadable(payload, now)


def _put_back(payload: Payload, error: str, now: datetime) -> None:
    _ours(payload).update(**_freed(error), due_at=now + queue.backoff(attempts=payload.attempts))


def _ours(payload: Payload) -> QuerySet[Payload]:
    return Payload.objects.filter(pk=payload.pk, lease_owner=payload.lease_owner, state=Payload.State.RECEIVED)


def _freed(error: str) -> dict[str, Any]:
    return {"lease_owner": "", "lease_until": None, "last_error": error[:500] or "unreadable"}


def _tell_unreadable(payload: Payload, now: datetime) -> None:
    record(
        verb="payload.unreadable",
        now=now,
        subject=f"payload:{payload.pk}",
        organisation_id=payload.account.organisation_id,
        data={"source": payload.source, "attempts": payload.attempts},
    )


@transaction.atomic
def retry_unreadable(payload: Payload, *, by_id: int, now: datetime) -> None:
    """Put an unreadable payload back to be read: after a repair, or because somebody wants to see it fail again."""
    changed = Payload.objects.filter(pk=payload.pk, state=Payload.State.UNREADABLE).update(
        state=Payload.State.RECEIVED, parked_at=None, due_at=now, attempts=0
    )
    if not changed:
        return
    record(
        verb="payload.retried",
        now=now,
        actor_id=by_id,
        subject=f"payload:{payload.pk}",
        organisation_id=payload.account.organisation_id,
    )
    hint_on_commit(READ_TASK)


def message_of(payload: Payload) -> Message | None:
    """Find the message that was read out of a payload, whichever payload brought it first."""
    return Message.objects.filter(payload=payload).select_related("enquiry").order_by("pk").first()
