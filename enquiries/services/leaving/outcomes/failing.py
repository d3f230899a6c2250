"""What follows from a reply not arriving: another look, a person, or its author who gets it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from enquiries.models import Enquiry, Posting, Reply, ReplyReturn
from enquiries.services import replies
from enquiries.services.leaving.outcomes.arriving import promise_what_came_meanwhile
from enquiries.services.leaving.outcomes.rows import guarded_move, note
from enquiries.services.moves import move
from worklist.queue import backoff

UNKNOWN_AT_MOST = timedelta(minutes=30)
FINAL = (Posting.State.POSTED, Posting.State.FAILED, Posting.State.CANCELLED)


def look_later(posting: Posting, reason: str, now: datetime) -> None:
    """Look again later, and ask a person once that has gone on for half an hour."""
    last = posting.attempts_made.order_by("-n").first()
    patience = float(posting.account.settings.get("unknown_seconds", UNKNOWN_AT_MOST.total_seconds()))
    if last is None or now - last.started_at > timedelta(seconds=patience):
        ask_person(posting, reason, now)
        return
    tried = max(1, round((now - last.started_at).total_seconds() / 30))
    Posting.objects.filter(pk=posting.pk, state=Posting.State.UNKNOWN).update(
        due_at=now + min(backoff(attempts=tried), timedelta(minutes=2)), last_error=reason[:500], looked=0
    )


def ask_person(posting: Posting, reason: str, now: datetime) -> None:
    """Park a posting for a person, who finds it on the page “Needs attention”."""
    fix = "Look on the platform: is the reply there? Then say so, or have it sent again."
    guarded_move(posting, "ask_person", parked_at=now, last_error=reason[:500], fix=fix)
    note("posting.needs_person", posting, now, {"attempts": posting.attempts})


def drop_later_parts(posting: Posting, now: datetime) -> None:
    """Call off what would have followed a part that does not come: the end of a text without its middle misleads."""
    if posting.part is None:
        return
    later = Posting.objects.select_for_update(of=("self",)).filter(
        approval_id=posting.approval_id, part__gt=posting.part, state=Posting.State.QUEUED
    )
    for each in later:
        move(each, "cancel", done_at=now, last_error="The part before it did not arrive.")


def settle_failed(enquiry: Enquiry, reply: Reply, error: str, now: datetime) -> None:
    """Once no route is left that could still arrive, the reply has failed and its author has to do something."""
    if reply.state != Reply.State.APPROVED or reply.postings.exclude(state__in=FINAL).exists():
        return
    move(reply, "fail")
    version = replies.newest_version(reply)
    ReplyReturn.objects.create(version=version, reason=ReplyReturn.Reason.PLATFORM, note=error[:2000], returned_at=now)
    if enquiry.state == Enquiry.State.POSTING:
        move(enquiry, "fail")
        promise_what_came_meanwhile(enquiry, version)
