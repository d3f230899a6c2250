"""The rows of a posting held and moved: locks in the order enquiry, reply, posting; each write guarded by state and lease."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from audit.ledger import record
from enquiries.models import Attempt, Enquiry, Posting, Reply
from enquiries.rules.workflow import POSTING_MOVES, target
from enquiries.services.families import hold_family


class NotOursAnyMore(Exception):
    """The posting changed hands while we worked on it. Nothing was written."""


def hold(posting: Posting) -> tuple[Enquiry, Reply]:
    """Lock the enquiry of a posting with those merged into it (its clocks and words may be theirs), then its reply."""
    enquiry = hold_family(Reply.objects.values_list("enquiry_id", flat=True).get(pk=posting.reply_id))
    reply = Reply.objects.select_for_update(of=("self",)).select_related("answers").get(pk=posting.reply_id)
    return enquiry, reply


def guarded_move(posting: Posting, name: str, **fields: Any) -> None:
    """Move the posting if it still is where we left it, and under our lease while it is being sent."""
    new = target(POSTING_MOVES, name, posting.state)
    ours = Q(pk=posting.pk, state=posting.state)
    if posting.state == Posting.State.SENDING:
        ours &= Q(lease_owner=posting.lease_owner)
    changed = Posting.objects.filter(ours).update(state=new.value, lease_owner="", lease_until=None, **fields)
    if not changed:
        raise NotOursAnyMore
    posting.state, posting.lease_owner, posting.lease_until = new.value, "", None
    for field, value in fields.items():
        setattr(posting, field, value)


def end_attempt(posting: Posting, outcome: str, detail: str, now: datetime) -> None:
    """Close the attempt that is under way with its outcome."""
    Attempt.objects.filter(posting=posting, n=posting.attempts, ended_at__isnull=True).update(
        ended_at=now, outcome=outcome, detail=detail[:500]
    )


def note(verb: str, posting: Posting, now: datetime, data: dict[str, Any], actor_id: int | None = None) -> None:
    """Write to the ledger what happened to a posting."""
    record(
        verb=verb,
        now=now,
        actor_id=actor_id,
        subject=f"posting:{posting.pk}",
        organisation_id=posting.account.organisation_id,
        enquiry_id=posting.reply.enquiry_id,
        data=data,
    )
