"""Sign-in by OAuth 2.0: the two tokens of an account, of which each exchange brings new ones and ends the old.

Source: docs.x.com "OAuth 2.0 Authorization Code Flow with PKCE", read 2026-11-22: an access token lives two hours, a
refresh token counts once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from channels_social.reading import moment_of, text_of
from channels_social.transport import Answer, open_session, secret
from channels_social.x.answers import meaning
from channels_social.x.wire import PUBLIC, no_answer
from enquiries.contract import Account, AccountUnusable, Halt, NotSent, Renewed

ROUTE = f"{PUBLIC}2/oauth2/token"
USUAL_LIFE = timedelta(hours=2)
EXPIRES = "oauth2_expires_at"
"""Kept beside the tokens: X says only once when one ends."""
SIGN_IN = "Sign in to X anew for this account, then enter the new tokens."


def renew(account: Account, *, now: datetime) -> Renewed:
    """Exchange the refresh token. Raises AccountUnusable when X no longer takes it, NotSent when nobody can tell."""
    answer = _ask(account)
    content = answer.json()
    if answer.status in (400, 401):
        raise AccountUnusable(
            "X does not take the account's refresh token any more", fix=SIGN_IN, kind=Halt.AUTH, code=_code(answer)
        )
    if answer.status != 200:
        raise meaning(answer, writing=False, now=now)
    access, refresh = text_of(content.get("access_token")), text_of(content.get("refresh_token"))
    if not access:
        raise NotSent("X answered the renewal with something that cannot be read", code=str(answer.status))
    expires_at = now + _life(content)
    secrets = {"oauth2_access_token": access, EXPIRES: expires_at.isoformat()}
    return Renewed(secrets=secrets | ({"oauth2_refresh_token": refresh} if refresh else {}), expires_at=expires_at)


def expires_at(account: Account, *, now: datetime) -> datetime:
    """Say when the access token ends; now, where nobody knows: then it is exchanged soon and its end is known."""
    return moment_of(account.secrets.get(EXPIRES)) or now


def _ask(account: Account) -> Answer:
    client_id = secret(account, "oauth2_client_id")
    form = {"grant_type": "refresh_token", "refresh_token": secret(account, "oauth2_refresh_token")}
    confidential = account.secrets.get("oauth2_client_secret", "")
    session, adapter = open_session(account, public=PUBLIC)
    fault: BaseException | None = None
    with session:
        try:
            if confidential:
                session.post(ROUTE, data=form, auth=(client_id, confidential), allow_redirects=False)
            else:
                session.post(ROUTE, data={**form, "client_id": client_id}, allow_redirects=False)
        except requests.RequestException as error:
            fault = error
    if adapter.answer is None:
        raise no_answer(fault, writing=False)
    return adapter.answer


def _life(content: dict[str, Any]) -> timedelta:
    seconds = content.get("expires_in")
    return timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < 10**8 else USUAL_LIFE


def _code(answer: Answer) -> str:
    return f"{answer.status} {text_of(answer.json().get('error'))[:40]}".strip()


def utc_now() -> datetime:
    """Return the moment, for calls that bring none."""
    return datetime.now(UTC)
