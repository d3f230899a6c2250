"""What we want to say: drafts as versions, submitting, approving, returning, and taking back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import Approval, Enquiry, Message, Posting, Reply, ReplyReturn, ReplyVersion
from enquiries.queries import is_supervisor_of
from enquiries.rules import approval as rule
from enquiries.rules.text import clean
from enquiries.services.drafting import DraftRefused, NewerVersion, check_length, content_for
from enquiries.services.moves import SomebodyWasFaster, move
from worklist.hints import hint_on_commit

POST_TASK = "enquiries.post_replies"
ANY_VERSION, NO_VERSION = -1, 0
EDITABLE = (Reply.State.DRAFT, Reply.State.RETURNED)
UNDER_WAY = (*EDITABLE, Reply.State.SUBMITTED, Reply.State.APPROVED)
GONE_OUT = (Posting.State.SENDING, Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON, Posting.State.POSTED)


def newest_inbound(enquiry: Enquiry) -> Message:
    """Find the citizen's newest words; a machine's note counts only where there is nothing else."""
    said = enquiry.messages.filter(direction=Message.Direction.IN)
    return said.filter(automatic=False).order_by("-pk").first() or said.order_by("-pk")[0]


def current_reply(enquiry: Enquiry) -> Reply | None:
    """Find the reply that is being written, approved or sent; None when a new one may be started."""
    return Reply.objects.filter(enquiry=enquiry, state__in=UNDER_WAY).first()


@transaction.atomic
def save_draft(
    *, enquiry_id: int, answers_id: int, author_id: int, text: str, now: datetime, seen_id: int = ANY_VERSION
) -> ReplyVersion:
    """Keep a wording as a new version, unless it is the newest one already. Nothing anybody wrote is overwritten.

    `seen_id` is the version on the author's screen, NO_VERSION where there was none: if another one is the newest by now,
    NewerVersion is raised and nothing changes. Programs that show nobody anything leave it out.
    Saving takes a submitted reply back to draft. Raises DraftRefused when the reply is approved or on its way, when
    there are no words, or when the message is not of this enquiry.
    """
    enquiry = _hold(enquiry_id)
    answers = enquiry.messages.filter(pk=answers_id, direction=Message.Direction.IN).select_related("account").first()
    if answers is None:
        raise DraftRefused(_("That message is not part of this enquiry any more. Load the page again."))
    words = clean(text).strip()
    if not words:
        raise DraftRefused(_("Write something first: an empty reply cannot be kept."))
    reply = _editable_reply(enquiry, answers, author_id, now)
    content = content_for(enquiry, answers, words)
    newest = reply.versions.order_by("-n").first()
    last_inbound = newest_inbound(enquiry)
    if newest and newest.content == content and newest.last_inbound_id == last_inbound.pk:
        return newest
    if newest and seen_id not in (ANY_VERSION, newest.pk) and newest.text != words:
        raise NewerVersion(newest)
    version = ReplyVersion.objects.create(
        reply=reply,
        n=(newest.n if newest else 0) + 1,
        author_id=author_id,
        content=content,
        last_inbound=last_inbound,
        created_at=now,
    )
    version.refresh_from_db(fields=["content_sha256"])
    _take_in_hand(enquiry, author_id, now)
    _note("reply.version_saved", version.reply, now, author_id, {"n": version.n})
    return version


def _take_in_hand(enquiry: Enquiry, author_id: int, now: datetime) -> None:
    """Whoever writes on an enquiry that nobody has, has it: two people must not start on the same one unseen."""
    if enquiry.assignee_id is not None:
        return
    enquiry.assignee_id = author_id
    enquiry.save(update_fields=["assignee"])
    if enquiry.state == Enquiry.State.NEW:
        move(enquiry, "claim")
    record(
        verb="enquiry.claimed",
        now=now,
        actor_id=author_id,
        subject=f"enquiry:{enquiry.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
    )


def _editable_reply(enquiry: Enquiry, answers: Message, author_id: int, now: datetime) -> Reply:
    reply = Reply.objects.select_for_update(of=("self",)).filter(enquiry=enquiry, state__in=UNDER_WAY).first()
    if reply and reply.state == Reply.State.APPROVED:
        raise DraftRefused(_("This reply is approved and on its way. Call it back before you change it."))
    if reply and reply.answers_id != answers.pk:
        _give_up(enquiry, reply, now)
        reply = None
    if reply is None:
        return Reply.objects.create(enquiry=enquiry, answers=answers, created_at=now)
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    if reply.state != Reply.State.DRAFT:
        move(reply, "edit", submitted_at=None)
    return reply


def _give_up(enquiry: Enquiry, reply: Reply, now: datetime) -> None:
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    move(reply, "withdraw", submitted_at=None)
    _note("reply.withdrawn", reply, now, None, {})


@transaction.atomic
def submit(*, enquiry_id: int, by_id: int, version_id: int, now: datetime) -> Reply:
    """Ask for approval of the newest version. Raises DraftRefused when it would be refused later, with what to do."""
    enquiry = _hold(enquiry_id)
    reply = Reply.objects.select_for_update(of=("self",)).filter(enquiry=enquiry, state__in=EDITABLE).first()
    if reply is None:
        raise DraftRefused(_("There is no draft to submit. Load the page again."))
    version = newest_version(reply)
    if version.pk != version_id:
        raise DraftRefused(_("The draft was changed meanwhile. Read the newest version, then submit it."))
    if version.last_inbound_id < newest_inbound(enquiry).pk:
        raise DraftRefused(_("The citizen wrote again. Read the new message and save the reply before you submit it."))
    check_length(version)
    if not reply.answers.answerable:
        raise DraftRefused(reply.answers.hindrance or _("The platform does not let us answer this message."))
    move(reply, "submit", submitted_at=now)
    move(enquiry, "submit")
    _note("reply.submitted", reply, now, by_id, {"n": version.n})
    return reply


@transaction.atomic
def approve(*, reply_id: int, approver_id: int, seen_sha256: str, now: datetime) -> Approval:
    """Approve exactly the version that was seen, and queue its postings. Raises ApprovalRefused or SomebodyWasFaster."""
    enquiry = _hold(Reply.objects.values_list("enquiry_id", flat=True).get(pk=reply_id))
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply_id)
    version = newest_version(reply)
    rule.check(
        rule.Case(
            state=reply.state,
            approver_id=approver_id,
            author_ids=set(reply.versions.values_list("author_id", flat=True)),
            is_supervisor=is_supervisor_of(user_id=approver_id, enquiry=enquiry),
            seen_sha256=seen_sha256,
            newest_sha256=bytes(version.content_sha256).hex(),
            citizen_wrote_since=version.last_inbound_id < newest_inbound(enquiry).pk,
        )
    )
    approval = Approval.objects.create(
        version=version,
        reply=reply,
        author_id=version.author_id,
        content_sha256=version.content_sha256,
        approver_id=approver_id,
        decided_at=now,
    )
    move(reply, "approve")
    move(enquiry, "approve")
    for number, route in enumerate(version.content["routes"]):
        Posting.objects.create(
            reply=reply,
            version=version,
            approval=approval,
            content_sha256=version.content_sha256,
            route=number,
            account_id=route["account"],
            due_at=now,
        )
    _note("reply.approved", reply, now, approver_id, {"n": version.n, "sha256": bytes(version.content_sha256).hex()})
    hint_on_commit(POST_TASK)
    return approval


@transaction.atomic
def return_reply(*, reply_id: int, by_id: int, reason: str, note: str, now: datetime) -> None:
    """Send a submitted reply back to its author, with a reason. Raises ApprovalRefused when it is not waiting any more."""
    enquiry = _hold(Reply.objects.values_list("enquiry_id", flat=True).get(pk=reply_id))
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply_id)
    if reply.state != Reply.State.SUBMITTED:
        raise rule.NotSubmitted(_("This reply is not waiting for approval any more."))
    if not is_supervisor_of(user_id=by_id, enquiry=enquiry):
        raise rule.NotASupervisor(_("Only a supervisor of the team can return this reply."))
    move(reply, "return", submitted_at=None)
    move(enquiry, "return")
    _write_return(reply, reason, now, by_id=by_id, note=note)


@transaction.atomic
def call_back(*, reply_id: int, by_id: int, now: datetime) -> None:
    """Stop an approved reply that has not left yet. Raises SomebodyWasFaster when it is being sent already."""
    enquiry = _hold(Reply.objects.values_list("enquiry_id", flat=True).get(pk=reply_id))
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply_id)
    if reply.state != Reply.State.APPROVED or not _stop(reply, _("called back"), now):
        raise SomebodyWasFaster(_("It is too late to call this reply back: it is on its way."))
    move(reply, "return", submitted_at=None)
    move(enquiry, "fail")
    _write_return(reply, ReplyReturn.Reason.OTHER, now, by_id=by_id, note=_("Called back before it left."))


def void_because_citizen_wrote(*, enquiry: Enquiry, now: datetime) -> None:
    """Take back what was submitted or approved before the citizen's new words; what is being sent cannot be stopped.

    Call with the enquiry held. The author sees why.
    """
    reply = (
        Reply.objects.select_for_update(of=("self",))
        .filter(enquiry=enquiry, state__in=[Reply.State.SUBMITTED, Reply.State.APPROVED])
        .first()
    )
    if reply is None:
        return
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    elif _stop(reply, "CITIZEN_WROTE", now):
        move(enquiry, "fail")
    else:
        return
    move(reply, "return", submitted_at=None)
    _write_return(reply, ReplyReturn.Reason.CITIZEN_WROTE, now)


def _stop(reply: Reply, reason: str, now: datetime) -> bool:
    """Cancel the postings of an approved reply and revoke its approval, unless one of them has or may have gone out.

    A try that certainly did not leave is no hindrance: else a reply on a halted account would hold its enquiry for ever.
    """
    postings = list(Posting.objects.select_for_update(of=("self",)).filter(reply=reply).order_by("pk"))
    live = [posting for posting in postings if posting.state == Posting.State.QUEUED]
    if any(posting.state in GONE_OUT for posting in postings) or any(
        posting.attempts_made.exclude(outcome="NOT_SENT").exists() for posting in live
    ):
        return False
    for posting in live:
        move(posting, "cancel", done_at=now)
    reply.approvals.filter(revoked_at__isnull=True).update(revoked_at=now, revoked_reason=reason)
    return True


def is_in_flight(enquiry: Enquiry) -> bool:
    """Say whether a reply of this enquiry is approved and has not come to an end yet."""
    return Reply.objects.filter(enquiry=enquiry, state=Reply.State.APPROVED).exists()


def newest_version(reply: Reply) -> ReplyVersion:
    """Give the wording that counts."""
    return reply.versions.get(n=reply.versions.aggregate(newest=Max("n"))["newest"])


def _hold(enquiry_id: int) -> Enquiry:
    """Lock the enquiry. Everything that writes to an enquiry starts here, so that locks are always taken in one order."""
    return Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)


def _write_return(reply: Reply, reason: str, now: datetime, *, by_id: int | None = None, note: str = "") -> None:
    ReplyReturn.objects.create(
        version=newest_version(reply), returned_by_id=by_id, reason=reason, note=clean(note)[:2000], returned_at=now
    )
    _note("reply.returned", reply, now, by_id, {"reason": reason})


def _note(verb: str, reply: Reply, now: datetime, actor_id: int | None, data: dict[str, Any]) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=actor_id,
        subject=f"reply:{reply.pk}",
        organisation_id=reply.enquiry.organisation_id,
        enquiry_id=reply.enquiry_id,
        data=data,
    )
