"""What people send about listening: whom to hear, for which words, and what to do about words under our posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enquiries.models import ChannelAccount, Moderation, Overheard

EVERY = ((300, _("every 5 minutes")), (900, _("every 15 minutes")), (3600, _("every hour")), (86_400, _("once a day")))


class MonitorForm(forms.Form):
    """A new monitor."""

    account = forms.ModelChoiceField(ChannelAccount.objects.none(), label=_("Account"), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=100, error_messages={"required": _("Give it a name.")})
    query = forms.CharField(
        label=_("Words to listen for"),
        max_length=512,
        error_messages={"required": _("Write what to listen for.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("One word or more; all of them must be there. OR between words, “quotes” around a phrase."),
    )
    every_seconds = forms.TypedChoiceField(label=_("How often"), choices=EVERY, coerce=int, initial=900)

    def __init__(self, *args: Any, accounts: QuerySet[ChannelAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = accounts.order_by("kind", "name")
        for each in self.fields.values():
            each.widget.attrs["class"] = "input"


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
