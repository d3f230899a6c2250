"""Moments that lie so many working minutes back, so that a demo loaded on any day has work overdue, soon and later."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count

from enquiries.rules.working_time import MOST_DAYS, NeverWorks, WorkingCalendar


def working_before(calendar: WorkingCalendar, moment: datetime, amount: timedelta) -> datetime:
    """Say which moment lies `amount` of working time before `moment`. Raises NeverWorks."""
    left = amount
    day = moment.astimezone(calendar.zone).date()
    for back in range(MOST_DAYS):
        that = day - timedelta(days=back)
        if not calendar.works_on(that):
            continue
        opens, closes = calendar.hours_of(that)
        closes = min(closes, moment)
        if closes <= opens:
            continue
        if closes - left >= opens:
            return closes - left
        left -= closes - opens
    raise NeverWorks("The city has no working hours.")


def live(lives: Iterable[Iterator[datetime]]) -> int:
    """Let every life happen in the order of time. Returns how many there were.

    A life yields the moment of its next act, and acts when it is asked for the one after.
    """
    number = count()
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for life in lives:
        _wait(waiting, next(number), life)
    total = len(waiting)
    while waiting:
        _, place, life = heapq.heappop(waiting)
        _wait(waiting, place, life)
    return total


def _wait(waiting: list[tuple[datetime, int, Iterator[datetime]]], place: int, life: Iterator[datetime]) -> None:
    moment = next(life, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, place, life))
