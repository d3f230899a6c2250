"""Taking back: what waits goes back to its author, what is approved is stopped as long as nothing of it has left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Posting, Reply, ReplyReturn
from enquiries.rules.text import clean
from enquiries.services.moves import SomebodyWasFaster, move
from enquiries.services.replies.reading import hold_reply, newest_version, note

GONE_OUT = (Posting.State.SENDING, Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON, Posting.State.POSTED)


@transaction.atomic
def call_back(*, reply_id: int, by_id: int, now: datetime) -> None:
    """Stop an approved reply that has not left yet. Raises SomebodyWasFaster when it is being sent already."""
    enquiry, reply = hold_reply(reply_id)
    if reply.state != Reply.State.APPROVED or not _stop(reply, _("called back"), now):
        raise SomebodyWasFaster(_("It is too late to call this reply back: it is on its way."))
    move(reply, "return", submitted_at=None)
    move(enquiry, "fail")
    write_return(reply, ReplyReturn.Reason.OTHER, now, by_id=by_id, words=_("Called back before it left."))


def void_because_citizen_wrote(*, enquiry: Enquiry, now: datetime) -> None:
    """Take back what was submitted or approved before the citizen's new words; what is being sent cannot be stopped.

    Call with the enquiry held. The author sees why.
    """
    reply = _waiting(enquiry).first()
    if reply and _took_back(enquiry, reply, "CITIZEN_WROTE", now):
        write_return(reply, ReplyReturn.Reason.CITIZEN_WROTE, now)


def take_back_because_gone(*, enquiry: Enquiry, root_id: str, account_id: int, now: datetime) -> None:
    """Take back what waits to answer a post that its platform has no more. Call with the enquiry held."""
    reply = _waiting(enquiry).filter(answers__root_id=root_id, answers__account=account_id).first()
    if reply and _took_back(enquiry, reply, "GONE", now):
        words = _("What it answers was taken down on the platform, so the reply did not leave. Nothing was posted.")
        write_return(reply, ReplyReturn.Reason.PLATFORM, now, words=words)


def _waiting(enquiry: Enquiry) -> QuerySet[Reply]:
    waiting = Reply.objects.select_for_update(of=("self",))
    return waiting.filter(enquiry=enquiry, state__in=[Reply.State.SUBMITTED, Reply.State.APPROVED])


def _took_back(enquiry: Enquiry, reply: Reply, reason: str, now: datetime) -> bool:
    """Move a reply and its enquiry back to the author. False when it is being sent, which nobody can stop."""
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    elif _stop(reply, reason, now):
        move(enquiry, "fail")
    else:
        return False
    move(reply, "return", submitted_at=None, escalate_at=None, escalated_at=None)
    return True


def take_back_unread(*, enquiry: Enquiry, reply: Reply, why: str, now: datetime) -> None:
    """Give back what was to leave unread and would not be let go now; call with both held. The author sees why."""
    if reply.state != Reply.State.APPROVED or not _stop(reply, "NOT_FREE_ANY_MORE", now):
        return
    move(reply, "return", submitted_at=None)
    move(enquiry, "fail")
    words = _("It was to leave unread, and that has changed: %(why)s Submit it again; a person reads it then.")
    write_return(reply, ReplyReturn.Reason.OTHER, now, words=words % {"why": why})


def withdraw(enquiry: Enquiry, reply: Reply, now: datetime) -> None:
    """Give a reply up that is not approved; its versions stay readable. Call with both held."""
    if reply.state == Reply.State.SUBMITTED:
        move(enquiry, "return")
    move(reply, "withdraw", submitted_at=None, escalate_at=None, escalated_at=None)
    note("reply.withdrawn", reply, now, None, {})


def _stop(reply: Reply, reason: str, now: datetime) -> bool:
    """Cancel the postings of an approved reply and revoke its approval, unless one of them has or may have gone out.

    A try that certainly did not leave is no hindrance: else a reply on a halted account would hold its enquiry for ever.
    """
    postings = list(Posting.objects.select_for_update().filter(reply=reply).order_by("pk"))
    live = [posting for posting in postings if posting.state == Posting.State.QUEUED]
    if any(posting.state in GONE_OUT for posting in postings) or any(
        posting.attempts_made.exclude(outcome="NOT_SENT").exists() for posting in live
    ):
        return False
    for posting in live:
        move(posting, "cancel", done_at=now)
    reply.approvals.filter(revoked_at__isnull=True).update(revoked_at=now, revoked_reason=reason)
    return True


def write_return(
    reply: Reply, reason: str, now: datetime, *, by_id: int | None = None, words: str = "", serious: bool = False
) -> None:
    """Keep for the author why the newest version came back."""
    ReplyReturn.objects.create(
        version=newest_version(reply),
        returned_by_id=by_id,
        reason=reason,
        note=clean(words)[:2000],
        serious=serious,
        returned_at=now,
    )
    note("reply.returned", reply, now, by_id, {"reason": reason, "serious": serious})
