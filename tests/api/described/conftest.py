"""One scene for all calls of a file, and a transaction around each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from tests.api.described.scene import Scene, set_scene
from tests.people import make_city


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Set the scene once for all calls: what each of them does is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield set_scene(make_city())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _as_one_long_request(monkeypatch: Any) -> Iterator[None]:
    """Lift the limit, and keep the transaction of the test: each request would close its connection, as it should."""
    monkeypatch.setattr("api.limits.per_minute", lambda: 10**9)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
