"""Signs in to mailboxes by OAuth 2.0, as Microsoft and Google ask for, and fetches new tokens before the old ones end."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from enquiries.contract import Account, AccountUnusable, Halt, NotSent, Renewed

BY_OAUTH = "oauth2"
"""The value of the setting `sign_in` with which a mailbox signs in by a token."""
SECONDS = 10
USUAL_LIFE = 3600
SIGN_IN_AGAIN = "Sign in to the mailbox at your provider again and enter the new refresh token."


def signs_in_by_token(account: Account) -> bool:
    """Tell whether the mailbox signs in by a token instead of a password."""
    return account.settings.get("sign_in") == BY_OAUTH


def token_of(account: Account) -> str:
    """Return the token in use. Raises AccountUnusable when there is none yet: then it is fetched and the call repeated."""
    token = account.secrets.get("oauth2_access_token", "")
    if not token:
        raise AccountUnusable("The mailbox has no access token yet", fix=SIGN_IN_AGAIN, kind=Halt.AUTH)
    return token


def xoauth2(user: str, token: str) -> str:
    """Return what both protocols say to sign in by a token."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def sign_in_to_smtp(server: smtplib.SMTP, *, user: str, token: str) -> None:
    """Sign in by a token. Raises SMTPAuthenticationError."""

    def answer(challenge: bytes | None = None) -> str:
        return "" if challenge else xoauth2(user, token)  # a challenge is the server's reason; silence ends the attempt

    server.auth("XOAUTH2", answer, initial_response_ok=True)


def renew(account: Account) -> Renewed:
    """Exchange the refresh token. The provider may give a new one, which counts from then on. Raises a ChannelError."""
    address = str(account.settings.get("token_url") or "")
    if not signs_in_by_token(account) or not address.startswith(("https://", "http://127.0.0.1:")):
        raise AccountUnusable(
            "The mailbox does not sign in by tokens, or has no address to fetch them",
            fix="Enter the password again, or set the address for tokens.",
            kind=Halt.AUTH,
        )
    told = _asked(account, address)
    token = str(told.get("access_token") or "")
    if not token:
        raise NotSent("The provider gave no token for the mailbox")
    refresh = str(told.get("refresh_token") or "")
    kept = {"oauth2_access_token": token} | ({"oauth2_refresh_token": refresh} if refresh else {})
    life = str(told.get("expires_in"))
    seconds = int(life) if life.isdecimal() and len(life) < 9 else USUAL_LIFE
    return Renewed(secrets=kept, expires_at=datetime.now(UTC) + timedelta(seconds=seconds))


def _asked(account: Account, address: str) -> dict[str, Any]:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": account.secrets.get("oauth2_refresh_token", ""),
        "client_id": account.secrets.get("oauth2_client_id", ""),
        "client_secret": account.secrets.get("oauth2_client_secret", ""),
        "scope": str(account.settings.get("oauth2_scope") or ""),
    }
    with requests.Session() as session:
        session.trust_env = False
        wanted = {name: value for name, value in form.items() if value}
        try:
            answer = session.post(address, data=wanted, timeout=SECONDS, allow_redirects=False)
            told = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise NotSent("The provider of the mailbox gave no token", code=type(error).__name__) from None
    told = told if isinstance(told, dict) else {}
    if answer.status_code in (400, 401) and told.get("error") in ("invalid_grant", "invalid_client"):
        says = "The provider of the mailbox no longer accepts its refresh token"
        raise AccountUnusable(says, fix=SIGN_IN_AGAIN, kind=Halt.AUTH, code=str(told["error"]))
    if answer.status_code != 200:
        raise NotSent("The provider of the mailbox gave no token", code=str(answer.status_code))
    return told
