"""Reads values out of strangers' JSON without ever failing, because a parser that raises loses somebody's message."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

MILLISECONDS_FROM = 100_000_000_000
"""A moment above this is in milliseconds: as seconds it would be past the year 5000."""
OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")


def json_of(raw: bytes) -> Any:
    """Return what `raw` says. Raises ValueError when it is no JSON that we can hold."""
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def mapping_of(value: object) -> dict[str, Any]:
    """Return `value` if it is an object, else {}."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Return `value` if it is a list, else []."""
    return value if isinstance(value, list) else []


def first_of(values: dict[str, Any], names: Sequence[str]) -> Any:
    """Return the first value that is there under one of `names`: platforms rename their fields."""
    return next((values[name] for name in names if values.get(name) is not None), None)


def name_of(value: object) -> str:
    """Return an identity as text: platforms send the same number as text or as a number. Empty when it is neither."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return text_of(str(value)).strip()


def text_of(value: object) -> str:
    """Return text that a database can keep: without NUL, lone surrogates replaced. Empty when it is no text."""
    if not isinstance(value, str):
        return ""
    sound = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return sound.replace("\x00", "")


def moment_of(value: object) -> datetime | None:
    """Return a moment in UTC from ISO 8601 (`Z`, `+00:00` or `+0000`) or from epoch seconds or milliseconds."""
    try:
        if isinstance(value, str) and not value.isdigit():
            read = datetime.fromisoformat(OFFSET.sub(r"\1:\2", value.strip()))
            return read.astimezone(UTC) if read.tzinfo else None
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            number = float(value)
            return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_FROM else number, tz=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def bytes_of(value: object) -> bytes:
    """Return `value` as JSON bytes, whatever it holds."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def digest_of(raw: bytes) -> str:
    """Return the identity of bytes that bring none of their own."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def bare(text: str) -> str:
    """Return `text` as two sides compare it: composed characters, every run of white space one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())
