"""Proves that a webhook comes from Facebook and that a call of ours comes from the app: HMACs under the app secret.

Source: developers.facebook.com, "Webhooks, Validating payloads" and "Securing Graph API calls", read 2026-11-22.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

HEADER = "x-hub-signature-256"


def sign(key: str, content: bytes) -> str:
    """Return Facebook's signature of `content`: `sha256=` and the lower-case hex of the HMAC under the app secret."""
    return "sha256=" + hmac.new(key.encode(), content, hashlib.sha256).hexdigest()


def is_genuine(keys: Iterable[str], content: bytes, claimed: str) -> bool:
    """Tell whether `claimed` signs the raw bytes under one of `keys` (two while a secret is being changed).

    Facebook signs its own byte form, non-ASCII escaped as \\uXXXX: only the raw bytes verify.
    """
    return any(hmac.compare_digest(sign(key, content).encode(), claimed.encode()) for key in keys if key)


def proof(key: str, token: str) -> str:
    """Return the `appsecret_proof` that goes with every call made with `token`."""
    return hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()
