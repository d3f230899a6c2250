"""Digits that belong together although somebody put spaces, dots, dashes or words between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from enquiries.rules.personal_data.folding import Folded

MOST_DIGITS = 19  # a bank card; nothing we look for is longer
_WORDS = {
    "0": "zero nul null oh",
    "1": "one een eins",
    "2": "two twee zwei",
    "3": "three drie drei",
    "4": "four vier",
    "5": "five vijf funf",
    "6": "six zes sechs",
    "7": "seven zeven sieben",
    "8": "eight acht",
    "9": "nine negen neun",
}
_VALUE = {word: digit for digit, words in _WORDS.items() for word in words.split()}
# A capital or small o between digits is a nought in disguise; a number spelled out in words is one digit a word.
TOKEN = re.compile(
    r"\d+|(?<![^\W\d])o{1,3}(?=[ .-]?\d)|(?<=\d)o{1,3}(?![^\W\do])|\b(?:"
    + "|".join(sorted(_VALUE, key=len, reverse=True))
    + r")\b"
)
GAP = re.compile(r"[ \-./()*~|]{0,4}\Z")


@dataclass(frozen=True)
class Group:
    """Digits without anything between them. `gap` is what stands before it, back to the group before."""

    digits: str
    start: int
    end: int
    gap: str


@dataclass(frozen=True)
class Window:
    """Neighbouring groups read as one number.

    `alike`: the gaps inside are all the same. `whole`: the number does not go on with such a gap on either side.
    `plus`: a plus sign stands before it.
    """

    digits: str
    shape: tuple[int, ...]
    start: int
    end: int
    alike: bool
    whole: bool
    plus: bool
    gaps: tuple[str, ...]

    @property
    def opens_with_year(self) -> bool:
        """Whether the first of several groups may be a year, as in the numbers of files."""
        return len(self.shape) > 1 and self.shape[0] == 4 and self.digits[:2] in ("19", "20")


def runs(folded: Folded, marks: bytearray) -> Iterator[list[Group]]:
    """Give the rows of groups with nothing but separators between them. Ordinary numbers end a row."""
    row: list[Group] = []
    for match in TOKEN.finditer(folded.lower):
        start, end = match.span()
        if marks[start] == 1:
            continue
        gap = folded.lower[row[-1].end : start] if row else ""
        if row and (not GAP.match(gap) or 1 in marks[row[-1].end : start]):
            yield row
            row, gap = [], ""
        row.append(Group(_digits(match[0]), start, end, gap))
    if row:
        yield row


def _digits(token: str) -> str:
    return token if token.isdigit() else _VALUE.get(token) or "0" * len(token)


def joined(row: list[Group]) -> list[Group]:
    """Join groups that touch: 0 written as o stands inside a group, not beside it."""
    whole: list[Group] = []
    for group in row:
        if whole and not group.gap:
            last = whole.pop()
            group = Group(last.digits + group.digits, last.start, group.end, last.gap)
        whole.append(group)
    return whole


def windows(folded: Folded, row: list[Group], *, fewest: int) -> Iterator[Window]:
    """Give every row of neighbouring groups with `fewest` to MOST_DIGITS digits: at most 19 for each group."""
    for first in range(len(row)):
        digits = ""
        for last in range(first, len(row)):
            digits += row[last].digits
            if len(digits) > MOST_DIGITS:
                break
            if len(digits) >= fewest:
                yield _window(folded, row, first, last, digits)


def _window(folded: Folded, row: list[Group], first: int, last: int, digits: str) -> Window:
    gaps = tuple(group.gap for group in row[first + 1 : last + 1])
    before = row[first].gap if first else ""
    after = row[last + 1].gap if last + 1 < len(row) else ""
    start = row[first].start
    lead = folded.lower[max(0, start - 2) : start].rstrip("(")
    return Window(
        digits=digits,
        shape=tuple(len(group.digits) for group in row[first : last + 1]),
        start=start,
        end=row[last].end,
        alike=len(set(gaps)) <= 1,
        whole=before not in gaps and after not in gaps,
        plus=lead.endswith("+"),
        gaps=gaps,
    )
