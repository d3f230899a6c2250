"""Secrets of accounts in a form: written, never shown."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext, gettext_lazy

KNOWN = {
    "x": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    "facebook": ("app_secret", "previous_app_secret", "page_token", "verify_token"),
    "email": ("imap_password", "smtp_password", "archive_password"),
    "web": (),
}
"""Kind → the names of its secrets, as its channel looks them up."""
PREFIX = "secret_"
LONGEST = 1000


def fields_of(kind: str) -> list[str]:
    """List the form fields for the secrets of a kind."""
    return [PREFIX + name for name in KNOWN.get(kind, ())]


def _field(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("Leave it empty to keep what is set. It is never shown."),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "size": 60}),
    )


class SecretsForm(forms.Form):
    """A field per secret of any kind. None of them ever carries a value to the browser."""

    secret_consumer_key = _field("Consumer key")
    secret_consumer_secret = _field("Consumer secret")
    secret_access_token = _field("Access token")
    secret_access_token_secret = _field("Access token secret")
    secret_app_secret = _field("App secret")
    secret_previous_app_secret = _field("Previous app secret")
    secret_page_token = _field("Page token")
    secret_verify_token = _field("Verify token")
    secret_imap_password = _field("IMAP password")
    secret_smtp_password = _field("SMTP password")
    secret_archive_password = _field("Password of the archive mailbox")


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
        f"{name.replace('_', ' ')}: {gettext('set') if secrets.get(name) else gettext('missing')}"
        for name in KNOWN.get(kind, ())
    ]
    return "; ".join(lines) or gettext("This channel needs none.")
