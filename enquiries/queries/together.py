"""Several small questions in one statement: a page that asks eight tables for a few rows each asks the database once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Row = dict[str, Any]


def together(*asked: tuple[QuerySet[Any], Sequence[str]]) -> list[list[Row]]:
    """Read the named fields or annotations of each query, in its own order. Returns one list of rows for each.

    Values come as JSON brings them: numbers, texts and lists are themselves, moments are ISO texts.
    """
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
    if not sqls:
        return [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sqls), params)
        found = sorted(cursor.fetchall(), key=lambda row: (row[0], row[1]))
    answers: list[list[Row]] = [[] for _ in asked]
    for number, _place, told in found:
        values = json.loads(told) if isinstance(told, str) else told
        answers[number].append({name: values[f"c{place}"] for place, name in enumerate(asked[number][1])})
    return answers
