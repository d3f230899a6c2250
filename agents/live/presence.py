"""Who looks at which enquiry right now, and who is writing: remembered in Redis for seconds, told to those who see it.

An open page beats every few seconds. Without Redis nobody is shown, and nothing else changes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import redis

from agents.models import User
from audit.versions import Rest, connection

PREFIX = "cs:here:"
SECONDS = 20
MOST_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Here:
    """Somebody at an enquiry."""

    user_id: int
    name: str
    initials: str
    is_writing: bool


def beat(user: User, reference: str, *, is_writing: bool) -> None:
    """Note that somebody is at an enquiry that they may see. It is forgotten after 20 seconds."""
    if not Rest.is_over():
        return
    told = json.dumps({"name": str(user), "initials": user.initials, "writing": is_writing, "at": time.time()})
    try:
        with connection().pipeline(transaction=False) as pipe:
            pipe.hset(f"{PREFIX}{reference}", str(user.pk), told)
            pipe.expire(f"{PREFIX}{reference}", SECONDS)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)


def leave(user: User, reference: str) -> None:
    """Note that somebody has left an enquiry."""
    if not Rest.is_over():
        return
    try:
        connection().hdel(f"{PREFIX}{reference}", str(user.pk))
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)


def present_at(references: Iterable[str], *, but: int) -> dict[str, list[Here]]:
    """Say who is at each of these enquiries, but for one person: whoever asks. Empty where nobody is, or Redis is away."""
    asked = list(dict.fromkeys(references))[:MOST_ROWS]
    if not asked or not Rest.is_over():
        return {}
    try:
        with connection().pipeline(transaction=False) as pipe:
            for reference in asked:
                pipe.hgetall(f"{PREFIX}{reference}")
            answers = pipe.execute()
    except (redis.RedisError, OSError) as error:
        Rest.begins(error)
        return {}
    found = {reference: _read(answer, but) for reference, answer in zip(asked, answers, strict=True)}
    return {reference: people for reference, people in found.items() if people}


def _read(answer: dict[bytes, bytes], but: int) -> list[Here]:
    """Read the people of one enquiry: the writers first. A line that is older than its time does not count."""
    people: list[Here] = []
    for number, told in answer.items():
        line = json.loads(told)
        if int(number) != but and time.time() - line["at"] < SECONDS:
            people.append(
                Here(user_id=int(number), name=line["name"], initials=line["initials"], is_writing=line["writing"])
            )
    return sorted(people, key=lambda one: (not one.is_writing, one.name))


def as_words(people: Sequence[Here]) -> list[dict[str, str | bool]]:
    """Shape people for a script."""
    return [{"name": one.name, "initials": one.initials, "writing": one.is_writing} for one in people]
