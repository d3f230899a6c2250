"""Working time in words, the same on the desk and on the public pages."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enquiries.models import Organisation

A_MONDAY = date(2026, 1, 5)


def working_time(minutes: int, organisation: Organisation) -> str:
    """Say working minutes in the organisation's working days where that comes out even, else in hours or minutes."""
    opens, closes = organisation.opens_at, organisation.closes_at
    day = (closes.hour * 60 + closes.minute) - (opens.hour * 60 + opens.minute)
    if minutes % day == 0:
        return ngettext("%(n)d working day", "%(n)d working days", minutes // day) % {"n": minutes // day}
    if minutes % 60 == 0:
        return ngettext("%(n)d working hour", "%(n)d working hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d working minute", "%(n)d working minutes", minutes) % {"n": minutes}


def opening_hours(organisation: Organisation) -> str:
    """Say when somebody works, such as "Monday to Friday, 9:00 to 17:00"."""
    days = [int(day) for day in organisation.working_days]
    names = [formats.date_format(A_MONDAY + timedelta(days=day - 1), "l") for day in days]
    in_a_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    which = _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]} if in_a_row else ", ".join(names)
    hours = {
        "opens": formats.time_format(organisation.opens_at, "G:i"),
        "closes": formats.time_format(organisation.closes_at, "G:i"),
    }
    return f"{which}, " + _("%(opens)s to %(closes)s") % hours
