"""What people send about listening: whom to hear, for which words, and what to do about words under our posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agents.listening.changes import every
from enquiries.models import ChannelAccount, Moderation, Monitor, Overheard
from enquiries.services.platforms.listening import as_seen

EVERY = (300, 900, 3600, 86_400)
"""How often a monitor may be let search, in seconds; one that was begun by a program keeps its own."""


class MonitorForm(forms.Form):
    """What a monitor listens for. `seen` is how it stood on the page, `now_every` how often it searches by now."""

    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Give it a name.")})
    query = forms.CharField(
        label=_("Words to listen for"),
        max_length=512,
        error_messages={"required": _("Write what to listen for.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("One word or more; all of them must be there. OR between words, “quotes” around a phrase."),
    )
    every_seconds = forms.TypedChoiceField(label=_("How often"), coerce=int, initial=900)
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now_every: int = 900, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        often = self.fields["every_seconds"]
        assert isinstance(often, forms.ChoiceField)  # noqa: S101 - for the type checker
        often.choices = [(seconds, every(seconds)) for seconds in sorted({*EVERY, now_every})]
        for each in self.fields.values():
            each.widget.attrs["class"] = "input"

    @classmethod
    def of(cls, monitor: Monitor) -> MonitorForm:
        """Show a monitor as it stands."""
        stands = {"name": monitor.name, "query": monitor.query, "every_seconds": monitor.every_seconds}
        return cls(initial=stands | {"seen": as_seen(monitor)}, now_every=monitor.every_seconds)

    def about(self, monitor: Monitor) -> MonitorForm:
        """Keep what was typed, now about the monitor as it stands: the next time it is saved knowingly."""
        typed = {name: self.data.get(name, "") for name in ("name", "query", "every_seconds")}
        again = MonitorForm(typed | {"seen": as_seen(monitor)}, now_every=monitor.every_seconds)
        again.is_valid()
        return again

    @property
    def wanted(self) -> dict[str, Any]:
        """What to listen for, as the services take it."""
        return {name: self.cleaned_data[name] for name in ("name", "query", "every_seconds")}


class NewMonitorForm(MonitorForm):
    """A new monitor, and the account it searches with."""

    account = forms.ModelChoiceField(ChannelAccount.objects.none(), label=_("Account"), empty_label=None)

    def __init__(self, *args: Any, accounts: QuerySet[ChannelAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = accounts.order_by("kind", "name")


class ModerationForm(forms.Form):
    """What somebody asks a second person to decide."""

    act = forms.ChoiceField(
        choices=Moderation.Act.choices, error_messages={"required": _("Choose what is to be done.")}
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        error_messages={"required": _("Say why: whoever decides reads it, and it is kept.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "input"}),
    )


class ModerationDecisionForm(forms.Form):
    """What the second person decided."""

    decision = forms.ChoiceField(choices=[("agree", ""), ("decline", "")])
    words = forms.CharField(required=False, max_length=300)


class OverheardForm(forms.Form):
    """What of the list somebody wants to see. What is not understood is passed over."""

    state = forms.ChoiceField(
        required=False, choices=[(one.value, "") for one in (Overheard.State.NEW, Overheard.State.LEFT)]
    )
    account = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    monitor = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.CharField(required=False, max_length=60)
