"""What the people of Northwell ask, and what the city answers: one file per team, so that texts stay out of the code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

FILES = ("streets", "homes", "papers")


@dataclass(frozen=True, kw_only=True)
class Story:
    """A question and its answer. The texts may name {street} and {number}; the answer fits into one post on X."""

    topic: str
    language: str
    subject: str
    text: str
    answer: str

    def told_at(self, *, street: str, number: int) -> Story:
        """Fill in where it happens."""
        texts = {name: getattr(self, name).format(street=street, number=number) for name in TEXTS}
        return replace(self, **texts)


TEXTS = ("subject", "text", "answer")


@cache
def stories() -> tuple[Story, ...]:
    """Read all stories."""
    folder = Path(__file__).parent
    files = [tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in FILES]
    return tuple(Story(**each) for file in files for each in file["story"])
