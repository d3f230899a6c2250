"""New rows by statements that are made once per model: of thirty columns that takes Django longer than the writing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from enquiries.queries.prepared import Statement


def insert(row: models.Model, *, unless_taken: str = "") -> bool:
    """Write a new row as `save(force_insert=True)` does, and give it its number.

    False, and nothing written, where another row has the same value in the unique column `unless_taken`.
    """
    statement, fields = _insert_into(type(row), unless_taken)
    values = {each.attname: each.get_db_prep_save(each.pre_save(row, add=True), connection) for each in fields}
    for (number,) in statement.ask(values):
        row.pk, row._state.adding, row._state.db = number, False, connection.alias
        return True
    return False


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
