"""Second factors of the tests: a real app, codes of any moment, and a person who has set one up."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from agents.models import User
from agents.signing_in.policy import SignInPolicy
from tests.people import PASSWORD, City

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or half minutes later or before."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def with_app(user: User) -> Authenticator:
    """Give somebody an app."""
    made: Authenticator = TOTP.activate(user, SECRET).instance
    return made


def with_codes(user: User) -> list[str]:
    """Give somebody recovery codes."""
    return list(RecoveryCodes.activate(user).get_unused_codes())


def asks(city: City, whom: str) -> None:
    """Let the city ask for a second factor."""
    SignInPolicy.objects.update_or_create(organisation=city.organisation, defaults={"second_factor_for": whom})


def password(client: Client, user: User, *, then: str = ""):
    """Type the password."""
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": then})


def typed(client: Client, text: str):
    """Type a code after the password."""
    return client.post("/accounts/second-factor/", {"code": text})


def is_in(client: Client) -> bool:
    """Whether the desk opens."""
    return client.get("/desk/").status_code == 200
