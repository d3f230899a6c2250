"""Codes that work once: an app's code is refused the second time, however long it is shown."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

LAST = "last_step"
"""The newest step of time whose code was taken: a code of this step or an earlier one is worth nothing."""


@transaction.atomic
def take(authenticator: Authenticator, code: str) -> bool:
    """Take a code of an app, at most once, whatever happens at the same moment. Says whether it was good."""
    locked = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
    if locked is None:
        return False
    step = step_of(decrypt(locked.data["secret"]), code)
    if step is None or step <= locked.data.get(LAST, -1):
        return False
    locked.data[LAST] = step
    locked.save(update_fields=["data"])
    return True


def step_of(secret: str, code: str) -> int | None:
    """Find the step of time that a code belongs to: the present one or a neighbour, as MFA_TOTP_TOLERANCE says."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None


class _OnceOnly:
    """What both forms below do: count the attempts, then try the app and the recovery codes."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Accept a code of the app or a recovery code. Raises ValidationError for others, and after too many attempts."""
        forget_attempts = check_rate_limit(self.user)
        code = str(self.cleaned_data["code"]).replace(" ", "")
        # The app first: its failure is the one that is told of.
        known = list(Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN))
        for authenticator in sorted(known, key=lambda each: each.type != Authenticator.Type.TOTP):
            is_app = authenticator.type == Authenticator.Type.TOTP
            if take(authenticator, code) if is_app else authenticator.wrap().validate_code(code):
                authenticator.refresh_from_db()
                authenticator.user = self.user
                self.authenticator = authenticator
                forget_attempts()
                return code
        raise get_adapter().validation_error("incorrect_code")


class OnceOnlyForm(_OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """The code at signing in."""


class OnceOnlyAgainForm(_OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    """The code before something delicate."""
