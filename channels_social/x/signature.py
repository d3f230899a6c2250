"""Proves that a webhook comes from X: the challenge it asks, and the signature over the raw body.

Source: docs.x.com, "Securing webhooks" and X Activity API, read 2026-11-22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

HEADER = "x-twitter-webhooks-signature"


def sign(key: str, content: bytes) -> str:
    """Return X's signature of `content`: `sha256=` and the base64 of the HMAC under the consumer secret."""
    digest = hmac.new(key.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode("ascii")


def is_genuine(key: str, content: bytes, claimed: str) -> bool:
    """Tell whether `claimed` is X's signature of the raw bytes `content`. An empty key proves nothing."""
    return bool(key) and hmac.compare_digest(sign(key, content).encode(), claimed.encode())
