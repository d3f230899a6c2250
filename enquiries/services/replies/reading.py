"""Where a reply stands: which one is under way, which wording counts, and which words of the citizen it has to know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from audit.ledger import record
from enquiries.models import Enquiry, Message, PolicyDecision, Reply, ReplyVersion
from enquiries.queries.family import of_family
from enquiries.queries.prepared import Prepared
from enquiries.services.families import hold_of_reply

EDITABLE = (Reply.State.DRAFT, Reply.State.RETURNED)
UNDER_WAY = (*EDITABLE, Reply.State.SUBMITTED, Reply.State.APPROVED)


def inbound_of_family(enquiry: Enquiry) -> QuerySet[Message]:
    """Give the citizens' messages of an enquiry and of those merged into it."""
    return Message.objects.filter(of_family(enquiry), direction=Message.Direction.IN)


def newest_inbound(enquiry: Enquiry) -> Message:
    """Find the citizen's newest words; a machine's note counts only where there is nothing else."""
    said = inbound_of_family(enquiry)
    return said.filter(automatic=False, outdated=False).order_by("-pk").first() or said.order_by("-pk")[0]


def current_reply(enquiry: Enquiry) -> Reply | None:
    """Find the reply that is being written, approved or sent; None when a new one may be started."""
    return Reply.objects.filter(enquiry=enquiry, state__in=UNDER_WAY).first()


def is_in_flight(enquiry: Enquiry) -> bool:
    """Say whether a reply of this enquiry is approved and has not come to an end yet."""
    return Reply.objects.filter(enquiry=enquiry, state=Reply.State.APPROVED).exists()


def newest_version(reply: Reply) -> ReplyVersion:
    """Give the wording that counts."""
    return reply.versions.order_by("-n")[0]


def newest_decision(version: ReplyVersion) -> PolicyDecision | None:
    """Give what the policy said when this version was last submitted."""
    return version.decisions.order_by("-pk").first()


def hold_reply(reply_id: int) -> tuple[Enquiry, Reply]:
    """Lock a reply and, before it, its enquiry."""
    enquiry = hold_of_reply(reply_id)
    reply = _held(reply_id=reply_id)[0]
    reply.enquiry = enquiry
    return enquiry, reply


def hold_under_way(enquiry: Enquiry) -> Reply | None:
    """Lock the reply of a held enquiry that is being written, approved or sent. None where there is none."""
    found = _held_under_way(enquiry_id=enquiry.pk)
    if not found:
        return None
    found[0].enquiry = enquiry
    return found[0]


@Prepared
def _held(*, reply_id: int) -> QuerySet[Reply]:
    return Reply.objects.filter(pk=reply_id).select_for_update(of=("self",)).select_related("answers__account")


@Prepared
def _held_under_way(*, enquiry_id: int) -> QuerySet[Reply]:
    ours = Reply.objects.filter(enquiry=enquiry_id, state__in=UNDER_WAY)
    return ours.select_for_update(of=("self",)).select_related("answers__account")


def note(verb: str, reply: Reply, now: datetime, actor_id: int | None, data: dict[str, Any]) -> None:
    """Write to the ledger what happened to a reply."""
    record(
        verb=verb,
        now=now,
        actor_id=actor_id,
        subject=f"reply:{reply.pk}",
        organisation_id=reply.enquiry.organisation_id,
        enquiry_id=reply.enquiry_id,
        data=data,
    )
