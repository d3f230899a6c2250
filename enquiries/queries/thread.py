"""One enquiry as it went: what the citizen wrote, what we answered and how that left, what came back, and what happened.

An enquiry shows with itself what was merged into it: their messages, our answers to them, and what happened to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from audit.models import Event
from enquiries.models import (
    Approval,
    Attempt,
    DraftText,
    Enquiry,
    Message,
    MessageChange,
    Note,
    Posting,
    PostingNotice,
    Reply,
    ReplyFile,
    ReplyReturn,
    ReplyVersion,
)
from enquiries.queries.arrivals import message_of
from enquiries.queries.family import family_of, of_family
from enquiries.queries.prepared import Prepared
from enquiries.queries.said import Became, Post, Reworded, Said, place, said_of
from enquiries.queries.thread_rows import UNDER_WAY, SmallRows, small_rows

IS_HTML = ExpressionWrapper(~Q(html=""), output_field=BooleanField())
MOST_TELLING = Case(When(kind="BOUNCED", then=0), When(kind="READ", then=1), When(kind="DELIVERED", then=2), default=3)
"""Of what was told after a posting had left, the order of what says most of it."""


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """The reply that is being written, approved or sent, with its wordings, the newest first. Empty when there is none."""

    reply: Reply | None = None
    versions: Sequence[ReplyVersion] = ()


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An approved version with its postings, one per route, and what became later of what was posted.

    `changed_reply` is the number of the reply whose post it has changed where it stood: its words are told there. None for
    everything else, also for a correction that has not arrived, or that went out as a message of its own. `gone` tells that
    a post of it is not on its platform any more, without our having taken it down.
    """

    at: datetime
    approval: Approval
    version: ReplyVersion
    postings: list[Posting]
    changes: list[MessageChange] = field(default_factory=list)
    changed_reply: int | None = None
    gone: Became | None = None
    shape: Literal["answered"] = "answered"

    @property
    def may_be_called_back(self) -> bool:
        """Whether each route waits, and no try at it can have left the building."""
        return all(
            posting.state == Posting.State.QUEUED and not getattr(posting, "may_have_left", False)
            for posting in self.postings
        )

    @property
    def leaves_at(self) -> datetime:
        """When the first of it is due to leave."""
        return min(posting.due_at for posting in self.postings)

    @property
    def posted(self) -> Message | None:
        """Our message on the platform that a correction would be about; None before it is there or once it is gone."""
        first = self.postings[0]
        is_gone = self.gone or any(change.kind == MessageChange.Kind.REMOVED for change in self.changes)
        # What left in parts is corrected by a further reply: half a correction would mislead.
        return None if is_gone or first.part is not None else getattr(first, "message", None)

    @property
    def stands_as(self) -> str:
        """The words as they stand on the platform now."""
        replaced = [change.text for change in self.changes if change.kind == MessageChange.Kind.REPLACED]
        return replaced[-1] if replaced else self.version.text


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A version that waits for approval."""

    at: datetime
    reply: Reply
    version: ReplyVersion
    shape: Literal["waiting"] = "waiting"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A version that came back, with the reason."""

    at: datetime
    back: ReplyReturn
    shape: Literal["returned"] = "returned"


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Words among colleagues. `told` are the names of those it mentions, `unread_by` the numbers of who has not seen it."""

    at: datetime
    note: Note
    told: list[str]
    unread_by: list[int]
    shape: Literal["noted"] = "noted"


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A line from the ledger. `actor` is empty for the machine, `about` for what needs no more words.

    `by_machine` tells whether a machine wrote the message that it is about; None where it is about none of this thread.
    """

    at: datetime
    verb: str
    actor: str
    about: str = ""
    by_machine: bool | None = None
    shape: Literal["happened"] = "happened"


Entry = Said | Reworded | Answered | Waiting | Returned | Noted | Happened


def under_way(enquiry: Enquiry) -> UnderWay:
    """Read the reply under way with all its wordings, in one statement."""
    versions = list(
        ReplyVersion.objects.filter(reply__enquiry=enquiry, reply__state__in=UNDER_WAY)
        .select_related("author", "reply__answers", "reply__corrects")
        .order_by("-n")
    )
    for version in versions:
        version.reply.enquiry = enquiry
    return UnderWay(reply=versions[0].reply, versions=versions) if versions else UnderWay()


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that was said and done, in order of time, what is under way, and what people are typing."""

    entries: list[Entry]
    writing: UnderWay
    texts: list[DraftText]
    put_in: list[ReplyFile] = field(default_factory=list)


def page_of(enquiry: Enquiry) -> Page:
    """Put the whole enquiry together. Three statements, however long it is; four where a post of ours was changed."""
    rows = small_rows(enquiry)
    writing = UnderWay(reply=rows.versions[0].reply, versions=rows.versions) if rows.versions else UnderWay()
    answered = _answered(enquiry, rows)
    said = _said(enquiry, rows)
    placed = place(said, answered_at=[one.at for one in answered])
    entries: list[Entry] = [*placed.said, *placed.reworded, *answered, *_waiting(writing)]
    entries += [Returned(at=back.returned_at, back=back) for back in rows.returns]
    entries += [Noted(at=note.created_at, note=note, told=told, unread_by=unread) for note, told, unread in rows.notes]
    entries += _happened(rows, said)
    ordered = sorted(entries, key=lambda entry: (entry.at, entry.shape != "happened"))
    return Page(entries=ordered, writing=writing, texts=rows.texts, put_in=rows.put_in)


def _happened(rows: SmallRows, said: list[Said]) -> list[Happened]:
    by_machine = {message.pk: message.automatic for one in said for message in (one.message, *one.earlier)}
    return [
        Happened(
            at=moment_of(event),
            verb=event.verb,
            actor=actor,
            about=event.data.get("mailbox", ""),
            by_machine=by_machine.get(message_of(event)),
        )
        for event, actor in rows.events
    ]


def inbound_of(thread: list[Entry]) -> list[Message]:
    """List the citizen's messages in a thread, the newest first, older wordings of a changed post among them."""
    said = [message for entry in thread if isinstance(entry, Said) for message in (entry.message, *entry.earlier)]
    ours = [message for message in said if message.direction == Message.Direction.IN]
    return sorted(ours, key=lambda message: message.pk, reverse=True)


