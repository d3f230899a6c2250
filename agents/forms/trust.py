"""What people send about trust, reviews and buddies, checked before any service is called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.models import User
from enquiries.models import Review
from enquiries.rules.review import HIGHEST, LOWEST, SHEET

CHOOSE_MARK = {"required": _("Give each point a mark.")}


class StepForm(forms.Form):
    """A supervisor's word about a rung: `give` what is proposed, `not_yet`, `lower` to the bottom, or set a topic `apart`."""

    action = forms.ChoiceField(choices=[(name, name) for name in ("give", "not_yet", "lower", "apart")])
    seen = forms.IntegerField(min_value=0, required=False)
    level = forms.CharField(required=False, max_length=10)
    reason = forms.CharField(required=False, max_length=500, strip=True)
    review_on = forms.DateField(required=False)
    topic = forms.IntegerField(min_value=1, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason wherever the figures do not give it."""
        sent = super().clean() or {}
        action = sent.get("action")
        if action and action != "give" and not sent.get("reason"):
            self.add_error("reason", _("Write why: the colleague reads it."))
        if action == "not_yet" and not sent.get("review_on") and "review_on" not in self.errors:
            self.add_error("review_on", _("Choose the day on which you look at it again."))
        if action == "apart" and not sent.get("topic"):
            self.add_error("topic", _("Choose a topic."))
        return sent


class SheetForm(forms.Form):
    """A review sheet: a mark for each point, what came of it, and a word for the author."""

    verdict = forms.ChoiceField(choices=Review.Verdict.choices, error_messages={"required": _("Say what came of it.")})
    note = forms.CharField(required=False, max_length=5000, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in SHEET:
            self.fields[point.name] = forms.IntegerField(
                min_value=LOWEST, max_value=HIGHEST, error_messages=CHOOSE_MARK
            )

    def clean(self) -> dict[str, Any]:
        """Ask for words wherever there is something to learn."""
        sent = super().clean() or {}
        if sent.get("verdict") in (Review.Verdict.COACH, Review.Verdict.SERIOUS) and not sent.get("note"):
            self.add_error("note", _("Write what the author can learn from it."))
        return sent

    @property
    def marks(self) -> dict[str, object]:
        """The marks by point, as they were sent."""
        return {point.name: self.cleaned_data.get(point.name) for point in SHEET}


class BuddyForm(forms.Form):
    """Who reads along with whom. Without a buddy the pair ends."""

    agent = forms.ModelChoiceField(User.objects.none())
    buddy = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__organisation_id=organisation_id, is_active=True).distinct()
        for name in ("agent", "buddy"):
            self.fields[name].queryset = people.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a pair of one."""
        sent = super().clean() or {}
        if sent.get("agent") and sent.get("agent") == sent.get("buddy"):
            self.add_error("buddy", _("Nobody reads along with themselves. Choose somebody else."))
        return sent
