"""Claim due rows, and say how they went: finished, later, parked. Two workers never hold the same row."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q

from worklist.models import DueRow, Heartbeat

Row = TypeVar("Row", bound=DueRow)

BACKOFF_FIRST = timedelta(seconds=5)
BACKOFF_MOST = timedelta(minutes=15)
HAND_SECONDS = 5.0
"""Rows that were claimed together and are still untouched after so long go back, so that others can take them."""


def worker_name() -> str:
    """Name this process, so that a lease tells who holds it."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def database_now() -> datetime:
    """Ask the database for the time. Leases and clocks use one clock, however wrong a worker's own may be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def backoff(*, attempts: int) -> timedelta:
    """Say how long to wait after the given number of failed attempts: 5 s, doubling, at most 15 minutes."""
    doublings = min(max(attempts - 1, 0), 20)
    return min(BACKOFF_FIRST * int(2**doublings), BACKOFF_MOST)


def claimable(rows: models.QuerySet[Row], *, now: datetime) -> models.QuerySet[Row]:
    """Keep the rows that are due and in nobody's hands, the longest due first."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return rows.filter(free, done_at__isnull=True, parked_at__isnull=True, due_at__lte=now).order_by("due_at", "pk")


def claim(rows: models.QuerySet[Row], *, now: datetime, lease: timedelta, worker: str, limit: int = 1) -> list[Row]:
    """Take up to `limit` due rows under a lease, in a transaction of its own. Rows that others hold are skipped.

    The attempt is counted here, before any work: a row that kills its worker is counted too, and parked in the end.
    """
    with transaction.atomic():
        taken = list(claimable(rows, now=now).select_for_update(skip_locked=True, of=("self",))[:limit])
        if taken:
            type(taken[0])._default_manager.filter(pk__in=[row.pk for row in taken]).update(
                lease_owner=worker, lease_until=now + lease, attempts=F("attempts") + 1
            )
    for row in taken:
        row.lease_owner, row.lease_until, row.attempts = worker, now + lease, row.attempts + 1
    return taken


def drain(rows: models.QuerySet[Row], *, now: datetime, lease: timedelta, worker: str, most: int) -> Iterator[Row]:
    """Claim and yield due rows one at a time, at most `most`, until there are none."""
    for _ in range(most):
        taken = claim(rows, now=now, lease=lease, worker=worker)
        if not taken:
            return
        yield taken[0]


def drain_together(
    rows: models.QuerySet[Row], *, now: datetime, lease: timedelta, worker: str, most: int, at_once: int
) -> Iterator[Row]:
    """Claim due rows `at_once` by one statement and yield each, at most `most`, until there are none.

    For rows that are quick and fresh: until the lease ends, the rest of a hand shares the fate of the row before it. What
    they point to is not fetched along.
    """
    claiming = cache(partial(_claiming, rows, now=now))
    left = most
    while left > 0:
        sql, params = claiming(limit=min(at_once, left))
        hand = rows.model._default_manager.raw(sql, [*params, worker, now + lease])
        taken = sorted(hand, key=lambda row: (row.due_at, row.pk))
        if not taken:
            return
        claimed_at = time.monotonic()
        for place, row in enumerate(taken):
            if place and time.monotonic() - claimed_at > HAND_SECONDS:
                _give_back(taken[place:])
                break
            left -= 1
            yield row


def _claiming(rows: models.QuerySet[Row], *, now: datetime, limit: int) -> tuple[str, tuple[Any, ...]]:
    """Write the statement that takes a hand of rows; owner and end of the lease are still to be put in."""
    sql, params = claimable(rows, now=now).values("pk")[:limit].query.sql_with_params()
    table = connection.ops.quote_name(rows.model._meta.db_table)
    # Only names of ours and Django's own SQL stand in here. MATERIALIZED: the hand is chosen once, whatever the plan.
    text = f"""WITH hand (id) AS MATERIALIZED ({sql} FOR UPDATE OF {table} SKIP LOCKED)
UPDATE {table} SET lease_owner = %s, lease_until = %s, attempts = attempts + 1 FROM hand WHERE {table}.id = hand.id
RETURNING {table}.*"""  # noqa: S608
    return text, params


def _give_back(taken: list[Row]) -> None:
    """Let go of rows that nobody has looked at: this was no attempt."""
    ours = type(taken[0])._default_manager.filter(
        pk__in=[row.pk for row in taken], lease_owner=taken[0].lease_owner, attempts=taken[0].attempts
    )
    ours.update(lease_owner="", lease_until=None, attempts=F("attempts") - 1)


def finish(row: DueRow, *, now: datetime) -> bool:
    """Mark `row` done, if its lease is still ours. False means that somebody else took it over meanwhile."""
    return _close(row, done_at=now, last_error="")


def retry_later(row: DueRow, *, now: datetime, error: str, most: int, after: timedelta | None = None) -> bool:
    """Give `row` back to be tried after `after` (or the backoff), or park it when it has been tried `most` times.

    True when it was parked: the caller tells a person.
    """
    if row.attempts >= most:
        park(row, now=now, error=error)
        return True
    _close(row, due_at=now + (after or backoff(attempts=row.attempts)), last_error=error)
    return False


def park(row: DueRow, *, now: datetime, error: str) -> bool:
    """Set `row` aside for a person."""
    return _close(row, parked_at=now, last_error=error)


def beat(name: str, *, now: datetime) -> None:
    """Note that the sweep `name` has looked."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beaten_at": now})


def _close(row: DueRow, **fields: object) -> bool:
    ours = type(row)._default_manager.filter(pk=row.pk, lease_owner=row.lease_owner)
    changed = ours.update(lease_owner="", lease_until=None, **fields)
    if changed:
        row.lease_owner, row.lease_until = "", None
        for name, value in fields.items():
            setattr(row, name, value)
    return bool(changed)
