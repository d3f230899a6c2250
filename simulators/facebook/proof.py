"""Proof of who calls, and of who sends webhooks: access tokens, appsecret_proof, X-Hub-Signature-256."""

import hashlib
import hmac

from simulators import credentials
from simulators.facebook.problems import refused
from simulators.serving import Request

APP_TOKEN = f"{credentials.FACEBOOK_APP_ID}|{credentials.FACEBOOK_APP_SECRET}"


def check(request: Request) -> str:
    """Say who calls, "page" or "app"; raises Refused for a missing, wrong or unproved token."""
    given = {**request.arguments, **request.form}
    scheme, _, header = request.headers.get("authorization", "").partition(" ")
    token = given.get("access_token") or (header if scheme == "Bearer" else "")
    if not token:
        raise refused(104, "An access token is required to request this resource.")
    if hmac.compare_digest(token.encode(), APP_TOKEN.encode()):
        return "app"
    if not hmac.compare_digest(token.encode(), credentials.FACEBOOK_PAGE_TOKEN.encode()):
        raise refused(190, "Invalid OAuth access token - Cannot parse access token")
    _check_proof(given.get("appsecret_proof"), token)
    return "page"


def webhook_signature(body: bytes) -> str:
    """What Facebook puts into `X-Hub-Signature-256`, over the bytes exactly as sent."""
    return "sha256=" + hmac.new(credentials.FACEBOOK_APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def _check_proof(given: str | None, token: str) -> None:
    if given is None:
        raise refused(100, "API calls from the server require an appsecret_proof argument", kind="GraphMethodException")
    right = hmac.new(credentials.FACEBOOK_APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise refused(100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException")
