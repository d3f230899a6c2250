"""What people send from the desk, checked before any service is called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.models import Organisation, Team, Topic

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


class PostingDecisionForm(forms.Form):
    """What a supervisor saw on the platform."""

    decision = forms.ChoiceField(
        choices=[("there", _("It is there")), ("again", _("Send it again")), ("give_up", _("Give it up"))],
        error_messages={"required": _("Choose what you have seen.")},
    )
    external_id = forms.CharField(
        required=False, max_length=300, label=_("Link or number of the post, if you can see it")
    )
