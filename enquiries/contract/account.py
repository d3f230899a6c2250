"""Whose account is spoken for, who can read what is said there, and how much of a platform's patience is used up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """Who can read a text: everybody, or the citizen and us alone."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


EVERYTHING = "read_everything"
"""Among the settings of an account: nothing is set aside as needing nobody, because a person wants to read it."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """One of the organisation's accounts on a channel, with what is needed to use it.

    `external_id` is the platform's own number of the account (X user, Facebook page) or the mailbox address.
    `settings` holds what may be seen (host, port, folder), `secrets` what may not (tokens, passwords).
    """

    id: int
    kind: str
    name: str
    external_id: str
    handle: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who wrote a message, as the platform tells it. `external_id` is empty where the platform hides the person."""

    external_id: str
    name: str = ""
    handle: str = ""


@dataclass(frozen=True, kw_only=True)
class Carries:
    """Which files go with a reply: how many, of which kinds, and how large one and all of them may be, in bytes."""

    most: int = 0
    media_types: frozenset[str] = frozenset()
    most_bytes: int = 5_000_000
    most_bytes_in_all: int = 20_000_000


NO_FILES = Carries()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a reply may be, counted as the channel's own `length` counts, and which files it takes with it."""

    max_length: int
    settle: timedelta = timedelta(seconds=30)
    """How long a post may take to become visible to a read-back."""
    files: Carries = NO_FILES


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """One allowance of a platform, as its last answer told it: `name` is what it counts ("posts", "reads", "calls")."""

    name: str
    limit: int
    remaining: int
    resets_at: datetime | None = None

    @property
    def share_left(self) -> float:
        """How much of it is left, from 0 to 1."""
        return max(0.0, min(1.0, self.remaining / self.limit)) if self.limit > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a call used: `units` of `what` ("posts", "reads"), and its estimated price in millionths of a US dollar."""

    what: str
    units: int
    micros: int = 0


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a call, or the calls of one look, used of the account's allowance, and how much is left."""

    buckets: tuple[Bucket, ...] = ()
    spent: tuple[Spent, ...] = ()
    calls: int = 1
