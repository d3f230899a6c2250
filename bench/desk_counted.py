"""The service as it is, plus a header that tells how many SQL statements an answer took. Only the benchmark starts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from citizenservice.wsgi import application as service

Start = Callable[..., Any]
CATALOGUE = "FROM pg_type"


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer as the service does."""
    statements = 0

    def count(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        nonlocal statements
        statements += CATALOGUE not in sql  # which a connection asks once in its life
        return execute(sql, *arguments)

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Statements", str(statements))], *rest)

    with connection.execute_wrapper(count):
        answer = service(environ, start)
        try:
            return list(answer)
        finally:
            answer.close()  # tells Django that the request is over
