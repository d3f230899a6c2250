"""The review sheet: what a colleague looks at in a reply that has left, each point with marks in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LOWEST, HIGHEST = 1, 5
WORDS = {1: "poor", 2: "weak", 3: "fair", 4: "good", 5: "excellent"}
"""What each mark means, for everybody the same."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of the sheet: its name in the record, and the question the reviewer answers."""

    name: str
    label: str
    question: str


SHEET = (
    Point(name="correct", label="Correct", question="Is every fact, date and amount right?"),
    Point(
        name="complete", label="Complete", question="Does it answer everything that was asked, and say what comes next?"
    ),
    Point(name="plain", label="Plain language", question="Would anybody understand it at the first reading?"),
    Point(name="empathy", label="Care", question="Does the citizen feel heard, and taken seriously?"),
    Point(name="tone", label="Tone", question="Does it sound like us, and fit what was written?"),
    Point(name="private", label="Private data", question="Does it keep what is private out of it?"),
)
NAMES = tuple(point.name for point in SHEET)


class SheetIncomplete(Exception):
    """The sheet cannot be kept like this. The message is for the reviewer."""


def checked(marks: Mapping[str, object], *, verdict: str, note: str) -> dict[str, int]:
    """Give the marks as they are kept. Raises SheetIncomplete where one is missing, strange, or goes without a word.

    Every point needs a mark; whoever finds something to learn, or something seriously wrong, says what.
    """
    unknown = set(marks) - set(NAMES)
    if unknown:
        raise SheetIncomplete("The sheet has no such point. Load the page again.")
    kept = {}
    for point in SHEET:
        mark = marks.get(point.name)
        if not isinstance(mark, int) or isinstance(mark, bool) or not LOWEST <= mark <= HIGHEST:
            raise SheetIncomplete("Give each point a mark from 1 to 5.")
        kept[point.name] = mark
    if verdict not in ("GOOD", "COACH", "SERIOUS"):
        raise SheetIncomplete("Say what came of it: good, something to learn, or seriously wrong.")
    if verdict != "GOOD" and not note.strip():
        raise SheetIncomplete("Write what the author can learn from it.")
    return kept


def average(marks: Mapping[str, int]) -> float | None:
    """Give the average mark of one sheet; None for an empty one."""
    return sum(marks.values()) / len(marks) if marks else None
