"""Hints: few in a burst, and always one that makes somebody look after the last commit."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from worklist import hints

TASK = "enquiries.read_payloads"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """The hint server, empty, and a process that has not whispered yet."""
    monkeypatch.setattr(hints, "_whispers", hints.Whispers())
    server = redis.Redis.from_url(settings.ENV.redis_url)
    server.delete("intake")
    yield server
    server.delete("intake")


def waiting(broker: redis.Redis) -> list[dict[str, object]]:
    return [json.loads(hint)["headers"] for hint in reversed(broker.lrange("intake", 0, -1))]


def test_first_hint_makes_somebody_look_at_once(broker: redis.Redis):
    hints.hint(TASK)

    (only,) = waiting(broker)
    assert (only["task"], only["eta"]) == (TASK, None)


def test_burst_of_hints_is_two_of_which_the_second_comes_after_all(broker: redis.Redis):
    for _ in range(50):
        hints.hint(TASK)

    first, second = waiting(broker)
    assert first["eta"] is None
    assert second["eta"] is not None


def test_hint_after_a_quiet_time_is_sent_at_once_again(broker: redis.Redis):
    hints.hint(TASK)
    time.sleep(hints.QUIET_SECONDS)
    hints.hint(TASK)

    assert [hint["eta"] for hint in waiting(broker)] == [None, None]


def test_hints_of_different_work_do_not_silence_each_other(broker: redis.Redis):
    hints.hint("enquiries.pick_up")
    hints.hint(TASK)

    assert len(waiting(broker)) == 2


def test_no_commit_is_passed_over_however_the_hints_fall():
    whispers = hints.Whispers()
    looks: list[float] = []
    for _ in range(2000):
        asked_at = time.monotonic()
        wait = whispers.wait(TASK)
        if wait is not None:
            looks.append(time.monotonic() + wait)
        assert looks[-1] >= asked_at
        time.sleep(0.0002)

    assert len(looks) <= (looks[-1] - looks[0]) / hints.QUIET_SECONDS + 2
