"""What supervisors send: their word on a reply, on several at once, on the policy, and on what stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.models import ChannelKind, Freeze, Organisation, ReplyReturn

BY_PEOPLE = (
    ReplyReturn.Reason.FACT,
    ReplyReturn.Reason.UNANSWERED,
    ReplyReturn.Reason.TONE,
    ReplyReturn.Reason.PERSONAL_DATA,
    ReplyReturn.Reason.NOT_OURS,
    ReplyReturn.Reason.OTHER,
)
ACTIONS = ("approve", "return", "second", "edit")
MOST_TEXT = 100_000
MOST_AT_ONCE = 20
LASTS = ((1, _("1 hour")), (4, _("4 hours")), (24, _("1 day")), (72, _("3 days")), (168, _("7 days")))


class DecisionForm(forms.Form):
    """A supervisor's word on a reply: approve exactly this hash, ask a second person, change it, or return it.

    `finds` are the finds of the guard that the supervisor accepts, each as "KIND:key".
    """

    action = forms.ChoiceField(choices=[(action, action) for action in ACTIONS])
    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    reason = forms.ChoiceField(
        required=False,
        choices=[(reason.value, reason.label) for reason in BY_PEOPLE],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose a reason from the list.")},
    )
    note = forms.CharField(required=False, max_length=2000, strip=True)
    serious = forms.BooleanField(required=False)
    asked = forms.IntegerField(required=False, min_value=1)
    words = forms.CharField(required=False, max_length=500, strip=True)
    text = forms.CharField(required=False, strip=False, max_length=MOST_TEXT)
    version = forms.IntegerField(required=False, min_value=1)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason, and for words where the reason says nothing by itself."""
        found = super().clean() or {}
        if found.get("action") == "edit" and not found.get("text", "").strip():
            self.add_error("text", _("Write something: an empty reply cannot be handed on."))
        if found.get("action") != "return" or "reason" in self.errors:
            return found
        if not found.get("reason"):
            self.add_error("reason", _("Choose a reason, so that the author knows what to change."))
        elif found["reason"] == ReplyReturn.Reason.OTHER and not found.get("note"):
            self.add_error("note", _("Say what to change: “something else” does not tell."))
        return found

    @property
    def acknowledged(self) -> set[tuple[str, str]]:
        """The accepted finds as (kind, key)."""
        sent = self.data.getlist("finds") if hasattr(self.data, "getlist") else []
        pairs = (each.partition(":")[::2] for each in sent[:200])
        return {(kind[:40], key[:40]) for kind, key in pairs if kind and key}


class FreezeForm(forms.Form):
    """What is to stand still, why, and for how long."""

    scope = forms.ChoiceField(choices=Freeze.Scope.choices, widget=forms.RadioSelect, initial=Freeze.Scope.EVERYTHING)
    kind = forms.ChoiceField(required=False, choices=[("", "—"), *ChannelKind.choices])
    account = forms.ModelChoiceField(None, required=False, empty_label="—")
    topic = forms.ModelChoiceField(None, required=False, empty_label="—")
    reason = forms.CharField(
        max_length=300,
        error_messages={"required": _("Say why: colleagues will read it instead of seeing replies leave.")},
    )
    hours = forms.TypedChoiceField(choices=LASTS, coerce=int, initial=4)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {"account": organisation.accounts.order_by("name"), "topic": organisation.topics.order_by("name")}
        for name, found in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = found
        for name in ("kind", "account", "topic", "reason", "hours"):
            self.fields[name].widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        """Ask for the one thing that the scope needs, and forget the others."""
        found = super().clean() or {}
        needs = {Freeze.Scope.CHANNEL: "kind", Freeze.Scope.ACCOUNT: "account", Freeze.Scope.TOPIC: "topic"}
        wanted = needs.get(found.get("scope", ""))  # type: ignore[call-overload]
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
