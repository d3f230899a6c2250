"""Proves that a webhook comes from X: the challenge it asks, and the signature over the raw body.

X signs both with one key in one form, and the challenge may be asked by anybody: whoever is answered gets a signature.
So we sign only what looks like a challenge, and never take for a webhook what could have been signed as one.

Source: docs.x.com, "Securing webhooks" and X Activity API, read 2026-11-22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

HEADER = "x-twitter-webhooks-signature"
CHALLENGE = re.compile(r"[\w.+/=~-]{1,200}", re.ASCII)
"""Letters and digits in some base64. No JSON object looks like that, and webhooks are JSON objects."""


def sign(key: str, content: bytes) -> str:
    """Return X's signature of `content`: `sha256=` and the base64 of the HMAC under the consumer secret."""
    digest = hmac.new(key.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode("ascii")


def answer(key: str, token: str) -> str:
    """Return the signature that X asks for in a challenge; empty without a key or for what is no challenge."""
    return sign(key, token.encode()) if key and CHALLENGE.fullmatch(token) else ""


def is_genuine(key: str, content: bytes, claimed: str) -> bool:
    """Tell whether `claimed` is X's signature of a webhook, the raw bytes `content`. An empty key proves nothing."""
    if not key or CHALLENGE.fullmatch(content.decode("latin-1")):
        return False
    return hmac.compare_digest(sign(key, content).encode(), claimed.encode())
