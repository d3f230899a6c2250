"""What supervisors send to name who stands in for their team."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agents.models import User
from enquiries.models import Team

INPUT = {"class": "input"}
WHEN = (
    ("late", _("Standing: only when a reply waits too long for its approver")),
    ("all", _("For a time: for everything, as if it were their own team")),
)


class StandInForm(forms.Form):
    """Who stands in for which team: always when it is late, or for everything in a time."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None, widget=forms.Select(INPUT))
    user = forms.ModelChoiceField(User.objects.none(), label=_("Who stands in"), widget=forms.Select(INPUT))
    when = forms.ChoiceField(label=_("When"), choices=WHEN, initial="late", widget=forms.RadioSelect)
    first_day = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(INPUT | {"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Until and with"), required=False, widget=forms.DateInput(INPUT | {"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in {"team": teams, "user": people}.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Ask for an end where somebody stands in for everything: a forgotten one would last for ever."""
        found = super().clean() or {}
        if found.get("when") == "all" and not found.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Choose the last day: who stands in for everything does so for a time."))
        return found

    def span(self, zone: ZoneInfo, *, now: datetime) -> tuple[datetime, datetime | None]:
        """Give the beginning and the end, whole days in the organisation's zone; from now on where no day is chosen."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        begins = max(datetime.combine(first, time(), tzinfo=zone), now) if first else now
        return begins, datetime.combine(last + timedelta(days=1), time(), tzinfo=zone) if last else None
