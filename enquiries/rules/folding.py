"""Which letters count as the same when somebody searches. `search_fold` in migrations/sql/search.sql does the same."""

from __future__ import annotations

import re
import unicodedata

MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]")
ALIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ى": "ي", "ة": "ه"}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(words: str) -> str:
    """Drop case, accents, vowel signs and look-alikes: É is e, ß is ss, ё is е, أ is ا."""
    if words.isascii():
        return words.lower()
    return MARKS.sub("", unicodedata.normalize("NFKD", words)).lower().translate(ALIKE)
