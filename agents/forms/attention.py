"""What people send about what no machine could finish."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PostingDecisionForm(forms.Form):
    """What a supervisor saw on the platform."""

    decision = forms.ChoiceField(
        choices=[("there", _("It is there")), ("again", _("Send it again")), ("give_up", _("Give it up"))],
        error_messages={"required": _("Choose what you have seen.")},
    )
    external_id = forms.CharField(
        required=False, max_length=300, label=_("Link or number of the post, if you can see it")
    )
