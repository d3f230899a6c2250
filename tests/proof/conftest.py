"""A city with an account on the channel that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from celery.signals import before_task_publish

from enquiries import registry
from enquiries.services.leaving import posting
from tests.people import City, make_city
from tests.proof import told
from worklist import hints


@pytest.fixture
def telling(settings: Any) -> Iterator[None]:
    """The channel can be spoken to, and remembers nothing of other tests."""
    settings.CHANNELS = settings.CHANNELS | {"told": "tests.proof.told.Told"}
    registry.channel.cache_clear()
    told.Told.answers.clear()
    told.Told.asked.clear()
    yield
    registry.channel.cache_clear()


@pytest.fixture
def place(db: None, telling: None) -> City:
    """The city, with its account there."""
    city = make_city()
    told.open_account(city)
    return city


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> told.Clocks:
    """The clocks that a worker looks at, moved by hand."""
    clocks = told.Clocks()
    monkeypatch.setattr(posting, "database_now", lambda: clocks.now)
    monkeypatch.setattr(posting, "time", clocks)
    return clocks


@pytest.fixture
def hinted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the tasks that somebody is told to look for."""
    monkeypatch.setattr(hints, "_whispers", hints.Whispers())
    names: list[str] = []

    def hear(sender: str = "", **_: object) -> None:
        names.append(sender)

    before_task_publish.connect(hear, weak=False)
    yield names
    before_task_publish.disconnect(hear)
