"""Looks at the platforms for what no webhook brought: stores first, remembers how far, then tells the platform."""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from audit.ledger import record
from enquiries.contract import Account, AccountUnusable, ChannelError, Halt, Polled, Throttled
from enquiries.models import ChannelAccount, Payload, PayloadPlace, PickUp
from enquiries.queries.trouble import FAILING_TRIES
from enquiries.registry import channel, traits_of
from enquiries.services.accounts import credentials, use
from enquiries.services.incoming import comparing, intake
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
LOOK_FOR = 45.0
"""Seconds after which no further account is begun: a worker is stopped after 120, and its account then rests for the lease."""
UNUSABLE_WAIT = timedelta(minutes=10)
WATCHED_FOR = timedelta(days=14)
MOST_WATCHED = 50
LOOKED_THROUGH = 20_000


def pick_up_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Pick up from every account whose turn it is. Returns how many payloads were new."""
    _give_new_accounts_a_turn(now)
    mine = PickUp.objects.filter(account__is_active=True).select_related("account")
    until, new = time.monotonic() + LOOK_FOR, 0
    for turn in queue.drain(mine, now=now, lease=LEASE, worker=worker, most=most):
        new += _pick_up(turn, now=now)
        if time.monotonic() > until:
            break
    return new


def _give_new_accounts_a_turn(now: datetime) -> None:
    """See to it that an account made a moment ago, by whatever way, is looked at from now on."""
    for account in ChannelAccount.objects.filter(is_active=True, pick_up__isnull=True):
        if channel(account.kind).polls:
            every = traits_of(account.kind).every_seconds
            PickUp.objects.get_or_create(account=account, defaults={"due_at": now, "every_seconds": every})


def _pick_up(turn: PickUp, *, now: datetime) -> int:
    account = turn.account
    if turn.attempts > 1 and not turn.last_error:
        # A look that ends with an error says so. One whose worker was stopped or died leaves nothing but this count.
        PickUp.objects.filter(pk=turn.pk).update(last_error="The last look did not come to an end.")
    try:
        speaks = channel(account.kind)
        known, polled = _look(account, turn.cursor, now)
        new = _store(account, polled, now)
        if comparing.is_due(account, polled.cursor, now=now) and not polled.more:
            polled = _compared(account, known, polled, now)
        # Only what is committed is marked as seen, here and then on the platform: a crash anywhere means reading again.
        _come_back(turn, now, timedelta(0) if polled.more else timedelta(seconds=turn.every_seconds), polled=polled)
        use.count(account.pk, polled.usage, now=now)
        speaks.settle(known, polled)
    except ChannelError as error:
        use.count(account.pk, error.usage, now=now)
        _trouble(turn, error, now)
        return 0
    except Exception as error:
        log.exception("Picking up from account %s failed in an unforeseen way.", account.pk)
        _come_back(turn, now, queue.backoff(attempts=turn.attempts), error=f"Unforeseen: {type(error).__name__}")
        return 0
    return new


def _compared(account: ChannelAccount, known: Account, polled: Polled, now: datetime) -> Polled:
    """Fetch what lies there and is not here, and say in the cursor that it was looked for."""
    seen = comparing.missing_of(account, known, polled)
    missed = _store(account, seen, now)
    if missed:
        comparing.tell(account, new=missed, now=now)
    return comparing.noted(polled, seen=seen, new=missed, now=now)


def _look(account: ChannelAccount, cursor: Mapping[str, Any], now: datetime) -> tuple[Account, Polled]:
    """Look at the platform. Where it does not take the token any more and there can be another, look once more with that."""
    speaks, known = channel(account.kind), account.as_account()
    watch = watched(account, now=now)
    try:
        return known, speaks.poll(known, cursor, watch=watch)
    except AccountUnusable as error:
        if error.kind != Halt.AUTH or not credentials.renew(account.pk, now=now, refused=known):
            raise
        use.count(account.pk, error.usage, now=now)
    known = ChannelAccount.objects.get(pk=account.pk).as_account()
    return known, speaks.poll(known, cursor, watch=watch)


# Only the newest messages of all accounts are looked through: an account on which nobody writes must not cost the most.
WATCHED = """
SELECT thread_key FROM enquiries_message
 WHERE account_id = %s AND direction = 'IN' AND side = 'PUBLIC' AND recorded_at > %s AND blanked_at IS NULL
   AND id > (SELECT coalesce(max(id), 0) FROM enquiries_message) - %s
 ORDER BY id DESC LIMIT %s
