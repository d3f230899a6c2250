"""The small rows of an enquiry's page, read in one statement: wordings, returns, notes, events, files, texts being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, Subquery

from audit.models import Event
from enquiries.models import (
    Attachment,
    DraftText,
    Enquiry,
    Message,
    Moderation,
    Note,
    Reply,
    ReplyFile,
    ReplyReturn,
    ReplyVersion,
)
from enquiries.queries import file_rows, moderations
from enquiries.queries.family import family_of
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.said import BECAME, Became, Post, became_by_post, became_in
from enquiries.queries.together import Asked, Row

UNDER_WAY = (Reply.State.DRAFT, Reply.State.RETURNED, Reply.State.SUBMITTED, Reply.State.APPROVED)
MOST_EVENTS = 200
TOLD = (
    "enquiry.opened",
    "enquiry.claimed",
    "enquiry.released",
    "enquiry.sorted",
    "enquiry.assigned",
    "enquiry.taken_over",
    "enquiry.transferred",
    "enquiry.waits",
    "enquiry.woken",
    "enquiry.took_in",
    "enquiry.let_out",
    "enquiry.split",
    "enquiry.split_off",
    "enquiry.closed",
    "enquiry.reopened",
    "enquiry.invited",
    "enquiry.same_mail",
    "enquiry.invitation_used",
    "answer.helped",
    "answer.helped_partly",
    "answer.not_helped",
    "clock.warned",
    "clock.breached",
    "reply.withdrawn",
)
"""What of the ledger the thread tells among the messages; all of it is on the page of its history."""
AUTHOR = ("author_id", "author__name", "author__email")
VERSION = ("pk", "n", "content", "last_inbound_id", "created_at", *AUTHOR)
REPLY = ("pk", "state", "purpose", "answers_id", "corrects_id", "submitted_at", "created_at")
TEXT = ("pk", "answers_id", "purpose", "corrects_id", "n", "text", "started_at", "saved_at", "is_settled", *AUTHOR)
RETURN = ("pk", "reason", "note", "returned_at", "version_id", "version__n", "version__content")
PEOPLE = (
    "version__author__name",
    "version__author__email",
    "returned_by_id",
    "returned_by__name",
    "returned_by__email",
)
MOMENTS = frozenset({"at", "created_at", "submitted_at", "returned_at", "started_at", "saved_at", "occurred_at"})


@dataclass(frozen=True, kw_only=True)
class SmallRows:
    """What stands around the messages. Things are models that were not fetched as such: they hold what the page shows.

    `notes` come with `told` and `unread_by`, `events` with `actor`, `texts` with `is_settled`; files are by message.
    """

    versions: list[ReplyVersion]
    returns: list[ReplyReturn]
    notes: list[tuple[Note, list[str], list[int]]]
    events: list[tuple[Event, str]]
    files: dict[int, list[Attachment]]
    put_in: list[ReplyFile]
    texts: list[DraftText]
    became: dict[Post, list[Became]]
    asked: dict[int, Moderation]


def small_rows(enquiry: Enquiry) -> SmallRows:
    """Read them all, with those of what was merged into the enquiry."""
    family = tuple(family_of(enquiry))
    versions, returns, notes, events, files, texts, became, fetches, put_in, asked = _asked(
        enquiry_id=enquiry.pk, family=family
    )
    return SmallRows(
        versions=[_version(row, enquiry) for row in versions],
        returns=[_return(row) for row in returns],
        notes=[_note(row) for row in notes],
        events=[
            (Event(**_fields(row, "pk", "at", "verb", "subject", "data")), row["actor"] or "")
            for row in reversed(events)
        ],
        files=file_rows.by_message(files, fetches),
        put_in=file_rows.put_in(put_in),
        texts=[_text(row, enquiry) for row in texts],
        became=became_by_post(_fields(row, *BECAME) for row in became),
        asked=moderations.by_message(asked),
    )


@PreparedTogether
def _asked(*, enquiry_id: int, family: tuple[int, ...]) -> list[Asked]:
    returns = ReplyReturn.objects.filter(version__reply__enquiry__in=family).order_by("pk")
    files = Attachment.objects.filter(message__enquiry__in=family).order_by("pk")
    return [
        (_versions(enquiry_id), (*VERSION, *(f"reply__{name}" for name in REPLY))),
        (returns, (*RETURN, *PEOPLE)),
        (_notes(family), ("pk", "kind", "text", "created_at", "told", "unread_by", *AUTHOR)),
        (_events(family), ("pk", "at", "verb", "subject", "data", "actor")),
        (files, file_rows.FILE),
        (texts_around(family), TEXT),
        (became_in(Message.objects.filter(enquiry__in=family)), BECAME),
        (file_rows.to_fetch(family), file_rows.FETCH),
        (file_rows.waiting(family), file_rows.WAITING),
        (moderations.asked_last(family), moderations.ASKED),
    ]


def texts_around(family: Sequence[int]) -> Any:
    """Keep the newest text of each author and sheet: on an enquiry, on those merged into it, on messages that came back.

    `family` are their numbers. `is_settled` says that the author has saved a version of it since.
    """
    since = ReplyVersion.objects.filter(
        reply__answers_id=OuterRef("answers_id"),
        reply__purpose=OuterRef("purpose"),
        author_id=OuterRef("author_id"),
        created_at__gte=OuterRef("saved_at"),
    )
    here = DraftText.objects.filter(enquiry_id__in=family).values("pk")
    there = DraftText.objects.filter(answers__enquiry_id__in=family).values("pk")
    sheet = ("author_id", "answers_id", "purpose", "corrects_id")
    rows = DraftText.objects.filter(pk__in=here.union(there)).annotate(is_settled=Exists(since))
    return rows.order_by(*sheet, "-saved_at", "-n").distinct(*sheet)


def _versions(enquiry_id: int) -> Any:
    return ReplyVersion.objects.filter(reply__enquiry=enquiry_id, reply__state__in=UNDER_WAY).order_by("-n")


def _notes(family: Sequence[int]) -> Any:
    unread = ArrayAgg("mentions__user_id", filter=Q(mentions__read_at__isnull=True, mentions__isnull=False), default=[])
    named = ArrayAgg("mentions__user__name", filter=Q(mentions__isnull=False), default=[])
    return Note.objects.filter(enquiry__in=family).annotate(told=named, unread_by=unread).order_by("pk")


def _events(family: Sequence[int]) -> Any:
    people = get_user_model()._default_manager.filter(pk=OuterRef("actor_id")).values("name")[:1]
    ours = Event.objects.filter(enquiry_id__in=family, verb__in=TOLD)
    return ours.annotate(actor=Subquery(people)).order_by("-pk")[:MOST_EVENTS]


def _fields(row: Row, *names: str, under: str = "") -> dict[str, Any]:
    return {name: _value(name, row[f"{under}{name}"]) for name in names}


def _value(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in MOMENTS and value else value


def _person(row: Row, under: str, number: str) -> Any:
    person = get_user_model()(name=row[f"{under}__name"] or "", email=row[f"{under}__email"] or "")
    person.pk = row[number]
    return person


def _version(row: Row, enquiry: Enquiry) -> ReplyVersion:
    reply = Reply(enquiry=enquiry, **_fields(row, *REPLY, under="reply__"))
    version = ReplyVersion(reply=reply, **_fields(row, "pk", "n", "content", "last_inbound_id", "created_at"))
    version.author = _person(row, "author", "author_id")
    return version


def _return(row: Row) -> ReplyReturn:
    back = ReplyReturn(**_fields(row, "pk", "reason", "note", "returned_at"))
    back.version = ReplyVersion(pk=row["version_id"], n=row["version__n"], content=row["version__content"])
    back.version.author = get_user_model()(name=row["version__author__name"], email=row["version__author__email"])
    back.returned_by = _person(row, "returned_by", "returned_by_id") if row["returned_by_id"] else None
    return back


def _note(row: Row) -> tuple[Note, list[str], list[int]]:
    note = Note(**_fields(row, "pk", "kind", "text", "created_at"))
    note.author = _person(row, "author", "author_id") if row["author_id"] else None
    return note, row["told"], row["unread_by"]


def _text(row: Row, enquiry: Enquiry) -> DraftText:
    names = ("pk", "answers_id", "purpose", "corrects_id", "n", "text", "started_at", "saved_at")
    text = DraftText(enquiry=enquiry, **_fields(row, *names))
    text.author = _person(row, "author", "author_id")
    text.is_settled = row["is_settled"]  # type: ignore[attr-defined]
    return text
