"""The pane of facts: the promise and why it is due then, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enquiries.models import ChannelIdentity, Clock, Enquiry
from enquiries.queries.hours import opening_hours, working_time
from enquiries.services.clocks import calendar_of

MOST_EARLIER = 5


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The running or last clock of an enquiry, with the share of its working time that is used, 0 to 100."""

    clock: Clock
    used_percent: int
    hours: str
    amount: str


def promise_of(enquiry: Enquiry, *, now: datetime) -> Promise | None:
    """Explain the newest clock. None where nothing was ever promised."""
    clock = Clock.objects.filter(enquiry=enquiry).order_by("-pk").first()
    if clock is None:
        return None
    calendar = calendar_of(enquiry.organisation, around=clock.started_at)
    until = min(clock.stopped_at or now, clock.due_at)
    used = calendar.between(clock.started_at, until).total_seconds() / 60
    return Promise(
        clock=clock,
        used_percent=100 if until >= clock.due_at else min(99, int(100 * used / max(1, clock.working_minutes))),
        hours=opening_hours(enquiry.organisation),
        amount=working_time(clock.working_minutes, enquiry.organisation),
    )


def identities_of(enquiry: Enquiry) -> list[ChannelIdentity]:
    """List how the channels know this citizen."""
    return list(ChannelIdentity.objects.filter(citizen_id=enquiry.citizen_id).order_by("pk"))
