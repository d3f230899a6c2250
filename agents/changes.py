"""What changed between two wordings, word by word, so that a supervisor reads only what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS = re.compile(r"\s+|[\w’'-]+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stretch of text that stayed, was added, or was taken out."""

    kind: Literal["same", "added", "gone"]
    text: str


def changes(before: str, after: str) -> list[Run]:
    """Compare two texts by words. Added and kept runs together make `after`; gone and kept ones make `before`."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    runs: list[Run] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run(kind="same", text="".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            runs.append(Run(kind="gone", text="".join(old[old_from:old_to])))
        if new_to > new_from:
            runs.append(Run(kind="added", text="".join(new[new_from:new_to])))
    return runs
