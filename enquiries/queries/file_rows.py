"""What a thread shows of files: those that came, those still on their way, and those put in for a reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from enquiries.models import Attachment, MediaFetch, ReplyFile

FILE = ("pk", "message_id", "token", "name", "size", "media_type", "alt_text", "scan")
FETCH = ("message_id", "place", "parked_at", "alt_text")
WAITING = ("pk", "answers_id", "token", "name", "media_type", "size", "alt_text", "uploaded_by_id", "uploaded_at")
ON_ITS_WAY, LOST = "ON_ITS_WAY", "LOST"


def to_fetch(family: Sequence[int]) -> QuerySet[MediaFetch]:
    """Ask for the pictures of these enquiries that are not here. Read `FETCH` of it."""
    open_ones = MediaFetch.objects.filter(message__enquiry__in=family, done_at__isnull=True)
    return open_ones.filter(message__blanked_at__isnull=True).order_by("message_id", "place")


def waiting(family: Sequence[int]) -> QuerySet[ReplyFile]:
    """Ask for what was put in for replies and is in no version yet. Read `WAITING` of it."""
    return ReplyFile.objects.filter(answers__enquiry__in=family, is_named=False).order_by("pk")


def by_message(files: Iterable[Mapping[str, Any]], fetches: Iterable[Mapping[str, Any]]) -> dict[int, list[Attachment]]:
    """Sort files by their message; one that is not here yet is a file without a token that says `fetching`."""
    found: dict[int, list[Attachment]] = {}
    for row in files:
        found.setdefault(row["message_id"], []).append(Attachment(**row))
    for row in fetches:
        absent = Attachment(message_id=row["message_id"], token="", alt_text=row["alt_text"])
        absent.fetching = LOST if row["parked_at"] else ON_ITS_WAY  # type: ignore[attr-defined]
        found.setdefault(row["message_id"], []).append(absent)
    return found


def put_in(rows: Iterable[Mapping[str, Any]]) -> list[ReplyFile]:
    """Make files of the rows of `waiting`."""
    return [ReplyFile(**(row | {"uploaded_at": datetime.fromisoformat(row["uploaded_at"])})) for row in map(dict, rows)]
