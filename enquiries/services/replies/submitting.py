"""Handing a wording over: the policy says who has to read it, or, where it trusts the author, is the approval itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.ledger import written_together
from enquiries.models import Approval, Enquiry, PolicyDecision, Reply, ReplyVersion
from enquiries.queries.wording import wording_of
from enquiries.rules.workflow import ENQUIRY_MOVES, IllegalMove, target
from enquiries.services.approving.escalating import escalation_of
from enquiries.services.approving.policies import decide
from enquiries.services.approving.reviewing import ask_after_check
from enquiries.services.families import hold_to_write
from enquiries.services.files import reply_files
from enquiries.services.moves import move
from enquiries.services.replies import guarding
from enquiries.services.replies.drafting import DraftRefused, check_length
from enquiries.services.replies.offline import check_pointer
from enquiries.services.replies.queueing import leaves_at, queue_postings
from enquiries.services.replies.reach import check_reach, hold_private_way
from enquiries.services.replies.reading import EDITABLE, hold_under_way, newest_decision, note
from enquiries.services.replies.writing import Writing, keep
from enquiries.services.standard_answers.inserting import record_uses, refuse_gaps
from enquiries.services.triage.hands import HeldBySomebody, require_claim


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What was handed over, and what the policy asked for."""

    version: ReplyVersion
    decision: PolicyDecision


@transaction.atomic
def submit(*, enquiry_id: int, by_id: int, version_id: int, now: datetime) -> Reply:
    """Hand over the newest version: it waits for approval, or leaves where the policy lets it go unread.

    Raises DraftRefused when it would be refused later, with what to do, and HeldBySomebody while another has the claim.
    `newest_decision(version)` tells what the policy asked for.
    """
    with written_together():
        enquiry = hold_to_write(enquiry_id)
        require_claim(enquiry, by_id, now)
        version = _chosen(enquiry, version_id)
        _check(enquiry, version, now)
        return _hand_over(enquiry, version, by_id=by_id, now=now).version.reply


def submit_text(*, enquiry_id: int, writing: Writing, now: datetime) -> Submitted:
    """Keep a wording and hand it over, as `save_draft` and `submit` do one after the other, under one lock.

    Raises what they raise. What must not be handed over is kept all the same, as if it had been saved first.
    """
    with transaction.atomic(), written_together():
        enquiry = hold_to_write(enquiry_id)
        version = keep(enquiry, writing, now)
        if handed := _handed_over(version):
            return handed
        refusal = _refusal_of(enquiry, version, by_id=writing.author_id, now=now)
        if refusal is None:
            return _hand_over(enquiry, version, by_id=writing.author_id, now=now)
    raise refusal


def hand_over(enquiry: Enquiry, version: ReplyVersion, *, by_id: int, now: datetime) -> Submitted:
    """Submit what was just kept, whoever has the claim: for an approver who changed what waits for them.

    Call with the enquiry held. Raises DraftRefused.
    """
    if handed := _handed_over(version):
        return handed
    _check(enquiry, version, now)
    return _hand_over(enquiry, version, by_id=by_id, now=now)


def _handed_over(version: ReplyVersion) -> Submitted | None:
    """Tell how it went when these very words wait already: a second click hands nothing over again."""
    decision = newest_decision(version) if version.reply.state == Reply.State.SUBMITTED else None
    return Submitted(version=version, decision=decision) if decision else None


def _refusal_of(enquiry: Enquiry, version: ReplyVersion, *, by_id: int, now: datetime) -> Exception | None:
    """Say why what was just kept must not be handed over, before anything of that is written. None if it may."""
    try:
        require_claim(enquiry, by_id, now)
        _check(enquiry, version, now)
        target(ENQUIRY_MOVES, "submit", enquiry.state)
    except (DraftRefused, HeldBySomebody, IllegalMove) as refusal:
        return refusal
    return None


def _hand_over(enquiry: Enquiry, version: ReplyVersion, *, by_id: int, now: datetime) -> Submitted:
    reply = version.reply
    move(reply, "submit", submitted_at=now, escalate_at=escalation_of(enquiry, now=now), escalated_at=None)
    move(enquiry, "submit", waiting_until=None)
    decision = decide(version, now=now, finds=len(guarding.finds_for(version)), by_id=by_id)
    data = {"n": version.n, "persons": decision.persons, "decision": decision.pk}
    note("reply.submitted", reply, now, by_id, data)
    record_uses(version, now)
    if decision.outcome == PolicyDecision.Outcome.RELEASED:
        _release(enquiry, reply, version, decision, now)
    return Submitted(version=version, decision=decision)


def _chosen(enquiry: Enquiry, seen_id: int) -> ReplyVersion:
    """Find the wording that counts, where it is the one that was seen and nothing has happened since."""
    reply = hold_under_way(enquiry)
    wording = wording_of(reply) if reply and reply.state in EDITABLE else None
    if wording is None:
        raise DraftRefused(_("There is no draft to submit. Load the page again."))
    _refuse_merged(enquiry)
    if wording.version.pk != seen_id:
        raise DraftRefused(_("The draft was changed meanwhile. Read the newest version, then submit it."))
    if wording.version.last_inbound_id < wording.newest_inbound_id:
        raise DraftRefused(_("The citizen wrote again. Read the new message and save the reply before you submit it."))
    if wording.endorsed_by:
        raise DraftRefused(
            _("Somebody approved this wording in an earlier round. Save it again, so that both read it anew.")
        )
    return wording.version


def _check(enquiry: Enquiry, version: ReplyVersion, now: datetime) -> None:
    """Refuse now what would be refused later, while its author can still do something about it."""
    _refuse_merged(enquiry)
    reply = version.reply
    refuse_gaps(version)
    check_length(version, known=[reply.answers.account])
    reply_files.check(version, known=[reply.answers.account])
    if reply.purpose == Reply.Purpose.PRIVATELY:
        hold_private_way(reply.answers)
    check_reach(reply, at=leaves_at(version, now), as_quote=bool(version.content.get("quote")))
    if reply.purpose == Reply.Purpose.POINTER:
        check_pointer(reply.answers.enquiry, version.text, now=now)


def _refuse_merged(enquiry: Enquiry) -> None:
    if enquiry.merged_into_id:
        raise DraftRefused(
            _("This enquiry was merged into another one. Answer there, so that nobody is answered twice.")
        )


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
