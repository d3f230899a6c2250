"""Several small questions in one statement: a page that asks eight tables for a few rows each asks the database once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Row = dict[str, Any]
Asked = tuple[QuerySet[Any], Sequence[str]]


def together(*asked: Asked) -> list[list[Row]]:
    """Read the named fields or annotations of each query, in its own order. Returns one list of rows for each.

    Values come as JSON brings them: numbers, texts and lists are themselves, moments are ISO texts.
    """
    sql, params = composed(asked)
    names = [names for _rows, names in asked]
    if not sql:
        return parted([], names)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return parted(cursor.fetchall(), names)


def composed(asked: Sequence[Asked]) -> tuple[str, list[Any]]:
    """Put the questions into one statement; an empty one when none of them asks for anything."""
    sqls: list[str] = []
    params: list[Any] = []
    for number, (rows, names) in enumerate(asked):
        try:
            sql, own = rows.values_list(*names).query.sql_with_params()
        except EmptyResultSet:  # it asks for nothing: "in an empty list"
            continue
        columns = ", ".join(f"c{place}" for place in range(len(names)))
        # Nothing but Django's own SQL and numbers stands in here; every value is a parameter.
        sqls.append(f"SELECT {number}, row_number() OVER (), to_jsonb(q) FROM ({sql}) AS q({columns})")  # noqa: S608
        params += own
    return " UNION ALL ".join(sqls), params


def parted(rows: Sequence[tuple[Any, ...]], names: Sequence[Sequence[str]]) -> list[list[Row]]:
    """Give each question its rows. `names` are those asked for by each."""
    answers: list[list[Row]] = [[] for _ in names]
    for number, _place, told in sorted(rows, key=lambda row: (row[0], row[1])):
        values = json.loads(told) if isinstance(told, str) else told
        answers[number].append({name: values[f"c{place}"] for place, name in enumerate(names[number])})
    return answers
