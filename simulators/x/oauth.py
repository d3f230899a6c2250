"""Proof of who calls: OAuth 1.0a signatures (RFC 5849) over the public address, and the app's bearer token."""

import base64
import hashlib
import hmac
import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from simulators import credentials
from simulators.serving import Request
from simulators.x.tokens import Tokens

HOSTS: Final = ("https://api.twitter.com", "https://api.x.com")
PARAMETER: Final = re.compile(r'([a-zA-Z_]+)="([^"]*)"')


def caller(request: Request, tokens: Tokens) -> tuple[str | None, frozenset[str] | None]:
    """Who calls: "user" (OAuth 1.0a, or a token of OAuth 2.0), "app" (bearer token) or None (nobody we know).

    The second value are the scopes of a token of OAuth 2.0, None where there are no scopes.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme == "Bearer":
        if hmac.compare_digest(value.encode(), credentials.X_BEARER_TOKEN.encode()):
            return "app", None
        scopes = tokens.scopes_of(value)
        return (None, None) if scopes is None else ("user", scopes)
    if scheme == "OAuth":
        named = {key: unquote(raw) for key, raw in PARAMETER.findall(value)}
        return ("user" if _is_signed(request, named) else None), None
    return None, None


def signature(*, method: str, url: str, parameters: list[tuple[str, str]]) -> str:
    """The HMAC-SHA1 signature of RFC 5849 section 3.4 with the demo account's secrets."""
    pairs = sorted((_escape(key), _escape(value)) for key, value in parameters)
    normalised = "&".join(f"{key}={value}" for key, value in pairs)
    text = "&".join([method.upper(), _escape(url), _escape(normalised)])
    key = f"{_escape(credentials.X_CONSUMER_SECRET)}&{_escape(credentials.X_ACCESS_TOKEN_SECRET)}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), "sha1").digest()).decode()


def webhook_signature(body: bytes) -> str:
    """What X puts into `x-twitter-webhooks-signature`, and into the answer that a CRC check expects."""
    digest = hmac.new(credentials.X_CONSUMER_SECRET.encode(), body, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def _is_signed(request: Request, oauth: dict[str, str]) -> bool:
    given = oauth.pop("oauth_signature", "")
    oauth.pop("realm", None)
    ours = (credentials.X_CONSUMER_KEY, credentials.X_ACCESS_TOKEN, "HMAC-SHA1")
    named = tuple(oauth.get(key) for key in ("oauth_consumer_key", "oauth_token", "oauth_signature_method"))
    parameters = [*oauth.items(), *parse_qsl(request.query, keep_blank_values=True), *request.form.items()]
    expected = [signature(method=request.method, url=host + request.path, parameters=parameters) for host in HOSTS]
    return named == ours and any(hmac.compare_digest(given, one) for one in expected)


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
