"""Finding whole words in a text, whatever their case and accents."""

from __future__ import annotations

import re
import unicodedata


def folded(text: str) -> str:
    """Give `text` without case and accents, for comparing."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def holds_word(text: str, word: str) -> bool:
    """Say whether `word` (or words in a row) stands in `text` as a whole. A star at its end takes every ending."""
    wanted = folded(word.strip())
    ending = r"\w*" if wanted.endswith("*") else ""
    pattern = r"\s+".join(re.escape(each) for each in wanted.removesuffix("*").split())
    return bool(pattern) and re.search(rf"(?<!\w){pattern}{ending}(?!\w)", folded(text)) is not None
