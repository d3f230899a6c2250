"""Taking a posting in hand waits for nobody, and nobody for it, whatever else is held meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from enquiries.services.leaving import posting
from tests.people import City, make_city
from tests.proof.told import NOW, accepted, open_account, row

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(telling: None, transactional_db: None) -> City:
    city = make_city()
    open_account(city)
    return city


@pytest.fixture
def somebody() -> Iterator[CursorWrapper]:
    """Another connection, which holds what it is told to until the end."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        yield cursor
        cursor.execute("ROLLBACK")
    with connection.cursor() as ours:
        ours.execute("RESET lock_timeout")


def hold(somebody: Any, table: str, pk: int) -> None:
    somebody.execute(f"SELECT 1 FROM enquiries_{table} WHERE id = %s FOR UPDATE", [pk])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")


def test_posting_that_somebody_holds_is_left_to_them(town: City, somebody: CursorWrapper):
    one = accepted(town)
    hold(somebody, "posting", one.pk)

    assert posting._claim(one.pk, "w1", NOW) is None


def test_account_that_somebody_holds_is_no_hindrance(town: City, somebody: CursorWrapper):
    one = accepted(town)
    hold(somebody, "channelaccount", one.account_id)

    assert posting._claim(one.pk, "w1", NOW)
    assert row(one)["state"] == "SENDING"


def test_posting_that_another_worker_deals_with_is_left_to_them(town: City, somebody: CursorWrapper):
    one = accepted(town)
    somebody.execute("SELECT pg_advisory_lock(hashtextextended('posting', %s))", [one.pk])

    with posting._alone_with(one.pk, listed_at=NOW) as alone:
        assert not alone

    somebody.execute("SELECT pg_advisory_unlock(hashtextextended('posting', %s))", [one.pk])
    with posting._alone_with(one.pk, listed_at=NOW) as alone:
        assert alone
