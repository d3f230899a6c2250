"""Finding whole words in a text, whatever their case and accents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UNSEEN = dict.fromkeys([0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
"""Marks without width, with which a word could be hidden from a rule."""


def folded(text: str) -> str:
    """Give `text` without case, accents and what nobody sees, for comparing."""
    plain = unicodedata.normalize("NFKD", text.translate(UNSEEN))
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def holds_word(text: str, word: str) -> bool:
    """Say whether `word` (or words in a row) stands in `text` as a whole. A star at its end takes every ending."""
    return pattern_of(word).search(folded(text)) is not None


@lru_cache(maxsize=2000)
def pattern_of(word: str) -> re.Pattern[str]:
    """Make what finds `word` in a text that is folded already; a word of nothing is found nowhere."""
    wanted = folded(word.strip())
    ending = r"\w*" if wanted.endswith("*") else ""
    pattern = r"\s+".join(re.escape(each) for each in wanted.removesuffix("*").split())
    return re.compile(rf"(?<!\w){pattern}{ending}(?!\w)" if pattern else r"(?!)")
