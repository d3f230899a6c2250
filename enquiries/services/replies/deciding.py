"""The second pair of eyes: approve exactly what was read, ask for a third, change it and hand it on, or return it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.ledger import written_together
from enquiries.models import Approval, Endorsement, Enquiry, Reply, ReplyReturn, ReplyVersion
from enquiries.queries import is_supervisor_of
from enquiries.queries.wording import Wording, wording_of
from enquiries.rules import approval as rule
from enquiries.rules.personal_data import Find
from enquiries.rules.text import clean
from enquiries.services.approving.trust import demote
from enquiries.services.moves import move
from enquiries.services.replies import guarding
from enquiries.services.replies.queueing import queue_postings
from enquiries.services.replies.reach import check_unused
from enquiries.services.replies.reading import hold_reply, newest_version, note
from enquiries.services.replies.stopping import write_return
from enquiries.services.replies.submitting import hand_over
from enquiries.services.replies.writing import Aim, Writing, keep

Acknowledged = Collection[tuple[str, str]]
"""The finds that an approver accepts, as (kind, key)."""


class FindsNotAcknowledged(rule.ApprovalRefused):
    """The guard marked something in a public text that the approver has not acknowledged. `finds` are those."""

    def __init__(self, finds: Sequence[Find]) -> None:
        super().__init__(
            _(
                "This text goes out in public, and something in it looks like personal data. Look at each find and accept it."
            )
        )
        self.finds = finds


class AskedForTwo(rule.ApprovalRefused):
    """The approver cannot be the second person: they were the first."""


@transaction.atomic
def approve(
    *, reply_id: int, approver_id: int, seen_sha256: str, now: datetime, acknowledged: Acknowledged = ()
) -> Approval | Endorsement:
    """Approve exactly the version that was seen, and queue its postings.

    Where two persons are asked for, the first one's word is kept as an endorsement and the reply goes on waiting.
    Raises ApprovalRefused or SomebodyWasFaster.
    """
    enquiry, reply = hold_reply(reply_id)
    wording = _checked(enquiry, reply, approver_id, seen_sha256, acknowledged)
    version = wording.version
    if wording.persons > 1 and not wording.endorsed_by:
        return _endorse(reply, version, approver_id, now, acknowledged)
    if approver_id in wording.endorsed_by:
        raise AskedForTwo(_("You were the first to approve this. The second person has to be somebody else."))
    approval = Approval.objects.create(
        version=version,
        reply=reply,
        author_id=version.author_id,
        content_sha256=version.content_sha256,
        approver_id=approver_id,
        decision_id=wording.decision_id,
        acknowledged=_as_kept(acknowledged),
        decided_at=now,
    )
    move(reply, "approve", escalate_at=None)
    move(enquiry, "approve")
    queue_postings(approval, now=now)
    note("reply.approved", reply, now, approver_id, {"n": version.n, "sha256": bytes(version.content_sha256).hex()})
    return approval


@transaction.atomic
def endorse(
    *,
    reply_id: int,
    by_id: int,
    seen_sha256: str,
    now: datetime,
    asked_id: int | None = None,
    words: str = "",
    acknowledged: Acknowledged = (),
) -> Endorsement:
    """Approve as the first of two and ask for a second person, by name where `asked_id` says whom. Raises ApprovalRefused."""
    enquiry, reply = hold_reply(reply_id)
    wording = _checked(enquiry, reply, by_id, seen_sha256, acknowledged)
    if wording.endorsed_by:
        raise AskedForTwo(_("A first person has approved this already. It waits for the second."))
    if asked_id is not None and not _may_be_second(asked_id, by_id, enquiry, reply):
        raise AskedForTwo(
            _("That colleague cannot approve this reply. Choose another supervisor who did not write it.")
        )
    return _endorse(reply, wording.version, by_id, now, acknowledged, asked_id=asked_id, words=words)


def _may_be_second(asked_id: int, by_id: int, enquiry: Enquiry, reply: Reply) -> bool:
    return (
        asked_id != by_id
        and is_supervisor_of(user_id=asked_id, enquiry=enquiry, is_late=reply.escalated_at is not None)
        and not reply.versions.filter(author_id=asked_id).exists()
    )


def _checked(enquiry: Enquiry, reply: Reply, approver_id: int, seen_sha256: str, acknowledged: Acknowledged) -> Wording:
    """Read what counts now that reply and enquiry are held, and let it pass. Raises ApprovalRefused."""
    wording = wording_of(reply)
    assert wording is not None  # noqa: S101 - what was submitted has a version
    version = wording.version
    rule.check(
        rule.Case(
            state=reply.state,
            approver_id=approver_id,
            author_ids=wording.author_ids,
            is_supervisor=is_supervisor_of(
                user_id=approver_id, enquiry=enquiry, is_late=reply.escalated_at is not None
            ),
            seen_sha256=seen_sha256,
            newest_sha256=bytes(version.content_sha256).hex(),
            citizen_wrote_since=version.last_inbound_id < wording.newest_inbound_id,
        )
    )
    check_unused(reply)
    accepted = set(acknowledged)
    open_finds = [find for find in guarding.finds_for(version) if (find.kind.value, find.key) not in accepted]
    if open_finds:
        raise FindsNotAcknowledged(open_finds)
    return wording


def _endorse(
    reply: Reply,
    version: ReplyVersion,
    by_id: int,
    now: datetime,
    acknowledged: Acknowledged,
    *,
    asked_id: int | None = None,
    words: str = "",
) -> Endorsement:
    made = Endorsement.objects.create(
        version=version,
        by_id=by_id,
        asked_id=asked_id,
        acknowledged=_as_kept(acknowledged),
        note=clean(words)[:500],
        at=now,
    )
    note("reply.endorsed", reply, now, by_id, {"n": version.n, "asked": asked_id})
    return made


def _as_kept(acknowledged: Acknowledged) -> list[Mapping[str, str]]:
    return [{"kind": kind, "key": key} for kind, key in sorted(acknowledged)]


@transaction.atomic
def edit_and_submit(*, reply_id: int, editor_id: int, text: str, seen_id: int, now: datetime) -> ReplyVersion:
    """Change a reply that waits and hand it on: the editor is an author now, so somebody else, or the policy, approves.

    Raises ApprovalRefused, NewerVersion, DraftRefused. `newest_decision` of the version tells which way it went.
    """
    enquiry, reply = hold_reply(reply_id)
    _check_may_decide(enquiry, reply, editor_id)
    before = newest_version(reply).content
    not_before = before.get("not_before")
    aim = Aim(
        purpose=reply.purpose,
        corrects_id=reply.corrects_id,
        not_before=datetime.fromisoformat(not_before) if not_before else None,
        in_parts=any("part" in route for route in before["routes"]),
        as_quote=bool(before.get("quote")),
    )
    writing = Writing(answers_id=reply.answers_id, author_id=editor_id, text=text, seen_id=seen_id, aim=aim)
    with written_together():
        return hand_over(enquiry, keep(enquiry, writing, now), by_id=editor_id, now=now).version


@transaction.atomic
def return_reply(*, reply_id: int, by_id: int, reason: str, note: str, now: datetime, serious: bool = False) -> None:
    """Send a submitted reply back to its author, with a reason. Raises ApprovalRefused when it is not waiting any more.

    A serious one costs its author the trust they had on this channel, at once.
    """
    enquiry, reply = hold_reply(reply_id)
    _check_may_decide(enquiry, reply, by_id)
    version = newest_version(reply)
    move(reply, "return", submitted_at=None, escalate_at=None, escalated_at=None)
    move(enquiry, "return")
    write_return(reply, reason, now, by_id=by_id, words=note, serious=serious)
    if serious and version.author_id != by_id:
        demote(
            user_id=version.author_id,
            organisation_id=enquiry.organisation_id,
            kind=version.content["routes"][0]["channel"],
            topic_id=enquiry.topic_id,
            reason=_("A reply was returned as seriously wrong: %(reason)s.")
            % {"reason": ReplyReturn.Reason(reason).label},
            by_id=by_id,
            now=now,
        )


def _check_may_decide(enquiry: Enquiry, reply: Reply, by_id: int) -> None:
    if reply.state != Reply.State.SUBMITTED:
        raise rule.NotSubmitted(_("This reply is not waiting for approval any more."))
    if not is_supervisor_of(user_id=by_id, enquiry=enquiry, is_late=reply.escalated_at is not None):
        raise rule.NotASupervisor(_("Only a supervisor of the team can decide about this reply."))
