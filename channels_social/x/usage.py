"""What calls to X use: counted by what they fetched or made, priced as X asks, and told by the headers it answers with.

Source: X's price table since 2026-04-20 and "Rate limits", docs.x.com, read 2026-11-22. Prices are estimates: what was
fetched already on the same day (UTC) is not charged again.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from channels_social.reading import list_of, mapping_of
from channels_social.transport import Answer
from enquiries.contract import Bucket, Spent, Usage

PRICES = {
    "posts": 15_000,
    "posts with a link": 200_000,
    "direct messages": 15_000,
    "removals": 10_000,
    "own reads": 1_000,
    "other reads": 5_000,
    "message reads": 10_000,
    "profile reads": 10_000,
}
"""Millionths of a US dollar apiece."""
SUMMONED = 10_000
"""A reply to somebody who called costs less than a post of its own."""
DAY_BUCKETS = ("x-user-limit-24hour", "x-app-limit-24hour")
LINK = re.compile(r"https?://|\b[\w-]+\.(?:com|org|net|gov|edu|int|eu|info|[a-z]{2})\b", re.IGNORECASE)


def of_post(text: str, *, is_answer: bool) -> tuple[str, int]:
    """Return what a post of ours counts as and its price: one with a link costs more than ten times as much."""
    if LINK.search(text):
        return "posts with a link", PRICES["posts with a link"]
    return "posts", SUMMONED if is_answer else PRICES["posts"]


class Meter:
    """Adds up what the calls of one job used."""

    def __init__(self) -> None:
        self._calls = 0
        self._units: Counter[str] = Counter()
        self._micros: Counter[str] = Counter()
        self._buckets: dict[str, Bucket] = {}

    def note(self, answer: Answer | None, *, what: str, bucket: str, price: int | None = None) -> None:
        """Count one call: `what` it fetched or made and the `bucket` that X takes it from."""
        self._calls += 1
        if answer is None:
            return
        self._buckets |= {one.name: one for one in buckets(answer, bucket)}
        units = _units(answer) if what and 200 <= answer.status < 300 else 0
        if units:
            self._units[what] += units
            self._micros[what] += units * (PRICES.get(what, 0) if price is None else price)

    def usage(self) -> Usage:
        """Return what was used so far."""
        spent = tuple(Spent(what=what, units=units, micros=self._micros[what]) for what, units in self._units.items())
        return Usage(buckets=tuple(self._buckets.values()), spent=spent, calls=self._calls)


def buckets(answer: Answer, name: str) -> list[Bucket]:
    """Read the allowances out of an answer's headers: that of the quarter of an hour, and that of the day where told."""
    found = [(name, "x-rate-limit"), *((f"{name} a day", prefix) for prefix in DAY_BUCKETS)]
    read = (_bucket(answer, prefix, called) for called, prefix in found)
    return [one for one in read if one]


def _bucket(answer: Answer, prefix: str, name: str) -> Bucket | None:
    limit, left = _number(answer, f"{prefix}-limit"), _number(answer, f"{prefix}-remaining")
    if limit is None or left is None:
        return None
    reset = _number(answer, f"{prefix}-reset")
    return Bucket(
        name=name, limit=limit, remaining=left, resets_at=datetime.fromtimestamp(reset, tz=UTC) if reset else None
    )


def _number(answer: Answer, header: str) -> int | None:
    value = answer.headers.get(header, "")
    return int(value) if value.isdecimal() and len(value) < 12 else None


def _units(answer: Answer) -> int:
    content: dict[str, Any] = answer.json()
    return len(list_of(content.get("data"))) or (1 if mapping_of(content.get("data")) else 0)
