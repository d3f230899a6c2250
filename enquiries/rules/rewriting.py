"""How much of a text that was put into a reply was rewritten before it left: the figure that shows which texts need work."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

WORD = re.compile(r"\w+")
RUN = 3
"""So many words in a row count as kept: single words are in every text."""
LEAST_KEPT = 0.1
MOST_WORDS = 3000
"""Longer texts are compared by their beginning, so that the work stays bounded."""


def share_changed(inserted: str, final: str) -> int | None:
    """Give the share of words, 0 to 100, that were taken out of `inserted` or written into it; None when it is gone.

    `final` may hold other texts before and after it: only what stands between the kept words counts as written into it.
    """
    old, new = _words(inserted), _words(final)
    if not old:
        return None
    run = min(RUN, len(old))
    blocks = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks() if one.size >= run]
    kept = sum(block.size for block in blocks)
    if kept < len(old) * LEAST_KEPT:
        return None
    span = blocks[-1].b + blocks[-1].size - blocks[0].b
    lost, added = len(old) - kept, min(span - kept, len(old))
    return round(100 * (lost + added) / (kept + lost + added))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)][:MOST_WORDS]
