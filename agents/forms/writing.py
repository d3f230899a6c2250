"""What the composer sends: a wording with all that belongs to it, a text that is being typed, a text to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.contract import Side
from enquiries.models import Reply
from enquiries.services.replies import Aim

MOST_TEXT = 100_000
FURTHEST = timedelta(days=90)
"""Nobody remembers a reply that was scheduled further ahead."""


class SheetForm(forms.Form):
    """Which text it is: the message it answers, what it is for, and our own post that it corrects."""

    text = forms.CharField(required=False, strip=False, max_length=MOST_TEXT)
    answers = forms.IntegerField(min_value=1)
    purpose = forms.ChoiceField(required=False, choices=Reply.Purpose.choices)
    corrects = forms.IntegerField(min_value=1, required=False)

    def clean_purpose(self) -> str:
        """Take a form without a purpose for an answer."""
        return self.cleaned_data["purpose"] or Reply.Purpose.ANSWER


class DraftForm(SheetForm):
    """A text that is being typed, and the row that the screen goes on from."""

    draft = forms.IntegerField(min_value=1, required=False)


class LookForm(SheetForm):
    """A text to look at before it is saved, and whether it is to go in parts."""

    in_parts = forms.BooleanField(required=False)


class ReplyForm(DraftForm):
    """A wording, with the newest version its author had seen, the side that was on the screen, and when it is to leave.

    `side` is what the badge said; `confirmed` is the side that the author has said yes to after a change of sides.
    """

    version = forms.IntegerField(min_value=1, required=False)
    side = forms.ChoiceField(required=False, choices=[(side.value, side.value) for side in Side])
    confirmed = forms.ChoiceField(required=False, choices=[(side.value, side.value) for side in Side])
    in_parts = forms.BooleanField(required=False)
    as_quote = forms.BooleanField(required=False)
    send_at = forms.CharField(required=False, max_length=30)
    action = forms.ChoiceField(choices=[(name, name) for name in ("save", "submit", "check", "attach")])

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def clean_send_at(self) -> datetime | None:
        """Read a moment of the organisation's own zone; it has to exist there and to lie ahead."""
        typed = self.cleaned_data["send_at"].strip()
        if not typed:
            return None
        try:
            local = datetime.fromisoformat(typed)
        except ValueError:
            raise forms.ValidationError(_("Write the moment like 24/11/2026 09:00.")) from None
        moment = (local if local.tzinfo else local.replace(tzinfo=self.zone)).astimezone(UTC)
        if local.tzinfo is None and moment.astimezone(self.zone).replace(tzinfo=None) != local:
            raise forms.ValidationError(_("That hour does not exist: the clocks are changed in it. Choose another."))
        if moment <= self.now:
            raise forms.ValidationError(
                _("That moment is over. Choose a later one, or leave it empty to send at once.")
            )
        if moment > self.now + FURTHEST:
            raise forms.ValidationError(_("That is more than 90 days ahead. Choose an earlier moment."))
        return moment

    def aim(self) -> Aim:
        """Say what the reply is for, and what of its sending was chosen."""
        sent = self.cleaned_data
        return Aim(
            purpose=sent["purpose"],
            corrects_id=sent["corrects"],
            not_before=sent["send_at"],
            in_parts=sent["in_parts"],
            as_quote=sent["as_quote"],
        )


class LengthForm(forms.Form):
    """A text that is being written, the message it answers, and what it is for."""

    text = forms.CharField(required=False, strip=False, max_length=MOST_TEXT)
    answers = forms.IntegerField(min_value=1)
    purpose = forms.ChoiceField(required=False, choices=Reply.Purpose.choices)
