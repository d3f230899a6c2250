"""Statements that nobody waits for go along with the next one, and mean what they would have meant by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from enquiries.models import Topic
from enquiries.queries.inserting import insert_unnumbered
from enquiries.queries.trips import fewer_trips, tell
from tests.people import City

pytestmark = pytest.mark.django_db(transaction=True)
RENAME = "UPDATE enquiries_topic SET name = %s WHERE name = %s"


@pytest.fixture
def bins(city: City) -> Topic:
    return Topic.objects.create(organisation=city.organisation, name="Bins")


def names() -> list[str]:
    return list(Topic.objects.filter(team=None).order_by("pk").values_list("name", flat=True))


def trips(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_what_is_told_goes_along_with_the_next_statement(bins: Topic):
    def act() -> None:
        with transaction.atomic(), fewer_trips():
            tell(RENAME, ["Waste", "Bins"])
            tell(RENAME, ["Lamps", "Waste"])
            assert names() == ["Lamps"]

    assert trips(act) == 3  # BEGIN, all of it, COMMIT


def test_end_sends_what_is_left(bins: Topic):
    with transaction.atomic(), fewer_trips():
        tell(RENAME, ["Waste", "Bins"])

    assert names() == ["Waste"]


def test_outside_it_is_sent_at_once(bins: Topic):
    tell(RENAME, ["Waste", "Bins"])

    assert names() == ["Waste"]


@pytest.mark.parametrize("name", ["100 % of 50%%", "%s", "a; DROP TABLE x --", "\\'", "نفايات"])
def test_values_arrive_as_they_are_whether_the_next_statement_has_values_or_not(name: str, bins: Topic):
    with transaction.atomic(), fewer_trips(), connection.cursor() as cursor:
        tell(RENAME, [name, "Bins"])
        cursor.execute("SELECT name FROM enquiries_topic WHERE team_id IS NULL AND name LIKE '%'")
        without = cursor.fetchall()
        tell(RENAME, ["Bins", name])
        tell(RENAME, [name, "Bins"])
        cursor.execute("SELECT name FROM enquiries_topic WHERE id = %s", [bins.pk])
        with_values = cursor.fetchall()
        tell(RENAME, ["Bins", name])
        tell(RENAME, [name, "Bins"])
        cursor.execute("SELECT name FROM enquiries_topic WHERE id = %(id)s", {"id": bins.pk})

        assert without == with_values == cursor.fetchall() == [(name,)]


def test_next_may_have_an_empty_list_of_values(bins: Topic):
    with transaction.atomic(), fewer_trips(), connection.cursor() as cursor:
        tell(RENAME, ["100 %", "Bins"])
        cursor.execute("SELECT name FROM enquiries_topic WHERE team_id IS NULL AND name LIKE '%%'", [])

        assert cursor.fetchall() == [("100 %",)]


def test_next_may_be_read_bit_by_bit(bins: Topic):
    with transaction.atomic(), fewer_trips():
        tell(RENAME, ["Waste", "Bins"])

        assert [topic.name for topic in Topic.objects.filter(team=None).iterator(chunk_size=1)] == ["Waste"]


def test_next_that_cannot_be_written_takes_nothing_along(bins: Topic):
    with transaction.atomic(), fewer_trips():
        tell(RENAME, ["Waste", "Bins"])
        with pytest.raises(ValueError, match="NUL"):
            Topic.objects.filter(name="\0").exists()

        assert names() == ["Waste"]


def test_next_may_be_many_statements(bins: Topic):
    with transaction.atomic(), fewer_trips(), connection.cursor() as cursor:
        tell(RENAME, ["Waste", "Bins"])
        cursor.executemany(RENAME, [["Lamps", "Waste"], ["Trees", "Lamps"]])

    assert names() == ["Trees"]


def test_next_may_be_a_savepoint_whose_failure_leaves_what_was_told_before(bins: Topic):
    with transaction.atomic(), fewer_trips():
        tell(RENAME, ["Waste", "Bins"])
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    assert names() == ["Waste"]


def test_new_row_whose_number_nobody_needs_goes_along(city: City):
    def act() -> None:
        with transaction.atomic(), fewer_trips():
            insert_unnumbered(Topic(organisation=city.organisation, name="Bins"))
            assert names() == ["Bins"]

    act()
    Topic.objects.filter(name="Bins").delete()
    assert trips(act) == 3


def test_error_of_what_was_told_undoes_the_work(bins: Topic):
    with pytest.raises(IntegrityError), transaction.atomic(), fewer_trips():
        Topic.objects.create(organisation=bins.organisation, name="Lamps")
        tell(RENAME, ["Lamps", "Bins"])
        names()

    assert names() == ["Bins"]


def test_error_at_the_end_undoes_the_work(bins: Topic):
    with pytest.raises(IntegrityError), transaction.atomic(), fewer_trips():
        Topic.objects.create(organisation=bins.organisation, name="Lamps")
        tell(RENAME, ["Lamps", "Bins"])

    assert names() == ["Bins"]


def test_work_that_fails_sends_nothing_more(bins: Topic):
    def act() -> None:
        with pytest.raises(RuntimeError), transaction.atomic(), fewer_trips():
            tell(RENAME, ["Waste", "Bins"])
            raise RuntimeError

    assert trips(act) == 2  # BEGIN, ROLLBACK
    assert names() == ["Bins"]


def test_work_within_work_keeps_the_order(bins: Topic):
    with transaction.atomic(), fewer_trips():
        tell(RENAME, ["Waste", "Bins"])
        with fewer_trips():
            tell(RENAME, ["Lamps", "Waste"])
        tell(RENAME, ["Trees", "Lamps"])

    assert names() == ["Trees"]


def test_next_work_begins_with_nothing_waiting(bins: Topic):
    with pytest.raises(RuntimeError), transaction.atomic(), fewer_trips():
        tell(RENAME, ["Waste", "Bins"])
        raise RuntimeError
    with transaction.atomic(), fewer_trips():
        before: Any = names()

    assert before == ["Bins"]
