"""Commits that need not wait for the disk, for work that is simply done again where a crash of the database undid it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection


@contextmanager
def lasting_soon() -> Iterator[None]:
    """Let each commit in here last a moment later instead of waiting for the disk; the order of commits stays.

    Only where a crash may undo the last of them together with the word that they are done. Whatever is committed the
    usual way after one of them makes it last, too, so nothing that builds on it can survive it.
    """
    _say("SET synchronous_commit TO off")
    try:
        yield
    finally:
        try:
            _say("RESET synchronous_commit")
        except (DatabaseError, InterfaceError):
            connection.close()  # what was set goes with it: the next task on this connection promises more


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
