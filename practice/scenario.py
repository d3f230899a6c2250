"""What one enquiry to practise on consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One enquiry to practise on. `holds` says what a good answer holds, `trap` what is easily done wrong.

    `side` is PUBLIC or PRIVATE, `skill` a word for what is practised, `hard` from 1 (easy) to 3. All names and numbers are
    invented, or are those that authorities keep free for examples.
    """

    key: str
    title: str
    skill: str
    side: str
    language: str
    name: str
    subject: str
    text: str
    holds: tuple[str, ...]
    trap: str
    hard: int = 1
