"""New rows by statements that are made once per model: of thirty columns that takes Django longer than the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from enquiries.queries.prepared import Statement

NOTHING: Final = type(None)
AS_IT_IS: Final[Mapping[type, frozenset[type]]] = {
    models.CharField: frozenset({str, NOTHING}),
    models.TextField: frozenset({str, NOTHING}),
    models.BooleanField: frozenset({bool, NOTHING}),
    models.ForeignKey: frozenset({int, NOTHING}),
}
"""What fields of these kinds hold and PostgreSQL takes as it is: half the time of a long row went into Django's layers."""


def insert(row: models.Model, *, unless_taken: str = "") -> bool:
    """Write a new row as `save(force_insert=True)` does, and give it its number.

    False, and nothing written, where another row has the same value in the unique column `unless_taken`.
    """
    statement, fields = _insert_into(type(row), unless_taken)
    database = connections[DEFAULT_DB_ALIAS]
    values = {each.attname: _written(each.pre_save(row, add=True), each, database) for each in fields}
    for (number,) in statement.ask(values):
        row.pk, row._state.adding, row._state.db = number, False, DEFAULT_DB_ALIAS
        return True
    return False


def _written(value: object, field: models.Field[Any, Any], database: BaseDatabaseWrapper) -> object:
    return value if type(value) in AS_IT_IS.get(type(field), ()) else field.get_db_prep_save(value, database)


@cache
def _insert_into(model: type[models.Model], unless_taken: str) -> tuple[Statement, Sequence[models.Field[Any, Any]]]:
    fields = [each for each in model._meta.local_concrete_fields if not each.primary_key and not each.generated]
    columns = ", ".join(_quoted(each.column) for each in fields)
    marks = ", ".join(f"${place}" for place in range(1, len(fields) + 1))
    text = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - all names are ours
    text += f" ON CONFLICT ({_quoted(unless_taken)}) DO NOTHING" if unless_taken else ""
    text += f" RETURNING {_quoted(model._meta.pk.column)}"
    return Statement(text=text, places=[(each.attname, None) for each in fields]), fields


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
