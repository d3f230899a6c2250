"""Forms that keep organisations apart: what is chosen has to be of the same organisation as what it is chosen for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class BelongingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses a team of another organisation in words; the database would refuse it too, but with an error page."""

    def clean(self) -> dict[str, Any]:
        """Compare the chosen team's organisation with this thing's."""
        cleaned = super().clean() or self.cleaned_data
        team = cleaned.get("team")
        organisation = cleaned.get("organisation")
        own_id = organisation.pk if organisation else getattr(self.instance, "organisation_id", None)
        if team and own_id and team.organisation_id != own_id:
            raise ValidationError({"team": _("This team belongs to another organisation.")})
        return cleaned
