"""Time in words, as somebody in a hurry reads it: how much is left of a promise, and when something was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

HOUR = timedelta(hours=1)
COUNTED = timedelta(hours=4)
"""So long before the end the time left is counted; earlier than that, the moment itself says more."""


class TimeLeft(NamedTuple):
    """The time left in words. `tone` is "over", "soon", "calm", or "none" where nothing is promised."""

    words: str
    tone: str


def time_left(due_at: datetime | None, *, now: datetime, zone: ZoneInfo) -> TimeLeft:
    """Say how much is left of a promise."""
    if due_at is None:
        return TimeLeft(words="", tone="none")
    left = due_at - now
    if left <= timedelta(0):
        return TimeLeft(words=_("%(time)s over") % {"time": span_in_words(-left)}, tone="over")
    if left <= HOUR:
        return TimeLeft(words=_("%(time)s left") % {"time": span_in_words(left)}, tone="soon")
    if left <= COUNTED:
        return TimeLeft(words=_("%(time)s left") % {"time": span_in_words(left)}, tone="calm")
    return TimeLeft(words=_moment_ahead(due_at.astimezone(zone), now.astimezone(zone)), tone="calm")


def span_in_words(span: timedelta) -> str:
    """Say a span of time in its largest units, rounded up to a minute."""
    minutes = max(1, ceil(span.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if hours >= 48:
        return ngettext("%(days)d day", "%(days)d days", hours // 24) % {"days": hours // 24}
    if not rest or hours >= 10:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}


def _moment_ahead(moment: datetime, now: datetime) -> str:
    time = written(moment, "H:i")
    days = (moment.date() - now.date()).days
    if days == 0:
        return _("due %(time)s") % {"time": time}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": time}
    if days < 7:
        return written(moment, "D H:i")
    return written(moment, "j M")


def when(there: datetime, *, today: date) -> str:
    """Say when something was, in a place's own time: the time alone for today, the weekday for this week, else the date."""
    days = (today - there.date()).days
    if days == 0:
        return written(there, "H:i")
    if 0 < days < 7:
        return written(there, "D H:i")
    return written(there, "j M H:i" if there.year == today.year else "j M Y")


def written(there: datetime, style: str) -> str:
    """Write a moment of a place's own time in one of Django's styles, in the language of the request.

    Of the clock a style has at most "H:i". The days are remembered: a page of fifty rows or of a long thread writes a
    hundred moments, and they fall on few days.
    """
    day = _written(there.date(), style.replace("H:i", _CLOCK), get_language() or "")
    return day.replace(_CLOCK, f"{there.hour:02}:{there.minute:02}")


_CLOCK = "{}"


@lru_cache(maxsize=20_000)
def _written(day: date, style: str, language: str) -> str:
    return formats.date_format(day, style)
