"""Whether a platform lets us answer a message, and until when: asked on arrival, on submitting and on sending.

Each channel brings its own rows (`Traits.ways`); a way without a row does not exist.

Sources, read 2026-11-22: docs.x.com "Manage posts" (replies by its interface only to whoever mentions or quotes the account,
since 2026-02-23; the Enterprise plan is exempt); developers.facebook.com "Messenger Platform: Policy and usage limits"
(24 hours, 7 days with the human agent tag) and "Private replies" (one per comment, within 7 days).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Way(StrEnum):
    """How an answer travels back to a message."""

    IN_PUBLIC = "IN_PUBLIC"
    IN_PRIVATE = "IN_PRIVATE"
    PRIVATE_TO_COMMENT = "PRIVATE_TO_COMMENT"
    AS_QUOTE = "AS_QUOTE"


class Why(StrEnum):
    """What decides. The words for people are made where they are shown."""

    ALWAYS = "ALWAYS"
    SUMMONED = "SUMMONED"
    IN_TIME = "IN_TIME"
    NOT_SUMMONED = "NOT_SUMMONED"
    TOO_LATE = "TOO_LATE"
    ONCE_ONLY = "ONCE_ONLY"
    NO_SUCH_WAY = "NO_SUCH_WAY"
    HINDERED = "HINDERED"
    GONE = "GONE"
    NOT_ON_THIS_PLAN = "NOT_ON_THIS_PLAN"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a platform asks of one way. `longer` counts instead of `window` where the account's `longer_if` is set.

    `plan` is the one that the account has to have.
    """

    way: Way
    window: timedelta | None = None
    longer: timedelta | None = None
    longer_if: str = ""
    when_summoned: bool = False
    once: bool = False
    plan: str = ""


EXEMPT_PLAN = "enterprise"
"""Accounts on this plan of X may answer whoever they like."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A message that somebody wants to answer, and the `ways` of its channel.

    `last_heard` is when its author last wrote to us there: a new message opens the window of the older ones again.
    `answerable` and `hindrance` are what the channel told on arrival, `answer_by` the deadline it told.
    `settings` are the account's; `answered_so` counts the answers that went this way already. `is_gone` says that the
    platform has the message no more.
    """

    ways: tuple[Row, ...]
    way: Way
    last_heard: datetime
    answerable: bool = True
    hindrance: str = ""
    answer_by: datetime | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    answered_so: int = 0
    is_gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether an answer may go, until when, and what decided. `told` is the channel's own reason against it."""

    may: bool
    why: Why
    until: datetime | None = None
    told: str = ""


def way_of(side: str, *, privately: bool = False) -> Way:
    """Say how an answer travels to a message on `side`: it stays there, or goes `privately` to who wrote in public."""
    if privately:
        return Way.PRIVATE_TO_COMMENT
    return Way.IN_PUBLIC if side == "PUBLIC" else Way.IN_PRIVATE


def exists(ways: tuple[Row, ...], way: Way) -> bool:
    """Say whether a channel has such a way at all."""
    return _row(ways, way) is not None


def deadline(*, ways: tuple[Row, ...], way: Way, heard_at: datetime, settings: Mapping[str, Any]) -> datetime | None:
    """Say until when a message of that moment may be answered. None where there is no end, or no such way."""
    row = _row(ways, way)
    if row is None or row.window is None:
        return None
    longer = row.longer is not None and bool(settings.get(row.longer_if))
    return heard_at + (row.longer if longer and row.longer else row.window)


def check(asked: Asked, *, at: datetime) -> Standing:
    """Say whether an answer may leave at the moment `at`."""
    row = _row(asked.ways, asked.way)
    if row is None:
        return Standing(may=False, why=Why.NO_SUCH_WAY)
    if asked.is_gone:
        return Standing(may=False, why=Why.GONE)
    if row.plan and asked.settings.get("plan") != row.plan:
        return Standing(may=False, why=Why.NOT_ON_THIS_PLAN)
    if row.when_summoned:
        return _summoned(asked)
    if not asked.answerable:
        return Standing(may=False, why=Why.HINDERED, told=asked.hindrance)
    if row.once and asked.answered_so:
        return Standing(may=False, why=Why.ONCE_ONLY)
    own = deadline(ways=asked.ways, way=asked.way, heard_at=asked.last_heard, settings=asked.settings)
    ends = [moment for moment in (own, asked.answer_by) if moment is not None]
    if not ends:
        return Standing(may=True, why=Why.ALWAYS)
    until = max(ends)
    return Standing(may=at < until, why=Why.IN_TIME if at < until else Why.TOO_LATE, until=until)


def _summoned(asked: Asked) -> Standing:
    if asked.settings.get("plan") == EXEMPT_PLAN:
        return Standing(may=True, why=Why.ALWAYS)
    if asked.answerable:
        return Standing(may=True, why=Why.SUMMONED)
    return Standing(may=False, why=Why.NOT_SUMMONED, told=asked.hindrance)


def _row(ways: tuple[Row, ...], way: Way) -> Row | None:
    return next((row for row in ways if row.way == way), None)
