"""What supervisors send to let nothing leave: what stands still, why, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.models import ChannelAccount, ChannelKind, Freeze, Organisation, Topic
from enquiries.registry import outward_choices

LASTS = ((1, _("1 hour")), (4, _("4 hours")), (24, _("1 day")), (72, _("3 days")), (168, _("7 days")))


def kinds_offered() -> list[tuple[str, object]]:
    """List the kinds that can stand still, and none."""
    return [("", "—"), *outward_choices()]


class FreezeForm(forms.Form):
    """What is to stand still, why, and for how long."""

    scope = forms.ChoiceField(
        label=_("What stands still"),
        choices=Freeze.Scope.choices,
        widget=forms.RadioSelect,
        initial=Freeze.Scope.EVERYTHING,
    )
    kind = forms.ChoiceField(required=False, label=_("Channel"), choices=kinds_offered)
    account = forms.ModelChoiceField(ChannelAccount.objects.none(), label=_("Account"), required=False, empty_label="—")
    topic = forms.ModelChoiceField(Topic.objects.none(), label=_("Topic"), required=False, empty_label="—")
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        error_messages={"required": _("Say why: colleagues will read it instead of seeing replies leave.")},
    )
    public_notice = forms.CharField(
        label=_("Notice for citizens, if they should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_(
            "It stands on the public pages beside the channel until this ends, once another person who leads has confirmed"
            " it. Everybody can read it."
        ),
    )
    hours = forms.TypedChoiceField(label=_("For how long"), choices=LASTS, coerce=int, initial=4)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = organisation.accounts.exclude(kind=ChannelKind.PRACTICE)
        rows = {"account": accounts.order_by("kind", "name"), "topic": organisation.topics.order_by("name")}
        for name, found in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = found
        for name in ("kind", "account", "topic", "reason", "public_notice", "hours"):
            self.fields[name].widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        """Ask for the one thing that the scope needs, and forget the others."""
        found = super().clean() or {}
        needs = {Freeze.Scope.CHANNEL: "kind", Freeze.Scope.ACCOUNT: "account", Freeze.Scope.TOPIC: "topic"}
        wanted = needs.get(found.get("scope", ""))
        if wanted and not found.get(wanted):
            self.add_error(wanted, _("Choose which one."))
        for name in needs.values():
            if name != wanted:
                found[name] = "" if name == "kind" else None
        return found

    @property
    def lasts(self) -> timedelta:
        """How long it is to last."""
        return timedelta(hours=self.cleaned_data["hours"])
