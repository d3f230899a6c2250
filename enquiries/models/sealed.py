"""Secrets at rest: encrypted with the installation's field keys, the newest first, so that keys can be exchanged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(text: str) -> bytes:
    """Encrypt `text`."""
    return _fernet().encrypt(text.encode())


def unseal(token: bytes | memoryview) -> str:
    """Decrypt what `seal` made. Raises cryptography.fernet.InvalidToken when no key fits."""
    return _fernet().decrypt(bytes(token)).decode()


def seal_all(secrets: Mapping[str, str]) -> bytes:
    """Encrypt several named secrets as one."""
    return seal(json.dumps(dict(secrets)))


def unseal_all(token: bytes | memoryview | None) -> dict[str, str]:
    """Decrypt what `seal_all` made; nothing is an empty dict."""
    if not token:
        return {}
    secrets: dict[str, str] = json.loads(unseal(token))
    return secrets


class Condition(Enum):
    """How something sealed stands to the keys of this installation."""

    NEWEST = "NEWEST"
    FORMER = "FORMER"
    CLOSED = "CLOSED"


def condition_of(token: bytes) -> Condition:
    """Say which key opens what `seal` made: the newest, a former one, or none."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token)
    except InvalidToken:
        pass
    else:
        return Condition.NEWEST
    try:
        _fernet().decrypt(token)
    except InvalidToken:
        return Condition.CLOSED
    return Condition.FORMER


def resealed(token: bytes) -> bytes:
    """Seal with the newest key what `seal` made with any. Raises InvalidToken when no key fits."""
    return _fernet().rotate(token)


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
