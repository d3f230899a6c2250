"""The pane of facts: the promise and why it is due then, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _

from enquiries.models import ChannelIdentity, Clock, Enquiry, Organisation
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
        hours=working_hours(enquiry.organisation),
        amount=_amount(clock.working_minutes),
    )


def working_hours(organisation: Organisation) -> str:
    """Say when the organisation works."""
    days = [str(_day(int(day))) for day in organisation.working_days]
    in_a_row = organisation.working_days in "1234567" and len(days) > 2
    named = _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]} if in_a_row else ", ".join(days)
    return _("%(days)s, %(opens)s–%(closes)s") % {
        "days": named,
        "opens": formats.time_format(organisation.opens_at, "H:i"),
        "closes": formats.time_format(organisation.closes_at, "H:i"),
    }


def _day(number: int) -> str:
    # Monday, 5 January 2026, and the days after it: Django knows their names in every language.
    return formats.date_format(datetime(2026, 1, 4 + number), "l")  # noqa: DTZ001 - only its weekday is used


def _amount(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return _("%(minutes)d working minutes") % {"minutes": minutes}
    return _("%(hours)d working hours") % {"hours": hours}


def identities_of(enquiry: Enquiry) -> list[ChannelIdentity]:
    """List how the channels know this citizen."""
    return list(ChannelIdentity.objects.filter(citizen_id=enquiry.citizen_id).order_by("pk"))
