"""Questions to X's search: never longer than it takes, never bringing our own posts back to us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LONGEST = 512
AROUND = ("to:{handle}", 'url:"x.com/{handle}/status"', 'url:"twitter.com/{handle}/status"')
"""Answers to us, and posts that quote or link one of ours."""
PIECE = re.compile(r'[^\s()"]*"[^"]*"|[()]|[^\s()"]+|"')


class TooLong(ValueError):
    """One part of a question is by itself longer than X takes."""


def fitting(parts: Sequence[str], *, handle: str) -> list[str]:
    """Join alternatives into as few questions as fit, each without our own posts and reposts. Raises TooLong."""
    end = f" -from:{handle} -is:retweet" if handle else " -is:retweet"
    room = LONGEST - len(end) - len("()")
    questions: list[str] = []
    for part in parts:
        if len(part) > room:
            raise TooLong(part[:60])
        joined = f"{questions[-1]} OR {part}" if questions else part
        if questions and len(joined) <= room:
            questions[-1] = joined
        else:
            questions.append(part)
    return [f"({question}){end}" for question in questions]


def alternatives(query: str) -> list[str]:
    """Cut what a person wrote into its alternatives: at line ends, and at OR outside brackets and quotation marks.

    A quotation mark or bracket without its partner is left out: X would refuse the whole question.
    """
    return [part for line in query.splitlines() for part in _alternatives(_balanced(line)) if part]


def _alternatives(pieces: list[str]) -> Iterator[str]:
    depth, part = 0, list[str]()
    for piece in pieces:
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "OR" and depth == 0:
            yield _joined(part)
            part = []
        else:
            part.append(piece)
    yield _joined(part)


def _balanced(line: str) -> list[str]:
    pieces = [piece for piece in PIECE.findall(line) if piece != '"']
    depth, kept = 0, list[str]()
    for piece in pieces:
        if piece == ")" and depth == 0:
            continue
        depth += {"(": 1, ")": -1}.get(piece, 0)
        kept.append(piece)
    while depth and "(" in kept:
        last = len(kept) - 1 - kept[::-1].index("(")
        del kept[last]
        depth -= 1
    return kept


def _joined(pieces: list[str]) -> str:
    return " ".join(pieces).replace("( ", "(").replace(" )", ")").replace("- (", "-(").strip()
