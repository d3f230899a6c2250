"""Proves that a webhook comes from Facebook and that a call of ours comes from the app: HMACs under the app secret.

Source: developers.facebook.com, "Webhooks, Validating payloads" and "Securing Graph API calls", read 2026-11-22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from channels_social.reading import json_of, mapping_of, name_of
from enquiries.contract import Forged

HEADER = "x-hub-signature-256"


def sign(key: str, content: bytes) -> str:
    """Return Facebook's signature of `content`: `sha256=` and the lower-case hex of the HMAC under the app secret."""
    return "sha256=" + hmac.new(key.encode(), content, hashlib.sha256).hexdigest()


def is_genuine(keys: Iterable[str], content: bytes, claimed: str) -> bool:
    """Tell whether `claimed` signs the raw bytes under one of `keys` (two while a secret is being changed).

    Facebook signs its own byte form, non-ASCII escaped as \\uXXXX: only the raw bytes verify.
    """
    return any(hmac.compare_digest(sign(key, content).encode(), claimed.encode()) for key in keys if key)


def person_of(keys: Iterable[str], signed_request: str) -> str:
    """Return the number of the person of whom a `signed_request` speaks. Raises Forged unless one of `keys` signed it.

    The HMAC is over the payload as it is encoded, not over what it says.
    """
    claimed, _, payload = signed_request.partition(".")
    try:
        mark, facts = _decoded(claimed), json_of(_decoded(payload))
    except ValueError:
        raise Forged("The signed request cannot be read") from None
    signs = (hmac.new(key.encode(), payload.encode(), hashlib.sha256).digest() for key in keys if key)
    if not any(hmac.compare_digest(each, mark) for each in signs):
        raise Forged("The signed request is not signed by the app")
    told = mapping_of(facts)
    person = name_of(told.get("user_id"))[:200]
    if str(told.get("algorithm")).upper() != "HMAC-SHA256" or not person:
        raise Forged("The signed request names nobody, or another way of signing")
    return person


def _decoded(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def proof(key: str, token: str) -> str:
    """Return the `appsecret_proof` that goes with every call made with `token`."""
    return hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()
