"""What was done to a monitor, from the ledger, in sentences: who let it listen for something else, paused it, resumed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.history import Line
from agents.models import User
from agents.words import event_in_words
from audit.models import Event
from enquiries.models import Monitor

MOST = 20
VERBS = ("monitor.begun", "monitor.changed", "monitor.paused", "monitor.resumed")
FIELDS = {
    "name": gettext_lazy("its name"),
    "query": gettext_lazy("the words"),
    "every_seconds": gettext_lazy("how often"),
}


def changes_of(monitor: Monitor) -> list[Line]:
    """Tell what was done to a monitor, the newest first. Two statements."""
    events = list(Event.objects.filter(verb__in=VERBS, subject=f"monitor:{monitor.pk}").order_by("-pk")[:MOST])
    names = {one.pk: str(one) for one in User.objects.filter(pk__in={event.actor_id for event in events})}
    return [
        Line(at=one.at, what=event_in_words(one.verb), about=_about(one.data), actor=names.get(one.actor_id or 0, ""))
        for one in events
    ]


def _about(data: Mapping[str, Any]) -> str:
    told = [str(FIELDS[field]) for field in data.get("changed", ()) if field in FIELDS]
    if "seconds" in data:
        told.append(
            _("%(before)s → %(after)s") % {"before": every(data["seconds_before"]), "after": every(data["seconds"])}
        )
    return ", ".join(told)


def every(seconds: int) -> str:
    """Say how often something is done that is done every so many seconds."""
    if seconds >= 86_400:
        return _("once a day")
    if seconds % 3600 == 0:
        hours = seconds // 3600
        return ngettext("every hour", "every %(n)s hours", hours) % {"n": hours}
    minutes = max(1, round(seconds / 60))
    return ngettext("every minute", "every %(n)s minutes", minutes) % {"n": minutes}
