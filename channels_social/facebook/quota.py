"""How much of the page's allowance is used: Facebook tells it with every answer, in percent, in three headers.

Source: developers.facebook.com, "Graph API rate limits"; read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from channels_social.reading import json_of, list_of, mapping_of, name_of
from channels_social.transport import Answer
from enquiries.contract import Bucket, Usage

CLOSE = 75
"""Percent from which on Facebook is about to refuse: the page is looked at less often."""
NEARLY_ALL = 95
"""Percent from which on only what is approved still leaves, and nothing is looked for any more."""
USUAL_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
COUNTED = ("call_count", "total_time", "total_cputime")
HEADERS = {"x-app-usage": "app", "x-page-usage": "page", "x-business-use-case-usage": "business"}


class Meter:
    """Counts the calls of one job and keeps what the newest answer told of each allowance."""

    def __init__(self) -> None:
        self.calls = 0
        self._buckets: dict[str, Bucket] = {}

    def take(self, answer: Answer, *, now: datetime) -> None:
        """Count one call and note its headers."""
        self.calls += 1
        self._buckets |= {bucket.name: bucket for bucket in buckets(answer, now=now)}

    def usage(self) -> Usage:
        """Say what the job used and what is left, in percent."""
        return Usage(buckets=tuple(self._buckets.values()), calls=self.calls)

    def percent(self) -> float:
        """Say how much of the fullest allowance is used."""
        return max((bucket.limit - bucket.remaining for bucket in self._buckets.values()), default=0)


def buckets(answer: Answer, *, now: datetime) -> list[Bucket]:
    """Read the allowances of an answer. Their limit is 100: Facebook tells percentages, never numbers of calls."""
    found: dict[str, Bucket] = {}
    for name, entry in _usages(answer):
        used = max(_number(entry.get(each)) for each in COUNTED)
        if not any(each in entry for each in COUNTED) or (name in found and found[name].remaining <= 100 - used):
            continue
        minutes = _number(entry.get("estimated_time_to_regain_access"))
        resets_at = now + min(timedelta(minutes=minutes), LONGEST_PAUSE) if minutes else None
        found[name] = Bucket(name=name, limit=100, remaining=max(0, 100 - int(used)), resets_at=resets_at)
    return list(found.values())


def percent_used(answer: Answer) -> float:
    """Return how much of the fullest allowance is used, as this answer tells it; 0 if it does not tell."""
    return max((_number(entry.get(name)) for _, entry in _usages(answer) for name in COUNTED), default=0.0)


def pause(answer: Answer) -> timedelta:
    """Return how long a throttle stops us: what Facebook estimates (minutes), else a quarter of an hour."""
    waits = [_number(entry.get("estimated_time_to_regain_access")) for _, entry in _usages(answer)]
    longest = timedelta(minutes=min(max(waits, default=0.0), 24 * 60))
    return min(longest, LONGEST_PAUSE) or USUAL_PAUSE


def rest(usage: Usage, *, now: datetime) -> datetime | None:
    """Say until when to leave the page alone: None below three quarters, else what Facebook says or a quarter of an hour."""
    full = [bucket for bucket in usage.buckets if bucket.limit - bucket.remaining >= CLOSE]
    told = [bucket.resets_at for bucket in full if bucket.resets_at]
    return max([now + USUAL_PAUSE, *told]) if full else None


def _usages(answer: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record of usage with the name of what it counts. The business header has a list per page or app."""
    for header, name in HEADERS.items():
        try:
            content = mapping_of(json_of(answer.headers.get(header, "{}").encode()))
        except ValueError:
            continue
        yield name, content
        for group in content.values():
            for each in map(mapping_of, list_of(group)):
                yield name_of(each.get("type"))[:20] or name, each


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e9 else 0.0
