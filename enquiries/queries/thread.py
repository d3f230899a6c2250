"""One enquiry as it went: what the citizen wrote, what we answered and how that left, what came back, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.contrib.auth import get_user_model
from django.db.models import Prefetch

from audit.models import Event
from enquiries.models import Approval, Enquiry, Message, Posting, Reply, ReplyReturn, ReplyVersion

TOLD = (
    "enquiry.opened",
    "enquiry.claimed",
    "enquiry.released",
    "enquiry.sorted",
    "enquiry.closed",
    "enquiry.reopened",
    "clock.warned",
    "clock.breached",
    "reply.withdrawn",
)
MOST_EVENTS = 200


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message that is not one of our postings: the citizen's, or one that left past us."""

    at: datetime
    message: Message
    shape: Literal["said"] = "said"


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An approved version with its postings, one per route."""

    at: datetime
    approval: Approval
    version: ReplyVersion
    postings: list[Posting]
    shape: Literal["answered"] = "answered"

    @property
    def may_be_called_back(self) -> bool:
        """Whether each route waits, and no try at it can have left the building."""
        waiting = all(posting.state == Posting.State.QUEUED for posting in self.postings)
        return waiting and all(
            attempt.outcome == "NOT_SENT" for posting in self.postings for attempt in posting.attempts_made.all()
        )


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
class Happened:
    """A line from the ledger. `actor` is empty for the machine."""

    at: datetime
    verb: str
    actor: str
    shape: Literal["happened"] = "happened"


Entry = Said | Answered | Waiting | Returned | Happened


def thread_of(enquiry: Enquiry) -> list[Entry]:
    """Put the whole enquiry in order of time. Nine queries, however long it is."""
    entries: list[Entry] = [*_said(enquiry), *_answered(enquiry), *_waiting(enquiry), *_returned(enquiry)]
    return sorted([*entries, *_happened(enquiry)], key=lambda entry: (entry.at, entry.shape != "happened"))


def inbound_of(thread: list[Entry]) -> list[Message]:
    """List the citizen's messages in a thread, the newest first."""
    said = [entry.message for entry in thread if isinstance(entry, Said)]
    return [message for message in reversed(said) if message.direction == Message.Direction.IN]


def _said(enquiry: Enquiry) -> list[Said]:
    messages = (
        Message.objects.filter(enquiry=enquiry, posting__isnull=True)
        .select_related("author", "account")
        .prefetch_related("attachments")
        .defer("html")
        .order_by("pk")
    )
    return [Said(at=message.recorded_at, message=message) for message in messages]


def _answered(enquiry: Enquiry) -> list[Answered]:
    postings = Posting.objects.select_related("account", "message").prefetch_related("attempts_made")
    approvals = (
        Approval.objects.filter(reply__enquiry=enquiry)
        .select_related("reply", "version", "author", "approver")
        .prefetch_related(Prefetch("postings", postings.order_by("route", "pk")))
    )
    return [
        Answered(
            at=min([one.posted_at for one in approval.postings.all() if one.posted_at] or [approval.decided_at]),
            approval=approval,
            version=approval.version,
            postings=list(approval.postings.all()),
        )
        for approval in approvals
    ]


def _waiting(enquiry: Enquiry) -> list[Waiting]:
    reply = Reply.objects.filter(enquiry=enquiry, state=Reply.State.SUBMITTED).first()
    if reply is None or reply.submitted_at is None:
        return []
    version = reply.versions.select_related("author").order_by("-n")[0]
    return [Waiting(at=reply.submitted_at, reply=reply, version=version)]


def _returned(enquiry: Enquiry) -> list[Returned]:
    returns = ReplyReturn.objects.filter(version__reply__enquiry=enquiry)
    return [
        Returned(at=back.returned_at, back=back)
        for back in returns.select_related("version__author", "returned_by").order_by("pk")
    ]


def _moment(event: Event) -> datetime:
    """Say when it happened: for a clock that is the moment it fell, not the sweep that noticed it later."""
    return datetime.fromisoformat(event.data["at"]) if event.verb.startswith("clock.") else event.at


def _happened(enquiry: Enquiry) -> list[Happened]:
    newest = Event.objects.filter(enquiry_id=enquiry.pk, verb__in=TOLD).order_by("-pk")[:MOST_EVENTS]
    events = list(newest)
    people = get_user_model()._default_manager.in_bulk({event.actor_id for event in events if event.actor_id})
    return [
        Happened(
            at=_moment(event), verb=event.verb, actor=str(people.get(event.actor_id) or "") if event.actor_id else ""
        )
        for event in reversed(events)
    ]
