"""Questions that pages ask all day long: put into SQL once, planned by PostgreSQL once, and from then on only asked.

Building a statement out of Django's parts and planning its joins takes many times longer than answering it. What varies
between two askings (numbers, moments, how many teams somebody has) are values; all else of the statement is fixed, also for
the planner, so that an index that was made for certain states is still seen to fit.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from enquiries.queries import trips
from enquiries.queries.together import Asked, Row, composed, parted, together

M = TypeVar("M", bound=models.Model)
Value = int | datetime | str | None | tuple[int, ...]
Shape = tuple[tuple[str, object], ...]
Place = tuple[str, int | None]
"""Which value stands somewhere: its name, and its place where it is one of a tuple."""
MOST_NUMBERS = 24
"""Longer lists of numbers are rare, and each length is a statement of its own: they are asked without preparing."""
LARGEST = 2**63 - 1
"""What PostgreSQL can count to; an address may hold any number."""

_numbers = itertools.count(1)
_FIRST_NUMBER, _FIRST_MOMENT = 8_070_605_040_302_010_000, datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement with its places: `places` says for $1, $2 … which value goes there, as (name, place in a tuple)."""

    text: str
    places: Sequence[Place]
    name: str = field(default_factory=lambda: f"asked_{next(_numbers)}")

    def ask(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask the database with these values."""
        database = connections[DEFAULT_DB_ALIAS]
        with database.cursor() as cursor:
            self._prepare(database)
            cursor.execute(*self._written(values))
            return list(cursor.fetchall())

    def tell(self, values: Mapping[str, Any]) -> None:
        """Tell the database, without waiting for an answer where the next statement can take this one along."""
        database = connections[DEFAULT_DB_ALIAS]
        database.close_if_health_check_failed()
        database.ensure_connection()
        self._prepare(database)
        trips.tell(*self._written(values))

    def _written(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        given = [values[name] if at is None else values[name][at] for name, at in self.places]
        marks = f"({', '.join(['%s'] * len(given))})" if given else ""
        return f"EXECUTE {self.name}{marks}", given

    def _prepare(self, database: BaseDatabaseWrapper) -> None:
        """Make the statement known to the connection, once in its life: past what counts and logs statements."""
        raw = database.connection
        held: tuple[object, set[str]] = getattr(database, "prepared_here", (None, set()))
        if held[0] is not raw:
            held = (raw, set())
            database.prepared_here = held  # type: ignore[attr-defined]
        if self.name not in held[1]:
            with database.wrap_database_errors, raw.cursor() as cursor:
                cursor.execute(f"PREPARE {self.name} AS {self.text}")
            held[1].add(self.name)


class Prepared(Generic[M]):
    """A query for models. `build` makes it out of values by name; asked with values of the same kinds, it is made once."""

    def __init__(self, build: Callable[..., models.QuerySet[M]]) -> None:
        self._build = build
        self._made: dict[Shape, tuple[Statement, Any] | None] = {}

    def __call__(self, **values: Value) -> list[M]:
        """Read the rows. Values are numbers, moments, texts, None, or tuples of numbers."""
        if _is_unusual(values):
            return list(self._build(**values))
        shape = _shape_of(values)
        if shape not in self._made:
            self._made[shape] = self._make(values)
        made = self._made[shape]
        if made is None:
            return []
        if made[1].query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction only.")
        return list(_models(made[1], made[0].ask(values)))

    def _make(self, values: Mapping[str, Value]) -> tuple[Statement, Any] | None:
        stand_ins, places = _stand_ins(values)
        compiler = self._build(**stand_ins).query.get_compiler(connection.alias)
        try:
            return _statement(*compiler.as_sql(), places=places), compiler
        except EmptyResultSet:  # it asks for nothing: "in an empty list"
            return None


class PreparedTogether:
    """Several small questions in one statement, as `together` asks them; `build` gives what `together` takes."""

    def __init__(self, build: Callable[..., Sequence[Asked]]) -> None:
        self._build = build
        self._made: dict[Shape, tuple[Statement | None, Sequence[Sequence[str]]]] = {}

    def __call__(self, **values: Value) -> list[list[Row]]:
        """Read the rows of each question."""
        if _is_unusual(values):
            return together(*self._build(**values))
        shape = _shape_of(values)
        if shape not in self._made:
            self._made[shape] = self._make(values)
        statement, names = self._made[shape]
        return parted(statement.ask(values) if statement else [], names)

    def _make(self, values: Mapping[str, Value]) -> tuple[Statement | None, Sequence[Sequence[str]]]:
        stand_ins, places = _stand_ins(values)
        asked = self._build(**stand_ins)
        sql, params = composed(asked)
        return _statement(sql, params, places=places) if sql else None, [names for _rows, names in asked]


class PreparedText:
    """A statement in words of its own, with `%(name)s` where a value goes; a tuple of numbers is an array of bigint.

    Arrays are written out element by element: of an array whose length it does not see, the planner expects the worst.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._made: dict[Shape, Statement] = {}

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """Read the rows."""
        return self._statement(values).ask(values)

    def tell(self, **values: Any) -> None:
        """Let it be done; within `fewer_trips` along with the next statement."""
        self._statement(values).tell(values)

    def _statement(self, values: Mapping[str, Any]) -> Statement:
        shape = _shape_of(values)
        if shape not in self._made:
            self._made[shape] = self._make(values)
        return self._made[shape]

    def _make(self, values: Mapping[str, Any]) -> Statement:
        places: list[Place] = []

        def written(found: re.Match[str]) -> str:
            name = found[1]
            if not isinstance(values[name], tuple):
                return _mark((name, None), among=places)
            marks = [_mark((name, at), among=places) for at in range(len(values[name]))]
            return f"ARRAY[{', '.join(marks)}]::bigint[]"

        text = re.sub(r"%\((\w+)\)s", written, self._text).replace("%%", "%")
        return Statement(text=text, places=places)


def _is_unusual(values: Mapping[str, Value]) -> bool:
    """Tell a list that is too long to prepare, and a number too large for any column: Django knows that nothing has it."""
    return any(
        len(value) > MOST_NUMBERS if isinstance(value, tuple) else isinstance(value, int) and value > LARGEST
        for value in values.values()
    )


def _shape_of(values: Mapping[str, Value]) -> Shape:
    return tuple(
        (name, len(value) if isinstance(value, tuple) else None if value is None else type(value))
        for name, value in values.items()
    )


def _stand_ins(values: Mapping[str, Value]) -> tuple[dict[str, Any], dict[object, Place]]:
    """Give a value for each that stands nowhere else, and where each of them belongs."""
    places: dict[object, Place] = {}

    def stand_in(value: object, name: str, at: int | None = None) -> object:
        number = len(places) + 1
        made: object = _FIRST_NUMBER + number
        if isinstance(value, datetime):
            made = _FIRST_MOMENT + timedelta(days=number)
        elif isinstance(value, str):
            made = f"\x1a{number}\x1a"
        places[made] = (name, at)
        return made

    given: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, tuple):
            given[name] = tuple(stand_in(one, name, at) for at, one in enumerate(value))
        else:
            given[name] = None if value is None else stand_in(value, name)
    return given, places


