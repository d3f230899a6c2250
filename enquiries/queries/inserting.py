"""New rows by statements that are made once per model: of thirty columns that takes Django longer than the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    models.PositiveIntegerField: frozenset({int, NOTHING}),
    models.DateTimeField: frozenset({datetime, NOTHING}),
}
"""What fields of these kinds hold and PostgreSQL takes as it is: half the time of a long row went into Django's layers."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A field of a new row: what it takes as it is, and whether it has a say of its own before it is written."""

    field: models.Field[Any, Any]
    name: str
    as_it_is: frozenset[type]
    is_stamped: bool

    @classmethod
    def of(cls, field: models.Field[Any, Any]) -> Column:
        """Look at a field once."""
        is_stamped = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        if type(field).pre_save not in (models.Field.pre_save, models.DateTimeField.pre_save):
            is_stamped = True
        plain = AS_IT_IS.get(type(field), frozenset())
        return cls(field=field, name=field.attname, as_it_is=plain, is_stamped=is_stamped)

    def value_of(self, row: models.Model, database: BaseDatabaseWrapper) -> object:
        """Read what is written of `row` here."""
        value = self.field.pre_save(row, add=True) if self.is_stamped else getattr(row, self.name)
        kind = type(value)
        if kind in self.as_it_is and (kind is not datetime or value.tzinfo is not None):
            return value
        return self.field.get_db_prep_save(value, database)


def insert(row: models.Model, *, unless_taken: str = "") -> bool:
    """Write a new row as `save(force_insert=True)` does, and give it its number.

    False, and nothing written, where another row has the same value in the unique column `unless_taken`.
    """
    statement, columns = _insert_into(type(row), unless_taken)
    for (number,) in statement.ask(_values_of(row, columns)):
        row.pk, row._state.adding, row._state.db = number, False, DEFAULT_DB_ALIAS
        return True
    return False


def insert_unnumbered(row: models.Model) -> None:
    """Write a new row whose number the caller does not need: within `fewer_trips` along with the next statement."""
    statement, columns = _insert_into(type(row), "")
    statement.tell(_values_of(row, columns))


def _values_of(row: models.Model, columns: Sequence[Column]) -> dict[str, object]:
    database = connections[DEFAULT_DB_ALIAS]
    return {each.name: each.value_of(row, database) for each in columns}


@cache
def _insert_into(model: type[models.Model], unless_taken: str) -> tuple[Statement, Sequence[Column]]:
    fields = [each for each in model._meta.local_concrete_fields if not each.primary_key and not each.generated]
    columns = ", ".join(_quoted(each.column) for each in fields)
    marks = ", ".join(f"${place}" for place in range(1, len(fields) + 1))
    text = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - all names are ours
    text += f" ON CONFLICT ({_quoted(unless_taken)}) DO NOTHING" if unless_taken else ""
    text += f" RETURNING {_quoted(model._meta.pk.column)}"
    return Statement(text=text, places=[(each.attname, None) for each in fields]), [Column.of(each) for each in fields]


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
