"""What is believed of an identity provider: its description, its keys, and a proof that it made for this very sign-in."""

from __future__ import annotations

import hmac
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with a public key. Never "none", and never a shared secret, which a public key could be taken for."""
LEEWAY_SECONDS = 30
REMEMBERED_SECONDS = 300
NEEDED = ["iss", "sub", "aud", "exp", "iat"]
_remembered: dict[str, tuple[float, dict[str, Any]]] = {}


class SignInRefused(OAuth2Error):  # type: ignore[misc]
    """The provider's answer is not believed. The text is a fixed sentence for the log, without anything personal."""


def description() -> dict[str, Any]:
    """Fetch how the provider describes itself, at most every five minutes. Raises SignInRefused."""
    issuer = settings.OIDC.issuer
    until, known = _remembered.get(issuer, (0.0, {}))
    if time.monotonic() < until:
        return dict(known)
    found = asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise SignInRefused("The provider calls itself otherwise than OIDC_ISSUER.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme not in _schemes():
            raise SignInRefused(f"The provider's description has no usable {name}.")
    _remembered[issuer] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return dict(found)


def asked(url: str, *, bearer: str = "") -> dict[str, Any]:
    """Fetch JSON from the provider, within seconds and without being led elsewhere. Raises SignInRefused."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url, headers=headers, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
    except (OSError, ValueError) as problem:  # what requests raises is an OSError
        raise SignInRefused(f"The provider could not be asked ({type(problem).__name__}).") from problem
    if not isinstance(found, dict):
        raise SignInRefused("The provider answered something else than asked for.")
    return found


def believed(token: str, *, nonce: str) -> dict[str, Any]:
    """Read an ID token as OpenID Connect Core 3.1.3.7 asks. Returns its claims. Raises SignInRefused."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key_of(token),
            algorithms=ALGORITHMS,
            audience=settings.OIDC.client_id,
            issuer=settings.OIDC.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as problem:
        raise SignInRefused(f"The proof is not valid ({type(problem).__name__}).") from problem
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignInRefused("The proof was made for another sign-in (nonce).")
    if "azp" in claims and claims["azp"] != settings.OIDC.client_id:
        raise SignInRefused("The proof was made for another service (azp).")
    return claims


def about(claims: dict[str, Any], *, access_token: str) -> dict[str, Any]:
    """Add what the provider says about the person at its userinfo address, where it has one. Raises SignInRefused."""
    address = description().get("userinfo_endpoint")
    if not address:
        return claims
    told = asked(address, bearer=access_token)
    if told.get("sub") != claims["sub"]:
        raise SignInRefused("The provider's two answers are about different people (sub).")
    if "email" in told:  # an address and whether it is verified belong together
        claims = {name: value for name, value in claims.items() if name != "email_verified"}
    return {**told, **claims, **{name: told[name] for name in ("email", "email_verified") if name in told}}


def sign_out_address(*, back: str) -> str | None:
    """Find where one signs out at the provider too; `back` is where it may send people afterwards."""
    try:
        address = description().get("end_session_endpoint")
    except SignInRefused:
        return None
    if not address or urlsplit(str(address)).scheme not in _schemes():
        return None
    return f"{address}?{urlencode({'client_id': settings.OIDC.client_id, 'post_logout_redirect_uri': back})}"


def _key_of(token: str) -> Any:
    wanted = jwt.get_unverified_header(token).get("kid")
    keys = jwt.PyJWKSet.from_dict(asked(description()["jwks_uri"])).keys
    fitting = [key for key in keys if key.key_id == wanted] if wanted else keys
    if len(fitting) != 1:
        raise SignInRefused("The proof is signed with a key that the provider does not name.")
    return fitting[0].key


def _schemes() -> tuple[str, ...]:
    return ("https",) if settings.MODE == "production" else ("https", "http")
