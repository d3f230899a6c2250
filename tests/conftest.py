"""What every test may ask for: the city, and a database that can be emptied although it refuses to be."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import settings

from tests.people import City, make_city

# How long an example takes says how busy the machine is; nothing is measured in tests.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
FLUSH_TRIES = 10
# What migrating writes there again after each emptying is what stands there already.
KEPT = {"django_content_type", "auth_permission"}
EMPTY = """DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[%s] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%I)', name) INTO has_rows;
        IF has_rows THEN EXECUTE format('DELETE FROM %%I', name); END IF;
    END LOOP;
END $$"""
_flush = DatabaseOperations.execute_sql_flush


def _only_what_has_rows(operations: Any, style: Any, tables: Iterable[str], **options: Any) -> list[str]:
    """Empty the few tables that a test has written: TRUNCATE makes a new file for every table and index there is."""
    return [EMPTY % ", ".join(f"'{name}'" for name in sorted(set(tables) - KEPT))]


def _flush_again(operations: Any, sql_list: Iterable[str]) -> None:
    """Empty the tables after a transactional test, past our triggers, which refuse it: see tests/cluster.py.

    A browser's last request may still be at work, and be in the way of each other: it ends by itself, so a deadlock is
    tried again.
    """
    statements = list(sql_list)
    for left in reversed(range(FLUSH_TRIES)):
        try:
            _flush(operations, statements)
            break
        except OperationalError:
            if not left:
                raise
            time.sleep(0.3)


def _nothing_is_missing(*_how: Any) -> None:
    """Take no look at every model after each emptying for content types and permissions to write: see `KEPT`."""


flush.emit_post_migrate_signal = _nothing_is_missing  # type: ignore[attr-defined]
DatabaseOperations.sql_flush = _only_what_has_rows  # type: ignore[method-assign,assignment]
DatabaseOperations.execute_sql_flush = _flush_again  # type: ignore[method-assign,assignment]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse two tests of one name: where two processes share the work, only one of them would be run."""
    twice = [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]
    if twice:
        raise pytest.UsageError(f"several tests of one name: {', '.join(twice[:5])}")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    # A request leaves its language in the thread; the next test would read its words in it.
    yield
    translation.deactivate()


@pytest.fixture
def city(db: None) -> City:
    """A city with two teams, five people, and one account on each channel."""
    return make_city()
