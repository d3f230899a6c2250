"""Secrets of accounts in a form: written, never shown."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.fernet import InvalidToken
from django import forms
from django.utils.translation import gettext, gettext_lazy

from enquiries.models import ChannelAccount
from enquiries.models.sealed import seal_all
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


def opened(account: ChannelAccount) -> Mapping[str, str] | None:
    """Give the secrets that are set. None when no key of this installation opens them."""
    try:
        return account.as_account().secrets
    except InvalidToken:
        return None


def keep(account: ChannelAccount, cleaned: Mapping[str, object]) -> None:
    """Put what was typed in over what is set, in memory. What nobody can open gives way; a former one counts on.

    Nothing typed changes nothing: secrets that no key opens today may be opened by one that is put back tomorrow.
    """
    typed, held = entered(cleaned), opened(account)
    if cleaned.get("forget_secrets") or (typed and held is None):
        account.sealed_secrets, held = seal_all({}), {}
    if typed:
        account.keep_secrets(_former(account.kind, typed, held or {}) | typed)


def _former(kind: str, typed: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """Keep the former value of what is exchanged, where the channel takes both for a while."""
    exchanged = [
        secret
        for secret in traits_of(kind).secrets
        if secret.replaces in typed and held.get(secret.replaces) not in (None, typed[secret.replaces])
    ]
    return {secret.name: held[secret.replaces] for secret in exchanged}


def says_which(kind: str, secrets: Mapping[str, str] | None) -> str:
    """Say which secrets are set and which are missing, without any of their letters."""
    if secrets is None:
        return gettext(
            "No key of this installation opens what is kept here, so the account cannot be used. Put the former key back "
            "into FIELD_KEYS, or type all secrets in anew: they replace what is kept."
        )
    lines = [
        f"{secret.name.replace('_', ' ')}: {gettext('set') if secrets.get(secret.name) else gettext('missing')}"
        for secret in traits_of(kind).secrets
    ]
    return "; ".join(lines) or gettext("This channel needs none.")
