"""References that a citizen can read out on the telephone: short, without look-alike letters, with a check character.

Seven random characters out of 31 (no 0, 1, I, L, O) and one check character, NW-7KMP-4QX2. 31 is prime, so that the
weighted sum finds every single wrong character and every swap of neighbours. 27,512,614,111 references per prefix.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_LENGTH = 7


def make(prefix: str, *, choose: Callable[[str], str] = secrets.choice) -> str:
    """Make a reference nobody can guess from another one."""
    body = "".join(choose(ALPHABET) for _ in range(RANDOM_LENGTH))
    return _shape(prefix, body + _check_character(body))


def normalise(text: str) -> str | None:
    """Read a reference as a person typed it: any case, spaces or dashes anywhere. None when it is none or mistyped."""
    letters = "".join(character for character in text.upper() if character.isascii() and character.isalnum())
    prefix, body = letters[: -RANDOM_LENGTH - 1], letters[-RANDOM_LENGTH - 1 :]
    if not 2 <= len(prefix) <= 4 or not prefix.isalpha() or any(character not in ALPHABET for character in body):
        return None
    if _check_character(body[:-1]) != body[-1]:
        return None
    return _shape(prefix, body)


def _check_character(body: str) -> str:
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]


def _shape(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:4]}-{body[4:]}"
