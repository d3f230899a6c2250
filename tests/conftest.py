"""What every test may ask for: the city, and a database that can be emptied although it refuses to be."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from tests.people import City, make_city

FLUSH_TRIES = 10
_flush = DatabaseOperations.execute_sql_flush


def _flush_past_the_guards(operations: Any, sql_list: Iterable[str]) -> None:
    """Empty the tables after a transactional test. TRUNCATE is refused by our triggers, as it must be; switch them off here.

    Only the owner of the tables can do that, and only the tests do. A browser's last request may still be at work, and be in
    the way of each other: it ends by itself, so a deadlock is tried again.
    """
    statements = list(sql_list)
    for left in reversed(range(FLUSH_TRIES)):
        try:
            _flush_once(operations, statements)
            break
        except OperationalError:
            if not left:
                raise
            time.sleep(0.3)


def _flush_once(operations: Any, sql_list: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE '%emptied'"
        )
        guarded = [name for (name,) in cursor.fetchall()]
        for name in guarded:
            cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
        _flush(operations, sql_list)
        for name in guarded:
            cursor.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')


DatabaseOperations.execute_sql_flush = _flush_past_the_guards  # type: ignore[method-assign,assignment]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    # A request leaves its language in the thread; the next test would read its words in it.
    yield
    translation.deactivate()


@pytest.fixture
def city(db: None) -> City:
    """A city with two teams, five people, and one account on each channel."""
    return make_city()
