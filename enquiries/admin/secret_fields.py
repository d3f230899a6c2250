"""Secrets of accounts in a form: written, never shown."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext, gettext_lazy

from enquiries.registry import kinds, traits_of

PREFIX = "secret_"
LONGEST = 1000


def fields_of(kind: str) -> list[str]:
    """List the form fields for the secrets of a kind."""
    return [PREFIX + secret.name for secret in traits_of(kind).secrets]


def _field(label: object) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # translated when it is shown
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("Leave it empty to keep what is set. It is never shown."),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "size": 60}),
    )


class SecretsForm(forms.Form):
    """A field per secret of any kind. None of them ever carries a value to the browser."""


# A subclass finds them there as if they were written above.
SecretsForm.declared_fields.update(
    {PREFIX + secret.name: _field(secret.label) for kind in kinds() for secret in traits_of(kind).secrets}
)


def entered(cleaned: Mapping[str, object]) -> dict[str, str]:
    """Pick the secrets that were typed in, by name."""
    return {
        name.removeprefix(PREFIX): str(value).strip()
        for name, value in cleaned.items()
        if name.startswith(PREFIX) and str(value or "").strip()
    }


def says_which(kind: str, secrets: Mapping[str, str]) -> str:
    """Say which secrets are set and which are missing, without any of their letters."""
    lines = [
        f"{secret.name.replace('_', ' ')}: {gettext('set') if secrets.get(secret.name) else gettext('missing')}"
        for secret in traits_of(kind).secrets
    ]
    return "; ".join(lines) or gettext("This channel needs none.")
