"""What supervisors send about replies that wait: their word on one, and on several at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.forms.writing import MOST_TEXT
from enquiries.models import ReplyReturn

BY_PEOPLE = (
    ReplyReturn.Reason.FACT,
    ReplyReturn.Reason.UNANSWERED,
    ReplyReturn.Reason.TONE,
    ReplyReturn.Reason.PERSONAL_DATA,
    ReplyReturn.Reason.NOT_OURS,
    ReplyReturn.Reason.OTHER,
)
ACTIONS = ("approve", "return", "second", "edit")


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