def _statement(sql: str, params: Sequence[Any], *, places: Mapping[object, Place]) -> Statement:
    """Write the places as $1, $2 …, and everything else as it is."""
    pieces = [piece.replace("%%", "%") for piece in sql.split("%s")]
    used: list[Place] = []
    written = pieces[0]
    with connection.cursor() as cursor:
        for param, piece in zip(params, pieces[1:], strict=True):
            place = places.get(param) if isinstance(param, int | str | datetime) else None
            written += _mark(place, among=used) if place else cursor.mogrify("%s", [param]).decode()
            written += piece
    return Statement(text=written, places=used)


def _mark(place: Place, *, among: list[Place]) -> str:
    """Write a place as $1, $2 …; the same one again has the same number."""
    if place not in among:
        among.append(place)
    return f"${among.index(place) + 1}"


def _models(compiler: Any, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
    """Make models out of rows, as a QuerySet does; but what many rows point to is made once, and they share it."""
    told, columns = compiler.klass_info, compiler.annotation_col_map
    first, last = told["select_fields"][0], told["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    around = [
        _Beside(populator)
        for populator in get_related_populators(told, compiler.select, connection.alias)  # type: ignore[call-arg]
    ]
    for row in compiler.results_iter([rows]):
        made = told["model"].from_db(connection.alias, names, row[first:last])
        for beside in around:
            beside.put(row, made)
        for name, at in (columns or {}).items():
            setattr(made, name, row[at])
        yield made


class _Beside:
    """What a foreign key of the rows leads to, by Django's populator for it: of fifty enquiries mostly the same few teams."""

    def __init__(self, populator: Any) -> None:
        self._of = populator
        self._known: dict[Any, models.Model] = {}
        self._further = [_Beside(one) for one in populator.related_populators]

    def put(self, row: tuple[Any, ...], made: models.Model) -> None:
        """Put it where the foreign key finds it."""
        of = self._of
        if of.reorder_for_init:
            of.populate(row, made)
            return
        values = row[of.cols_start : of.cols_end]
        key = values[of.pk_idx]
        led_to = self._known.get(key) if key is not None else None
        if led_to is None and key is not None:
            led_to = self._known[key] = of.model_cls.from_db(of.db, of.init_list, values)
            for further in self._further:
                further.put(row, led_to)
        of.local_setter(made, led_to)
        if led_to is not None:
            of.remote_setter(led_to, made)
