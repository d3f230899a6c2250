"""Change a state by compare-and-set: the table says whether the move exists, the database whether somebody was faster."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

from enquiries.models import Enquiry, Posting, Reply
from enquiries.rules.workflow import ENQUIRY_MOVES, POSTING_MOVES, REPLY_MOVES, target

Thing = TypeVar("Thing", Enquiry, Reply, Posting)
MOVES: dict[type[models.Model], Any] = {Enquiry: ENQUIRY_MOVES, Reply: REPLY_MOVES, Posting: POSTING_MOVES}


class SomebodyWasFaster(Exception):
    """The thing has moved on since it was read."""


def move(thing: Thing, name: str, **fields: object) -> None:
    """Make the move `name` and set `fields` with it. Raises IllegalMove, or SomebodyWasFaster; call inside a transaction."""
    new: StrEnum = target(MOVES[type(thing)], name, thing.state)
    changed = type(thing)._default_manager.filter(pk=thing.pk, state=thing.state).update(state=new.value, **fields)
    if not changed:
        raise SomebodyWasFaster("Somebody else was faster. Load the page again to see where it stands.")
    thing.state = new.value
    for field, value in fields.items():
        setattr(thing, field, value)