"""


def watched(account: ChannelAccount, *, now: datetime) -> tuple[str, ...]:
    """Name the public threads in which citizens wrote to us lately, the latest first, by their platform's numbers."""
    if not traits_of(account.kind).is_public:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(WATCHED, [account.pk, now - WATCHED_FOR, LOOKED_THROUGH, MOST_WATCHED * 10])
        threads = [row[0].rpartition(":")[0] for row in cursor.fetchall()]
    return tuple(dict.fromkeys(thread for thread in threads if thread))[:MOST_WATCHED]


def _store(account: ChannelAccount, polled: Polled, now: datetime) -> int:
    new = 0
    for incoming in polled.incoming:
        accepted = intake.accept_payload(
            account_id=account.pk,
            source=Payload.Source.POLL,
            external_id=incoming.external_id or f"sha256:{hashlib.sha256(incoming.raw).hexdigest()}",
            raw=incoming.raw,
            # A server whose clock is ahead must not have its mails wait for that moment.
            now=min(incoming.received_at or now, now),
        )
        new += accepted.is_new
        if incoming.place:
            _keep_place(account, accepted.payload_id, incoming.place)
    return new


def _keep_place(account: ChannelAccount, payload_id: int, place: str) -> None:
    at = PayloadPlace(account=account, payload_id=payload_id, place=comparing.name_of(place))
    PayloadPlace.objects.bulk_create([at], ignore_conflicts=True)


def _trouble(turn: PickUp, error: ChannelError, now: datetime) -> None:
    # At moments that no two accounts share: a server that comes back is not asked by all of them at once.
    wait = queue.backoff(attempts=turn.attempts) * random.uniform(0.5, 1.0)
    if isinstance(error, Throttled):
        wait = max(wait, error.after)
    if isinstance(error, AccountUnusable):
        wait = UNUSABLE_WAIT
    log.warning("Picking up from account %s: %s", turn.account_id, error.safe_message)
    if turn.attempts == 1:
        record(
            verb="pickup.failed",
            now=now,
            subject=f"account:{turn.account_id}",
            organisation_id=turn.account.organisation_id,
            data={"code": error.code[:60]},
        )
    _come_back(turn, now, wait, error=error.safe_message, is_told=isinstance(error, AccountUnusable))


def _come_back(
    turn: PickUp,
    now: datetime,
    wait: timedelta,
    *,
    polled: Polled | None = None,
    error: str = "",
    is_told: bool = False,
) -> None:
    """Give the turn back. A success starts the count of failures anew; `is_told` shows a failure to a person at once."""
    fields: dict[str, object] = {
        "due_at": now + wait,
        "lease_owner": "",
        "lease_until": None,
        "last_error": error[:500],
    }
    if polled:
        fields |= {
            "cursor": dict(polled.cursor),
            "attempts": 0,
            "succeeded_at": now,
            "warning": polled.warning[:300],
        }
    elif is_told:
        fields["attempts"] = max(turn.attempts, FAILING_TRIES)
    is_ours = PickUp.objects.filter(pk=turn.pk, lease_owner=turn.lease_owner).update(**fields)
    if is_ours and polled:
        _note_gap(turn, polled.warning[:300], now)


def _note_gap(turn: PickUp, warning: str, now: datetime) -> None:
    """Write down that something may be missing, and that it is not any more: the page shows only how it stands."""
    if bool(warning) == bool(turn.warning):
        return
    record(
        verb="pickup.gap" if warning else "pickup.gap_closed",
        now=now,
        subject=f"account:{turn.account_id}",
        organisation_id=turn.account.organisation_id,
    )
