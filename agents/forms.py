"""What people send from the desk, checked before any service is called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.models import Organisation, ReplyReturn, Team, Topic

BY_PEOPLE = (
    ReplyReturn.Reason.FACT,
    ReplyReturn.Reason.UNANSWERED,
    ReplyReturn.Reason.TONE,
    ReplyReturn.Reason.PERSONAL_DATA,
    ReplyReturn.Reason.NOT_OURS,
    ReplyReturn.Reason.OTHER,
)
MOST_TEXT = 100_000


class LengthForm(forms.Form):
    """A text that is being written, and the message it answers."""

    text = forms.CharField(required=False, strip=False, max_length=MOST_TEXT)
    answers = forms.IntegerField(min_value=1)


class SortForm(forms.Form):
    """Topic and team of an enquiry, out of its organisation's."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        required=False,
        label=_("Topic"),
        empty_label=_("No topic"),
        widget=forms.Select({"class": "input"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label=_("Team"),
        empty_label=_("No team: everybody sees it"),
        widget=forms.Select({"class": "input"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in {
            "topic": organisation.topics.order_by("position", "name"),
            "team": organisation.teams.order_by("name"),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = rows


class DecisionForm(forms.Form):
    """A supervisor's word on a reply: approve exactly this hash, or return it with a reason."""

    action = forms.ChoiceField(choices=[("approve", "approve"), ("return", "return")])
    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    reason = forms.ChoiceField(
        required=False,
        choices=[(reason.value, reason.label) for reason in BY_PEOPLE],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose a reason from the list.")},
    )
    note = forms.CharField(required=False, max_length=2000, strip=True)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason, and for words where the reason says nothing by itself."""
        found = super().clean() or {}
        if found.get("action") != "return" or "reason" in self.errors:
            return found
        if not found.get("reason"):
            self.add_error("reason", _("Choose a reason, so that the author knows what to change."))
        elif found["reason"] == ReplyReturn.Reason.OTHER and not found.get("note"):
            self.add_error("note", _("Say what to change: “something else” does not tell."))
        return found


class PostingDecisionForm(forms.Form):
    """What a supervisor saw on the platform."""

    decision = forms.ChoiceField(
        choices=[("there", _("It is there")), ("again", _("Send it again")), ("give_up", _("Give it up"))],
        error_messages={"required": _("Choose what you have seen.")},
    )
    external_id = forms.CharField(
        required=False, max_length=300, label=_("Link or number of the post, if you can see it")
    )
