"""What becomes of an enquiry in the demo, and when: how many of each kind, and how much of the promise is gone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from citizenservice.demo.people import CITIZENS, PLACES
from citizenservice.demo.stories import Story, stories
from citizenservice.demo.timeline import working_before
from enquiries.registry import traits_of
from enquiries.rules.working_time import WorkingCalendar


class Fate(StrEnum):
    """Where an enquiry stands when the demo starts."""

    NEW = "NEW"
    CLAIMED = "CLAIMED"
    DRAFTED = "DRAFTED"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    OVERTAKEN = "OVERTAKEN"
    ANSWERED = "ANSWERED"
    ASKED_AGAIN = "ASKED_AGAIN"
    WAITING = "WAITING"
    CLOSED = "CLOSED"
    CLOSED_SILENTLY = "CLOSED_SILENTLY"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    NEEDS_PERSON = "NEEDS_PERSON"


SHARES = {
    Fate.NEW: 52,
    Fate.CLAIMED: 24,
    Fate.DRAFTED: 16,
    Fate.SUBMITTED: 22,
    Fate.RETURNED: 8,
    Fate.OVERTAKEN: 6,
    Fate.ANSWERED: 72,
    Fate.ASKED_AGAIN: 6,
    Fate.WAITING: 6,
    Fate.CLOSED: 70,
    Fate.CLOSED_SILENTLY: 12,
    Fate.NOT_ACCEPTED: 3,
    Fate.NEEDS_PERSON: 3,
}
"""How many of 300."""

KINDS: dict[Fate, tuple[str, ...]] = {
    Fate.OVERTAKEN: ("x", "facebook", "email"),
    Fate.ASKED_AGAIN: ("x", "facebook", "email"),
    Fate.NOT_ACCEPTED: ("x", "facebook"),
    # Only a mail may be sent again in the demo: a post that it would answer is not in the simulators' memory.
    Fate.NEEDS_PERSON: ("email",),
}
ALL_KINDS = ("x", "x", "facebook", "email", "email", "web")
OPEN = {Fate.NEW, Fate.CLAIMED, Fate.DRAFTED, Fate.SUBMITTED, Fate.RETURNED, Fate.NOT_ACCEPTED}
ANSWERED_WITHIN_DAYS = 9


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One enquiry to come: who writes what where, when, what becomes of it, and by when that has happened."""

    serial: int
    fate: Fate
    kind: str
    story: Story
    name: str
    opens_at: datetime
    ends_at: datetime
    is_sorted: bool
    privately: bool


def plans(calendar: WorkingCalendar, *, number: int, seed: int, now: datetime) -> Iterator[Plan]:
    """Plan `number` enquiries, the same ones for the same seed, with every fate among them from about 50 on."""
    chance = random.Random(seed)
    fates = _fates(number)
    chance.shuffle(fates)
    for serial, fate in enumerate(fates, start=1):
        kind = chance.choice(KINDS.get(fate, ALL_KINDS))
        opens_at, ends_at = _moments(fate, kind, calendar, chance, now)
        story = chance.choice(stories()).told_at(street=chance.choice(PLACES), number=chance.randint(2, 98))
        yield Plan(
            serial=serial,
            fate=fate,
            kind=kind,
            story=story,
            name=chance.choice(CITIZENS[story.language]),
            opens_at=opens_at,
            ends_at=ends_at,
            is_sorted=fate != Fate.NEW or chance.random() < 0.7,
            privately=kind == "facebook" and chance.random() < 0.3,
        )


def _fates(number: int) -> list[Fate]:
    """Share out `number` fates: each at least once where there is room, the rest to what is most common."""
    total = sum(SHARES.values())
    counts = {fate: max(1, share * number // total) for fate, share in SHARES.items()}
    shared = [fate for fate, count in counts.items() for _ in range(count)]
    return (shared + [Fate.ANSWERED] * number)[:number]


def _moments(
    fate: Fate, kind: str, calendar: WorkingCalendar, chance: random.Random, now: datetime
) -> tuple[datetime, datetime]:
    """Say when it was opened and when its last act is over, in working time and never after `now`."""
    promised = timedelta(minutes=traits_of(kind).working_minutes)
    if fate in OPEN:
        return working_before(calendar, now, promised * _gone(chance)), now
    if fate in (Fate.NEEDS_PERSON, Fate.OVERTAKEN, Fate.ASKED_AGAIN):
        return working_before(calendar, now, promised * chance.uniform(0.5, 0.95)), now
    ended = working_before(calendar, now, timedelta(hours=chance.uniform(0.1, 8 * ANSWERED_WITHIN_DAYS)))
    taken = promised * (chance.uniform(1.05, 1.6) if chance.random() < 0.08 else chance.uniform(0.15, 0.95))
    return working_before(calendar, ended, taken), ended


def _gone(chance: random.Random) -> float:
    """Say how much of the promise is gone: some overdue, some nearly, most with time left."""
    kind = chance.random()
    if kind < 0.14:
        return chance.uniform(1.02, 1.9)
    return chance.uniform(0.8, 0.99) if kind < 0.32 else chance.uniform(0.02, 0.8)
