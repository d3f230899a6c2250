"""Listens for public posts that nobody addressed to us; what is heard stands in a list of its own until somebody joins."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from enquiries.contract import ChannelError, Listens, Polled, Throttled
from enquiries.models import Monitor, Payload
from enquiries.registry import channel, kinds
from enquiries.services import intake
from enquiries.services.overhearing import name_for
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)


def listen_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Search for every monitor whose turn it is. Returns how many posts were new."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Listens)]
    mine = Monitor.objects.filter(is_active=True, account__is_active=True, account__kind__in=able)
    turns = queue.drain(mine.select_related("account"), now=now, lease=LEASE, worker=worker, most=most)
    return sum(_listen(monitor, now) for monitor in turns)


def _listen(monitor: Monitor, now: datetime) -> int:
    speaks = channel(monitor.account.kind)
    assert isinstance(speaks, Listens)  # noqa: S101 - only such monitors are claimed
    try:
        polled = speaks.listen(monitor.account.as_account(), monitor.query, monitor.cursor)
    except ChannelError as error:
        wait = queue.backoff(attempts=monitor.attempts)
        wait = max(wait, error.after) if isinstance(error, Throttled) else wait
        _come_back(monitor, due_at=now + wait, last_error=error.safe_message[:500])
        return 0
    new = _store(monitor, polled, now)
    wait = timedelta(0) if polled.more else timedelta(seconds=monitor.every_seconds)
    _come_back(
        monitor,
        due_at=now + wait,
        cursor=dict(polled.cursor),
        attempts=0,
        succeeded_at=now,
        last_error=polled.warning[:500],
    )
    return new


def _store(monitor: Monitor, polled: Polled, now: datetime) -> int:
    return sum(
        intake.accept_payload(
            account_id=monitor.account_id,
            source=Payload.Source.MONITOR,
            external_id=name_for(monitor, incoming.external_id),
            raw=incoming.raw,
            now=now,
        ).is_new
        for incoming in polled.incoming
    )


def _come_back(monitor: Monitor, **fields: object) -> None:
    ours = Monitor.objects.filter(pk=monitor.pk, lease_owner=monitor.lease_owner)
    ours.update(lease_owner="", lease_until=None, **fields)
