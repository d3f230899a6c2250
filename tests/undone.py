"""Makes a scene once for all tests of a file, where making it takes longer than what each test tries of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def undone(blocker: Any) -> Iterator[None]:
    """Undo at the end all that was written; what a test writes meanwhile (it is marked `django_db`) is undone after it.

    Say `settled()` when the scene is made. `blocker` is what pytest-django gives as `django_db_blocker`.
    """
    with blocker.unblock():
        around = transaction.atomic()
        # As around a test: what has to be the outermost transaction may begin in it.
        around._from_testcase = True  # type: ignore[attr-defined]
        with around:
            yield
            transaction.set_rollback(True)


def settled() -> None:
    """Let the database judge the scene now: each test would begin with it otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
