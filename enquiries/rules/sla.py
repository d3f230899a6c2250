"""What a promise means in moments: when to warn, when it is due, and what the clock has to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from enquiries.rules.working_time import WorkingCalendar

WARN_SHARE = 0.8


@dataclass(frozen=True, kw_only=True)
class Promised:
    """The moments of one promise."""

    warn_at: datetime
    due_at: datetime


def promise(*, calendar: WorkingCalendar, started_at: datetime, working_minutes: int) -> Promised:
    """Say when a promise of `working_minutes` that starts now warns (80 %) and is due."""
    whole = timedelta(minutes=working_minutes)
    return Promised(
        warn_at=calendar.add(started_at, whole * WARN_SHARE),
        due_at=calendar.add(started_at, whole),
    )


def next_moment(*, warn_at: datetime, due_at: datetime, warned: bool, breached: bool) -> datetime | None:
    """Say when a running clock has to act next: warn first, then record the breach, then nothing more."""
    if breached:
        return None
    return due_at if warned else warn_at
