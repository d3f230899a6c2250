"""One way of writing for all: what is invisible, full-width or in other digits reads the same, and keeps its place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

INVISIBLE = frozenset(("Cf", "Mn", "Me", "Cc"))
DASHES = frozenset("‐‑‒–—―−﹣－")


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A text in plain characters. `lower` has no accents and no capitals and is exactly as long as `text`.

    `places[i]` is the code point of the original that character i came from.
    """

    text: str
    lower: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Say where characters start..end stand in the original."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Write a text in plain characters: ASCII digits, one kind of dash and space, nothing invisible."""
    plain: list[str] = []
    lower: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for kept, low in _plain(character):
            plain.append(kept)
            lower.append(low)
            places.append(place)
    return Folded(text="".join(plain), lower="".join(lower), places=tuple(places))


@lru_cache(maxsize=4096)
def _plain(character: str) -> tuple[tuple[str, str], ...]:
    if character == "\n":
        return (("\n", "\n"),)
    if character == "\t":
        return ((" ", " "),)
    if character in DASHES:
        return (("-", "-"),)
    if unicodedata.category(character) in INVISIBLE:
        return ()
    return tuple((kept, _low(kept)) for kept in map(_digit, unicodedata.normalize("NFKC", character)))


def _digit(character: str) -> str:
    if character.isspace():
        return " "
    number = unicodedata.decimal(character, None)
    return character if number is None else str(number)


def _low(character: str) -> str:
    lowered = unicodedata.normalize("NFKD", character)[0].lower()
    return lowered[0]
