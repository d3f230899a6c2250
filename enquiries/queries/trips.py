"""Fewer trips to the database: what has no answer to wait for goes along with the statement that comes next.

To go there and back costs two processes more than most small statements do, and a message that arrives needs a dozen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

_waiting: ContextVar[list[str] | None] = ContextVar("statements_waiting", default=None)


@contextmanager
def fewer_trips() -> Iterator[None]:
    """Let what is given to `tell` wait for the next statement, whichever it is; the end sends what is left.

    Around work within one transaction. Order and meaning stay: each statement sees what those before it did. Only an error
    of a waiting one comes to light later, with the statement that takes it along. Work that fails sends nothing more.
    """
    if _waiting.get() is not None:  # part of work that does so already
        yield
        return
    waiting: list[str] = []
    token = _waiting.set(waiting)
    try:
        with connection.execute_wrapper(_taking_along(waiting)):
            yield
            if waiting:
                _send("")
    finally:
        _waiting.reset(token)


def tell(sql: str, params: Sequence[Any]) -> None:
    """Let the database do something whose answer nobody needs: at once, or along with the next within `fewer_trips`."""
    waiting = _waiting.get()
    with connection.cursor() as cursor:
        if waiting is None:
            cursor.execute(sql, params)
        else:
            waiting.append(cursor.mogrify(sql, params).decode())


def _send(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _taking_along(waiting: list[str]) -> Callable[..., Any]:
    def take(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if waiting and (many or context["cursor"].name):
            _send("")  # many statements go one by one, and what a cursor of the server's reads is one statement only
        along = tuple(waiting)
        waiting.clear()
        try:
            return execute(_with(along, sql, params), params, many, context)
        except (LookupError, TypeError, ValueError):
            waiting[:0] = along  # the next one cannot be written at all: nothing was sent, and these still wait
            raise

    return take


def _with(along: Sequence[str], sql: str, params: Any) -> str:
    if not along:
        return sql
    before = ";\n".join(along)
    # Where values are put in, a percent sign is written twice.
    before = before if params is None else before.replace("%", "%%")
    return f"{before};\n{sql}" if sql else before
