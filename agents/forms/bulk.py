"""What people send when they do one thing to many enquiries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agents.models import User
from enquiries.models import Enquiry, Team, Topic
from enquiries.services.triage import bulk

INPUT = {"class": "input"}
WAKES_AT = time(8, 0)
ACTS = {
    "assign": _("Assign to a colleague"),
    "release": _("Give back to the team"),
    "topic": _("Set the topic"),
    "transfer": _("Move to another team"),
    "priority": _("Set the priority"),
    "wait": _("Wait for the citizen"),
    "close": _("Close"),
    "reopen": _("Open again"),
}


class BulkForm(forms.Form):
    """The act and what it needs. Only the field of the act that was chosen is asked for."""

    to = forms.ModelChoiceField(
        User.objects.none(), label=_("Colleague"), empty_label=_("Choose somebody"), widget=forms.Select(INPUT)
    )
    new_topic = forms.ModelChoiceField(
        Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("No topic"), widget=forms.Select(INPUT)
    )
    new_team = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Team"),
        required=False,
        empty_label=_("No team: everybody sees it"),
        help_text=_(
            "A reply that waits for approval goes on waiting where its author works for the new team. Else it goes back and "
            "has to be submitted there again; nothing of it is lost."
        ),
        widget=forms.Select(INPUT),
    )
    new_priority = forms.TypedChoiceField(
        choices=Enquiry.Priority.choices, coerce=int, label=_("Priority"), initial=0, widget=forms.Select(INPUT)
    )
    until = forms.DateField(
        label=_("Wake them on"),
        widget=forms.DateInput(INPUT | {"type": "date"}, format="%Y-%m-%d"),
        initial=lambda: timezone.localdate() + timedelta(days=7),
    )
    FIELD = {
        "assign": "to",
        "topic": "new_topic",
        "transfer": "new_team",
        "priority": "new_priority",
        "wait": "until",
    }

    def __init__(self, *args: Any, act: str, organisations: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act, ours = act, list(organisations)
        people = User.objects.filter(is_active=True, memberships__organisation__in=ours).distinct().order_by("name")
        rows: dict[str, Any] = {
            "to": people,
            "new_topic": Topic.objects.filter(organisation__in=ours).order_by("position", "name"),
            "new_team": Team.objects.filter(organisation__in=ours).order_by("name"),
        }
        for name in list(self.fields):
            if name != self.FIELD.get(act):
                del self.fields[name]
            elif name in rows:
                self.fields[name].queryset = rows[name]  # type: ignore[attr-defined]

    def as_act(self, *, by_id: int, zone: ZoneInfo, now: datetime) -> bulk.Act:
        """Make the act that was asked for, out of checked words."""
        sent, common = self.cleaned_data, {"by_id": by_id, "now": now}
        match self.act:
            case "assign":
                return bulk.assign(to_id=sent["to"].pk, **common)  # type: ignore[arg-type]
            case "topic":
                return bulk.topic(topic=sent["new_topic"], **common)  # type: ignore[arg-type]
            case "transfer":
                return bulk.transfer(team=sent["new_team"], **common)  # type: ignore[arg-type]
            case "priority":
                return bulk.priority(priority=sent["new_priority"], **common)  # type: ignore[arg-type]
            case "wait":
                return bulk.wait(until=datetime.combine(sent["until"], WAKES_AT, zone), **common)  # type: ignore[arg-type]
            case "release":
                return bulk.release(**common)  # type: ignore[arg-type]
            case "reopen":
                return bulk.reopen(**common)  # type: ignore[arg-type]
        return bulk.close(**common)  # type: ignore[arg-type]
