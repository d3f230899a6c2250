"""What stands in the ledger and in the rows after an act, each as one dictionary, so that a test can ask for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.models import Event
from enquiries.models import Reply, ReplyReturn
from tests.people import NOON


def events(verb: str) -> list[dict[str, Any]]:
    """List the events of a kind, oldest first, with all they tell."""
    told = Event.objects.filter(verb=verb).order_by("pk")
    return [dict(row) for row in told.values("at", "actor_id", "subject", "organisation_id", "enquiry_id", "data")]


def about(reply: Reply, *, by: int | None, at: datetime = NOON, **data: Any) -> dict[str, Any]:
    """Say what an event about a reply has to tell."""
    enquiry = reply.enquiry
    return {
        "at": at,
        "actor_id": by,
        "subject": f"reply:{reply.pk}",
        "organisation_id": enquiry.organisation_id,
        "enquiry_id": enquiry.pk,
        "data": data,
    }


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row whose bytes can be compared."""
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


def the_return() -> dict[str, Any]:
    """Give the one row that tells an author why their wording came back."""
    fields = ("version_id", "returned_by_id", "reason", "note", "serious", "returned_at")
    return dict(ReplyReturn.objects.values(*fields).get())


def standing(reply_id: int) -> dict[str, Any]:
    """Say where a reply and its enquiry stand, and whether anybody is still waited for."""
    fields = ("state", "submitted_at", "escalate_at", "escalated_at", "enquiry__state")
    return dict(Reply.objects.values(*fields).get(pk=reply_id))


def stands(state: str, enquiry: str) -> dict[str, Any]:
    """Say how a reply stands that nobody waits for."""
    return {
        "state": state,
        "submitted_at": None,
        "escalate_at": None,
        "escalated_at": None,
        "enquiry__state": enquiry,
    }


def ask_substitutes(reply_id: int) -> None:
    """Let the approver have been slow: those who stand in for late approvals are asked."""
    Reply.objects.filter(pk=reply_id).update(escalate_at=None, escalated_at=NOON)
