"""What a platform allows, in sentences beside the form of its accounts: made from the very rows that are asked on sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

from enquiries.registry import channel, kinds, traits_of
from enquiries.rules.may_reply import EXEMPT_PLAN, Row, Way


def notes_on(kind: str, settings: Mapping[str, Any]) -> list[str]:
    """Say what may be answered on a kind of channel, how, and how long. `settings` are the account's."""
    if kind not in kinds():
        return [
            gettext(
                "This kind of channel is not set up here any more: what has arrived stays, nothing can be answered."
            )
        ]
    rows = [_of(row, settings) for row in traits_of(kind).ways]
    traits = traits_of(kind)
    if traits.is_public:
        rows.append(
            gettext("What citizens write there is read by everybody. Nothing leaves in public without a second person.")
        )
    if not channel(kind).polls:
        rows.append(gettext("Nothing is fetched from there: it has to be brought to us."))
    return [line for line in rows if line]


def _of(row: Row, settings: Mapping[str, Any]) -> str:
    match row.way:
        case Way.IN_PUBLIC if row.when_summoned and settings.get("plan") == EXEMPT_PLAN:
            return gettext("On this plan everybody may be answered in public.")
        case Way.IN_PUBLIC if row.when_summoned:
            return gettext(
                "In public only people may be answered who have mentioned or quoted this account. Others are shown, and "
                "nobody can answer them from here."
            )
        case Way.IN_PUBLIC:
            return gettext("Public words may be answered in public.") + _until(row, settings)
        case Way.IN_PRIVATE:
            return gettext("Private words are answered in private.") + _until(row, settings)
        case _:
            once = " " + gettext("One such answer for each comment.") if row.once else ""
            return gettext("Public words may be answered in private.") + _until(row, settings) + once


def _until(row: Row, settings: Mapping[str, Any]) -> str:
    if row.window is None:
        return ""
    longer = row.longer if row.longer and settings.get(row.longer_if) else None
    return " " + gettext("That has to happen within %(time)s of the citizen's last words.") % {
        "time": _time(longer or row.window)
    }


def _time(span: timedelta) -> str:
    if span.days >= 2:
        return ngettext("%(n)d day", "%(n)d days", span.days) % {"n": span.days}
    hours = int(span.total_seconds() // 3600)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
