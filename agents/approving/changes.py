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
    gone, added = "", ""
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, becomes = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        # A blank between two changed words joins them: one change reads better than ten.
        if tag != "equal" or ((gone or added) and becomes.isspace() and new_to < len(new)):
            gone, added = gone + was, added + becomes
            continue
        runs += _changed(gone, added)
        runs.append(Run(kind="same", text=becomes))
        gone, added = "", ""
    return runs + _changed(gone, added)


def _changed(gone: str, added: str) -> list[Run]:
    """Make the runs of one change; blanks that both sides end with stay outside it."""
    kept = ""
    while gone and added and gone[-1] == added[-1] and gone[-1].isspace():
        kept, gone, added = gone[-1] + kept, gone[:-1], added[:-1]
    found = [("gone", gone), ("added", added), ("same", kept)]
    return [Run(kind=kind, text=text) for kind, text in found if text]  # type: ignore[arg-type]
