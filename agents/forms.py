"""What people send from the desk, checked before any service is called."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_TEXT = 100_000


class LengthForm(forms.Form):
    """A text that is being written, and the message it answers."""

    text = forms.CharField(required=False, strip=False, max_length=MOST_TEXT)
    answers = forms.IntegerField(min_value=1)


class PostingDecisionForm(forms.Form):
    """What a supervisor saw on the platform."""

    decision = forms.ChoiceField(
        choices=[("there", _("It is there")), ("again", _("Send it again")), ("give_up", _("Give it up"))],
        error_messages={"required": _("Choose what you have seen.")},
    )
    external_id = forms.CharField(
        required=False, max_length=300, label=_("Link or number of the post, if you can see it")
    )
