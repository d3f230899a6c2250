"""One number per organisation that grows with every event, so that an open page learns for nothing that nothing happened.

The numbers live in Redis and are worth nothing by themselves: without Redis nobody is told "nothing new", and every page
that asks is answered from the tables. Emptying Redis empties what was remembered at a number together with the number.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial

import redis
from django.conf import settings
from django.db import connection as db
from django.db import transaction

log = logging.getLogger(__name__)
PREFIX = "cs:pulse:"
TIMEOUT_SECONDS = 0.2
REST_SECONDS = 5.0
"""So long nobody tries again after a failure: a Redis that hangs must cost a request at most one timeout."""

GATHER_SECONDS = 0.2


class Rest:
    """Remembers until when this process leaves Redis alone."""

    until = 0.0

    @classmethod
    def begins(cls, error: Exception) -> None:
        """Leave Redis alone for a while."""
        cls.until = time.monotonic() + REST_SECONDS
        log.warning("The counter of changes does not answer (%s); pages ask the database.", type(error).__name__)

    @classmethod
    def is_over(cls) -> bool:
        """Whether it may be tried."""
        return time.monotonic() >= cls.until


def bump_on_commit(organisation_id: int) -> None:
    """Tell, once the transaction has committed, that something happened in an organisation. Never fails the caller."""
    if not _is_told_already(organisation_id):
        transaction.on_commit(partial(bump, organisation_id), robust=True)


def _is_told_already(organisation_id: int) -> bool:
    """Whether this transaction will tell it anyway: a page that asks later sees all of it at once."""
    inside = set(db.savepoint_ids)
    acts = ((waiting[0], waiting[1]) for waiting in db.run_on_commit)
    return any(
        isinstance(act, partial) and act.func is bump and act.args == (organisation_id,) and savepoints <= inside
        for savepoints, act in acts
    )


class Gathered:
    """The organisations of which something happened while many small things are done one after the other."""

    def __init__(self) -> None:
        self.organisations: set[int] = set()
        self.told_at = -math.inf

    def tell(self) -> None:
        """Count one change of each."""
        self.told_at = time.monotonic()
        while self.organisations:
            _count(self.organisations.pop())


_gathered: ContextVar[Gathered | None] = ContextVar("gathered", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Count what happens in here at most five times a second, the first of it at once.

    What is not told yet waits for the next change or the end; if neither comes, until what was remembered expires.
    """
    gathering = Gathered()
    token = _gathered.set(gathering)
    try:
        yield
    finally:
        _gathered.reset(token)
        gathering.tell()


def bump(organisation_id: int) -> None:
    """Count one change. A lost count is made good when what was remembered at it expires, see `remember`."""
    gathering = _gathered.get()
    if gathering is None:
        _count(organisation_id)
        return
    gathering.organisations.add(organisation_id)
    if time.monotonic() - gathering.told_at > GATHER_SECONDS:
        gathering.tell()


def _count(organisation_id: int) -> None:
    if not Rest.is_over():
        return
    try:
        connection().incr(f"{PREFIX}{organisation_id}")
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)


def versions_of(organisations: Iterable[int]) -> str | None:
    """Give the numbers of some organisations as one word. None when Redis does not answer."""
    ours = sorted(organisations)
    if not ours or not Rest.is_over():
        return None
    try:
        found = connection().mget([f"{PREFIX}{one}" for one in ours])
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)
        return None
    return " ".join(f"{one}:{int(number or 0)}" for one, number in zip(ours, found, strict=True))


def remember(question: str, *, versions: str, seconds: int) -> None:
    """Keep that `question` was answered with "nothing new" at these numbers."""
    if not Rest.is_over():
        return
    try:
        connection().set(f"{PREFIX}?{question}", versions, ex=seconds)
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)


def is_still_true(question: str) -> bool:
    """Whether `question` was answered with "nothing new" a moment ago, and nothing has happened since."""
    if not Rest.is_over():
        return False
    try:
        held = connection().get(f"{PREFIX}?{question}")
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)
        return False
    return bool(held) and versions_of(int(one.partition(":")[0]) for one in str(held).split()) == held


@cache
def connection() -> redis.Redis:
    """Connect once per process."""
    return redis.Redis.from_url(
        settings.ENV.redis_url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        decode_responses=True,
    )
