"""Working time: when the organisation works, and what moment lies so many working minutes after another.

Pure: the calendar is a value, moments are aware, days are those of the organisation's own zone, intervals are half-open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_DAYS = 3660
"""How far to look for a working minute before saying that there is none: ten years."""


class NeverWorks(Exception):
    """The calendar has no working time in reach, so nothing can be promised in it."""


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """When somebody works. `weekdays` counts from 1 (Monday) to 7 (Sunday)."""

    zone: ZoneInfo
    opens_at: time
    closes_at: time
    weekdays: frozenset[int]
    closed: frozenset[date] = field(default_factory=frozenset)

    def works_on(self, day: date) -> bool:
        """Say whether `day` is a working day."""
        return day.isoweekday() in self.weekdays and day not in self.closed

    def hours_of(self, day: date) -> tuple[datetime, datetime]:
        """Say when `day` opens and closes, in UTC. Wall-clock hours: a day of a clock change keeps its hours."""
        opens = datetime.combine(day, self.opens_at, self.zone).astimezone(UTC)
        return opens, datetime.combine(day, self.closes_at, self.zone).astimezone(UTC)

    def intervals_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working intervals after `moment`, the first one cut at it."""
        first = moment.astimezone(self.zone).date()
        for offset in range(MOST_DAYS):
            day = first + timedelta(days=offset)
            if not self.works_on(day):
                continue
            opens, closes = self.hours_of(day)
            if closes > moment:
                yield max(opens, moment.astimezone(UTC)), closes

    def add(self, moment: datetime, amount: timedelta) -> datetime:
        """Say which moment lies `amount` of working time after `moment`. Raises NeverWorks."""
        left = amount
        for start, end in self.intervals_from(moment):
            if start + left <= end:
                return start + left
            left -= end - start
        raise NeverWorks("The organisation has no working hours, so nothing can be promised in them.")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Count the working time from `start` to `end`; nothing when `end` is not later."""
        total = timedelta()
        if end <= start:
            return total
        for opens, closes in self.intervals_from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total