def to_answer(thread: list[Entry]) -> list[Message]:
    """List what of the citizen's there is to answer, the newest first: each post in its newest words, while it is there."""
    said = [entry.message for entry in thread if isinstance(entry, Said)]
    there = [one for one in said if one.direction == Message.Direction.IN and not one.blanked_at]
    return sorted(there, key=lambda message: message.pk, reverse=True)


def _said(enquiry: Enquiry, rows: SmallRows) -> list[Said]:
    messages = _messages(family=tuple(family_of(enquiry)))
    for message in messages:
        message.moderated = rows.asked.get(message.pk)  # type: ignore[attr-defined]  # what was asked about its words
    return said_of(messages, files=rows.files, became=rows.became)


@Prepared
def _messages(*, family: tuple[int, ...]) -> QuerySet[Message]:
    ours = Message.objects.filter(enquiry__in=family, posting__isnull=True)
    return ours.select_related("author", "account", "enquiry").defer("html").annotate(is_html=IS_HTML).order_by("pk")


def _answered(enquiry: Enquiry, rows: SmallRows) -> list[Answered]:
    postings = _postings(family=tuple(family_of(enquiry)))
    together: dict[int, list[Posting]] = {}
    for posting in postings:
        together.setdefault(posting.approval_id, []).append(posting)
    changes = (
        _changes(enquiry)
        if any(getattr(one, "was_changed", False) for group in together.values() for one in group)
        else {}
    )
    reply_of = {one.pk: one.reply_id for group in together.values() for one in group}
    corrected = {
        change.posting_id: reply_of.get(old_id)
        for old_id, later in changes.items()
        for change in later
        if change.posting_id
    }
    return [_one_answer(group, changes, corrected, rows.became) for group in together.values()]


@Prepared
def _postings(*, family: tuple[int, ...]) -> QuerySet[Posting]:
    may_have_left = Attempt.objects.filter(posting=OuterRef("pk")).exclude(outcome="NOT_SENT")
    changed = MessageChange.objects.filter(message__posting=OuterRef("pk"))
    afterwards = PostingNotice.objects.filter(posting=OuterRef("pk")).order_by(MOST_TELLING, "pk")
    told = afterwards.values(told=JSONObject(kind="kind", code="code", detail="detail"))[:1]
    return (
        Posting.objects.filter(reply__enquiry__in=family)
        .select_related("account", "message", "reply", "approval__version", "approval__author", "approval__approver")
        .annotate(may_have_left=Exists(may_have_left), was_changed=Exists(changed), told=Subquery(told))
        .order_by("approval_id", "route", "pk")
    )


def _one_answer(
    postings: list[Posting],
    changes: dict[int, list[MessageChange]],
    corrected: dict[int, int | None],
    became: Mapping[Post, list[Became]],
) -> Answered:
    approval = postings[0].approval
    approval.reply = postings[0].reply
    told = [change for one in postings for change in changes.get(one.pk, [])]
    was_us = any(change.kind == MessageChange.Kind.REMOVED for change in told)
    gone = [
        each
        for one in postings
        for each in became.get((one.account_id, one.external_id or ""), [])
        if each.kind == "GONE"
    ]
    return Answered(
        at=min([one.posted_at for one in postings if one.posted_at] or [approval.decided_at]),
        approval=approval,
        version=approval.version,
        postings=postings,
        changes=told,
        gone=None if was_us else next(iter(gone), None),
        changed_reply=corrected.get(postings[0].pk) if len(postings) == 1 else None,
    )


def _changes(enquiry: Enquiry) -> dict[int, list[MessageChange]]:
    """Read what became of our posts, by the posting that brought each of them."""
    rows = MessageChange.objects.filter(of_family(enquiry, "message__enquiry")).select_related("message")
    found: dict[int, list[MessageChange]] = {}
    for change in rows.order_by("changed_at", "pk"):
        found.setdefault(change.message.posting_id or 0, []).append(change)
    return found


def _waiting(writing: UnderWay) -> list[Waiting]:
    reply = writing.reply
    if reply is None or reply.state != Reply.State.SUBMITTED or reply.submitted_at is None:
        return []
    return [Waiting(at=reply.submitted_at, reply=reply, version=writing.versions[0])]


def moment_of(event: Event) -> datetime:
    """Say when an event happened: for a clock that is the moment it fell, not the sweep that noticed it later."""
    return datetime.fromisoformat(event.data["at"]) if event.verb.startswith("clock.") else event.at
