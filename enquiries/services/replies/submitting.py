"""Handing a wording over: the policy says who has to read it, or, where it trusts the author, is the approval itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Approval, Enquiry, PolicyDecision, Reply, ReplyVersion
from enquiries.services import guarding
from enquiries.services.approving.escalating import escalation_of
from enquiries.services.approving.policies import decide
from enquiries.services.approving.reviewing import ask_after_check
from enquiries.services.drafting import DraftRefused, check_length
from enquiries.services.families import hold_to_write
from enquiries.services.inserting import record_uses, refuse_gaps
from enquiries.services.moves import move
from enquiries.services.offline import check_pointer
from enquiries.services.reach import check_reach
from enquiries.services.replies.queueing import leaves_at, queue_postings
from enquiries.services.replies.reading import EDITABLE, newest_inbound, newest_version, note
from enquiries.services.triage.hands import require_claim


@transaction.atomic
def submit(*, enquiry_id: int, by_id: int, version_id: int, now: datetime) -> Reply:
    """Hand over the newest version: it waits for approval, or leaves where the policy lets it go unread.

    Raises DraftRefused when it would be refused later, with what to do, and HeldBySomebody while another has the claim.
    `newest_decision(version)` tells what the policy asked for.
    """
    enquiry = hold_to_write(enquiry_id)
    require_claim(enquiry, by_id, now)
    return hand_over(enquiry, by_id=by_id, version_id=version_id, now=now)


def hand_over(enquiry: Enquiry, *, by_id: int, version_id: int, now: datetime) -> Reply:
    """Submit whoever has the claim: for an approver who changed what waits for them. Call with the enquiry held."""
    reply = (
        Reply.objects.select_for_update(of=("self",))
        .filter(enquiry=enquiry, state__in=EDITABLE)
        .select_related("answers__account")
        .first()
    )
    if reply is None:
        raise DraftRefused(_("There is no draft to submit. Load the page again."))
    reply.enquiry = enquiry
    version = newest_version(reply)
    version.reply = reply
    _check(enquiry, reply, version, version_id, now)
    move(reply, "submit", submitted_at=now, escalate_at=escalation_of(enquiry, now=now), escalated_at=None)
    move(enquiry, "submit", waiting_until=None)
    decision = decide(version, now=now, finds=len(guarding.finds_for(version)), by_id=by_id)
    data = {"n": version.n, "persons": decision.persons, "decision": decision.pk}
    note("reply.submitted", reply, now, by_id, data)
    record_uses(version, now)
    if decision.outcome == PolicyDecision.Outcome.RELEASED:
        _release(enquiry, reply, version, decision, now)
    return reply


def _check(enquiry: Enquiry, reply: Reply, version: ReplyVersion, seen_id: int, now: datetime) -> None:
    """Refuse now what would be refused later, while its author can still do something about it."""
    if enquiry.merged_into_id:
        raise DraftRefused(
            _("This enquiry was merged into another one. Answer there, so that nobody is answered twice.")
        )
    if version.pk != seen_id:
        raise DraftRefused(_("The draft was changed meanwhile. Read the newest version, then submit it."))
    if version.last_inbound_id < newest_inbound(enquiry).pk:
        raise DraftRefused(_("The citizen wrote again. Read the new message and save the reply before you submit it."))
    if version.endorsements.exists():
        raise DraftRefused(
            _("Somebody approved this wording in an earlier round. Save it again, so that both read it anew.")
        )
    refuse_gaps(version)
    check_length(version)
    if reply.purpose in (Reply.Purpose.ANSWER, Reply.Purpose.POINTER):
        check_reach(reply.answers, at=leaves_at(version, now))
    if reply.purpose == Reply.Purpose.POINTER:
        check_pointer(reply.answers.enquiry, version.text, now=now)


def _release(enquiry: Enquiry, reply: Reply, version: ReplyVersion, decision: PolicyDecision, now: datetime) -> None:
    """Let the policy's own decision be the approval: no person's name stands under what nobody has read."""
    approval = Approval.objects.create(
        version=version,
        reply=reply,
        author_id=version.author_id,
        content_sha256=version.content_sha256,
        decision=decision,
        decided_at=now,
    )
    move(reply, "approve", escalate_at=None)
    move(enquiry, "approve")
    queue_postings(approval, now=now)
    ask_after_check(version, now=now)
    sha256 = bytes(version.content_sha256).hex()
    note("reply.released", reply, now, None, {"n": version.n, "sha256": sha256, "decision": decision.pk})
