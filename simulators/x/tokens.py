"""OAuth 2.0 at X: tokens of an account that live two hours, and refresh tokens that count once."""

import base64
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.credentials import X_CONSUMER_KEY, X_CONSUMER_SECRET
from simulators.serving import Request, Response, json_response

CLIENT_ID: Final = "northwell-client-id"
CLIENT_SECRET: Final = "northwell-client-secret"
LIFE: Final = timedelta(hours=2)
ALL_SCOPES: Final = "tweet.read tweet.write users.read offline.access dm.read dm.write media.write tweet.moderate.write"


@dataclass
class Grant:
    """What an account allowed an app, with the tokens that prove it now."""

    access: str
    refresh: str
    expires_at: datetime
    scopes: frozenset[str]
    used: list[str]
    is_revoked: bool = False


class Tokens:
    """All grants; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grants: list[Grant] = []

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._grants = []

    def grant(self, *, scopes: str = ALL_SCOPES, seconds: float = LIFE.total_seconds()) -> dict[str, Any]:
        """Let the account agree, as a person would in a browser."""
        with self._lock:
            made = Grant(_new(), _new(), _after(seconds), frozenset(scopes.split()), [])
            self._grants.append(made)
        return _shown(made, seconds)

    def revoke(self) -> None:
        """Take every consent back."""
        with self._lock:
            for each in self._grants:
                each.is_revoked = True

    def scopes_of(self, token: str) -> frozenset[str] | None:
        """What a token allows; None for one that is unknown, over or taken back."""
        with self._lock:
            found = next((each for each in self._grants if hmac.compare_digest(each.access, token)), None)
            if found is None or found.is_revoked or found.expires_at <= datetime.now(UTC):
                return None
            return found.scopes

    def exchange(self, request: Request) -> Response:
        """POST /2/oauth2/token: new tokens for a refresh token. One that comes twice ends the whole grant."""
        if not _is_client(request):
            return _refused("unauthorized_client", "Missing valid authorization header", status=401)
        if request.form.get("grant_type") != "refresh_token":
            return _refused("unsupported_grant_type", "Value passed for the grant type was invalid.")
        given = request.form.get("refresh_token", "")
        with self._lock:
            stale = next((each for each in self._grants if given in each.used), None)
            if stale:
                stale.is_revoked = True
            found = next((each for each in self._grants if each.refresh == given and not each.is_revoked), None)
            if found is None:
                return _refused("invalid_request", "Value passed for the token was invalid.")
            found.used.append(found.refresh)
            found.access, found.refresh, found.expires_at = _new(), _new(), _after(LIFE.total_seconds())
            return json_response(_shown(found, LIFE.total_seconds()))


def _is_client(request: Request) -> bool:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        known = {f"{CLIENT_ID}:{CLIENT_SECRET}", f"{X_CONSUMER_KEY}:{X_CONSUMER_SECRET}"}
        return any(hmac.compare_digest(value, base64.b64encode(each.encode()).decode()) for each in known)
    return request.form.get("client_id") == CLIENT_ID


def _shown(grant: Grant, seconds: float) -> dict[str, Any]:
    return {
        "token_type": "bearer",
        "expires_in": int(seconds),
        "access_token": grant.access,
        "refresh_token": grant.refresh,
        "scope": " ".join(sorted(grant.scopes)),
    }


def _refused(error: str, description: str, *, status: int = 400) -> Response:
    return json_response({"error": error, "error_description": description}, status=status)


def _after(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def _new() -> str:
    return secrets.token_urlsafe(24)
