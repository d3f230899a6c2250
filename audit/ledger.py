"""The one way to write an event: inside the transaction of what it tells of, so that neither exists without the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection

from audit.models import Event
from audit.versions import bump_on_commit

_held: ContextVar[list[Event] | None] = ContextVar("events_held", default=None)


@contextmanager
def written_together() -> Iterator[None]:
    """Write all events of one act in one statement, in their order, when it is done. An act that fails writes none.

    Only around what is one transaction, or within one, and does not read its own events. A savepoint inside it that is rolled
    back takes its events along only where it is within a `written_together` of its own: whoever catches an error of an inner
    `atomic()` and goes on opens both, or what was undone would stand in the ledger.
    """
    held = _held.get()
    if held is not None:  # the act is part of another one
        before = len(held)
        try:
            yield
        except BaseException:
            del held[before:]
            raise
        return
    events: list[Event] = []
    token = _held.set(events)
    try:
        yield
    finally:
        _held.reset(token)
    if events:
        _write(events)


def record(
    *,
    verb: str,
    now: datetime,
    actor_id: int | None = None,
    subject: str = "",
    organisation_id: int | None = None,
    enquiry_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one event. `verb` is "room.what_happened" ("reply.approved"); `data` holds ids, codes and counts only."""
    event = Event(
        at=now,
        actor_id=actor_id,
        verb=verb,
        subject=subject,
        organisation_id=organisation_id,
        enquiry_id=enquiry_id,
        data=dict(data or {}),
    )
    held = _held.get()
    if held is None:
        _write([event])
    else:
        held.append(event)
    if organisation_id is not None:
        bump_on_commit(organisation_id)


# Written out: an event goes with nearly every act, and composing the statement took Django longer than the writing.
_INSERT = "INSERT INTO audit_event (at, actor_id, verb, subject, organisation_id, enquiry_id, data) VALUES"
_ROW = "(%s, %s, %s, %s, %s, %s, %s)"


def _write(events: Sequence[Event]) -> None:
    rows = ", ".join([_ROW] * len(events))
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT} {rows}", [value for event in events for value in _values_of(event)])


def _values_of(event: Event) -> tuple[Any, ...]:
    own = (event.organisation_id, event.enquiry_id, json.dumps(event.data))
    return (event.at, event.actor_id, event.verb, event.subject, *own)
