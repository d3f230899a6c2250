"""What waits for a second pair of eyes, and the decision about it, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from agents.access import require_supervisor
from agents.approving import deciding
from agents.models import User
from api import writing
from api.callers import Caller
from api.keys import Answered
from api.problems import Unprocessable
from api.refusals import find_members, version_members
from api.said import told
from enquiries.models import Endorsement, PolicyDecision, Reply, ReplyReturn, ReplyVersion
from enquiries.queries.approvals import waiting_for_approval
from enquiries.rules.approval import StaleVersion
from enquiries.services import replies
from enquiries.services.replies.reading import hold_reply


def waiting(caller: Caller) -> list[Reply]:
    """List what waits, as the desk does; each with `is_asked` and `is_own` for this caller."""
    found: list[Any] = waiting_for_approval(caller.visible())
    for row in found:
        row.is_asked, row.is_own = row.asked_id == caller.by_id, row.author_id == caller.by_id
    return found


def proposal(caller: Caller, reply: Reply) -> dict[str, Any]:
    """Tell a reply with all that its approver has to see, as `shapes.approvals.Proposal` describes it."""
    case = deciding.case_of(reply, caller.who)
    seen = case.proposal
    said = [*case.before, reply.answers]
    prefetch_related_objects(said, "attachments", "enquiry", "account")
    *before, answers = told(said)
    runs = [{"kind": run.kind, "text": run.text} for run in case.changes] if case.changes is not None else None
    return {
        "reply": reply.pk,
        "enquiry": reply.enquiry.reference,
        "state": reply.state,
        "purpose": reply.purpose,
        "side": seen.version.content["side"],
        "version": version_members(seen.version),
        "subject": seen.version.content["subject"],
        "places": [
            {"channel": one.account.kind, "account": one.account.name, "recipient": one.recipient}
            for one in seen.places
        ],
        "parts": seen.parts,
        "not_before": seen.not_before,
        "length": case.measure.length,
        "most": case.measure.most,
        "finds": [find_members(find) for find in case.finds],
        "difference": runs,
        "before": before,
        "answers": answers,
        "back": writing.back_members(seen.back) if seen.back else None,
        "decision": seen.decision,
        "first": _first_word(seen.endorsement),
        "seconds": case.seconds,
        "citizen_wrote_since": seen.citizen_wrote_since,
        "hindrance": case.hindrance,
    }


def _first_word(made: Endorsement | None) -> dict[str, Any] | None:
    if made is None:
        return None
    asked = {"id": made.asked.pk, "name": str(made.asked)} if made.asked else None
    return {"by": {"id": made.by.pk, "name": str(made.by)}, "asked": asked, "words": made.note, "at": made.at}


def approve(caller: Caller, reply_id: int, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Approve exactly what was read. Raises ApprovalRefused and its kinds, Http404, PermissionDenied."""
    reply = _to_decide(caller, reply_id)
    made = replies.approve(
        reply_id=reply.pk,
        approver_id=caller.by_id,
        seen_sha256=sent["sha256"],
        now=now,
        acknowledged=_pairs(sent),
    )
    return _told(made.version, "ENDORSED" if isinstance(made, Endorsement) else "APPROVED")


def endorse(caller: Caller, reply_id: int, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Approve as the first of two. Raises what `approve` does, and Unprocessable for an unknown colleague."""
    reply = _to_decide(caller, reply_id)
    here = User.objects.filter(memberships__organisation=reply.enquiry.organisation_id, pk=sent["asked"] or 0)
    if sent["asked"] and not here.exists():
        raise Unprocessable({"asked": [_("There is no such colleague.")]})
    made = replies.endorse(
        reply_id=reply.pk,
        by_id=caller.by_id,
        seen_sha256=sent["sha256"],
        now=now,
        asked_id=sent["asked"],
        words=sent["words"],
        acknowledged=_pairs(sent),
    )
    return _told(made.version, "ENDORSED")


def edit(caller: Caller, reply_id: int, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Change a reply that waits and hand it on. Raises ApprovalRefused, NewerVersion, DraftRefused."""
    reply = _to_decide(caller, reply_id)
    version = replies.edit_and_submit(
        reply_id=reply.pk, editor_id=caller.by_id, text=sent["text"], seen_id=sent["version"], now=now
    )
    decision = replies.newest_decision(version)
    is_free = decision is not None and decision.outcome == PolicyDecision.Outcome.RELEASED
    return _told(version, "RELEASED" if is_free else "HANDED_ON")


@transaction.atomic
def return_(caller: Caller, reply_id: int, sent: Mapping[str, Any], *, now: datetime) -> Answered:
    """Send exactly what was read back to its author. Raises ApprovalRefused, Unprocessable."""
    if sent["reason"] == ReplyReturn.Reason.OTHER and not sent["note"].strip():
        raise Unprocessable({"note": [_("Say what to change: “something else” does not tell.")]})
    reply = _to_decide(caller, reply_id)
    _enquiry, held = hold_reply(reply.pk)
    version = replies.newest_version(held)
    if held.state == Reply.State.SUBMITTED and bytes(version.content_sha256).hex() != sent["sha256"]:
        raise StaleVersion(_("The reply was changed after you opened it. Read the new version, then decide."))
    replies.return_reply(
        reply_id=reply.pk,
        by_id=caller.by_id,
        reason=sent["reason"],
        note=sent["note"],
        serious=sent["serious"],
        now=now,
    )
    return _told(version, "RETURNED")


def _to_decide(caller: Caller, reply_id: int) -> Reply:
    reply = caller.reply(reply_id)
    require_supervisor(caller.who, reply.enquiry, is_late=reply.escalated_at is not None)
    return reply


def _pairs(sent: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one["kind"], one["key"]) for one in sent.get("acknowledged", [])}


def _told(version: ReplyVersion, outcome: str) -> Answered:
    """Tell a decision, ready for JSON; nobody's words are in it."""
    return Answered(
        status=HTTPStatus.OK,
        body={
            "reply": version.reply_id,
            "version": version.pk,
            "outcome": outcome,
            "state": Reply.objects.values_list("state", flat=True).get(pk=version.reply_id),
            "leaves_at": writing.leaves_at(version),
        },
    )
