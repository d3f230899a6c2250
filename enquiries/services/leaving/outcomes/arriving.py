"""What follows from a reply being there: its message or change, the states, the clock, and what the citizen wrote meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from enquiries.contract import Receipt, Side
from enquiries.models import Clock, Enquiry, Message, MessageChange, Posting, Reply, ReplyVersion
from enquiries.registry import channel, traits_of
from enquiries.rules.workflow import ENQUIRY_MOVES
from enquiries.services import clocks, replies
from enquiries.services.families import earliest_due
from enquiries.services.incoming import byhand
from enquiries.services.leaving.letters import SEEN_BY_PERSON
from enquiries.services.leaving.outcomes.rows import guarded_move, note
from enquiries.services.moves import move
from enquiries.services.platforms import presence
from enquiries.services.replies import offline
from worklist.hints import hint_on_commit

CORRECTIONS = (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE)
INVITED_FOR = timedelta(days=7)
"""How long we wait for a citizen whom we invited to write in private."""


def is_taken(posting: Posting, external_id: str) -> bool:
    """Say whether this name on the platform is another posting's, or that of a message, most likely the citizen's own."""
    same = {"account_id": posting.account_id, "external_id": external_id[:300]}
    return Posting.objects.filter(**same).exists() or Message.objects.filter(**same).exists()


def changes_a_post(posting: Posting, reply: Reply) -> bool:
    """Say whether this posting replaces or removes a post of ours where it stands, instead of sending something new."""
    if posting.route or reply.purpose not in CORRECTIONS:
        return False
    speaks = channel(posting.account.kind)
    able = speaks.replaces if reply.purpose == Reply.Purpose.REPLACE else speaks.removes
    return posting.version.content["side"] in able


def proof_of_change(posting: Posting, of: str) -> str:
    """Name a change of a post in its account: the post's own name is its first posting's."""
    return f"{of[:250]}#changed-by:{posting.pk}"


def _keep_change(posting: Posting, reply: Reply, now: datetime) -> None:
    assert reply.corrects is not None  # noqa: S101 - the database lets no correction be without
    is_removal = reply.purpose == Reply.Purpose.REMOVE
    MessageChange.objects.create(
        message=reply.corrects,
        kind=MessageChange.Kind.REMOVED if is_removal else MessageChange.Kind.REPLACED,
        text="" if is_removal else posting.version.text,
        posting=posting,
        changed_at=now,
    )
    if is_removal:
        presence.watch_no_more(posting.account, reply.corrects.external_id, now=now)


def record_posted(
    posting: Posting, enquiry: Enquiry, reply: Reply, receipt: Receipt, now: datetime, *, move_name: str, **fields: Any
) -> None:
    """Move posting, reply and enquiry to where an arrival puts them; call with both held."""
    guarded_move(
        posting,
        move_name,
        external_id=receipt.external_id[:300],
        permalink=receipt.permalink[:500],
        posted_at=now,
        done_at=now,
        parked_at=None,
        last_error="",
        fix="",
        **fields,
    )
    if changes_a_post(posting, reply):
        _keep_change(posting, reply, now)
    else:
        _keep_message(posting, reply, receipt, now)
        if posting.version.content["side"] == Side.PUBLIC and not receipt.external_id.startswith(SEEN_BY_PERSON):
            presence.watch(posting.account, receipt.external_id[:300], is_ours=True, now=now)
    note("reply.posted", posting, now, {"route": posting.route, "attempts": posting.attempts})
    byhand.keep_what_waited(posting, now=now)
    if _more_parts_follow(posting):
        hint_on_commit(replies.POST_TASK)
    elif reply.state in (Reply.State.APPROVED, Reply.State.FAILED):
        first_out = reply.state == Reply.State.APPROVED
        move(reply, "posted")
        if first_out and enquiry.state == Enquiry.State.POSTING:
            _answered(enquiry, reply, posting, now)


def _more_parts_follow(posting: Posting) -> bool:
    """Say whether a part is still to come. Call when this posting is recorded as posted."""
    parts = Posting.objects.filter(approval_id=posting.approval_id, part__isnull=False)
    return posting.part is not None and parts.exclude(state=Posting.State.POSTED).exists()


def _answered(enquiry: Enquiry, reply: Reply, posting: Posting, now: datetime) -> None:
    """Let the enquiry be answered; a correction answers nothing, and an invitation waits for the citizen.

    Where another citizen of the family still waits for us, it stays open with their promise.
    """
    if reply.purpose not in CORRECTIONS:
        clocks.stop_clock(enquiry=enquiry, now=now, answered=True, answers=reply.answers.enquiry)
    move(enquiry, "fail" if earliest_due(enquiry.pk) else "posted")
    if reply.purpose in CORRECTIONS:
        return
    promise_what_came_meanwhile(enquiry, posting.version)
    if reply.purpose == Reply.Purpose.POINTER:
        offline.renew(reply.answers.enquiry, now=now)
    if reply.purpose == Reply.Purpose.POINTER and enquiry.state == Enquiry.State.ANSWERED:
        move(enquiry, "wait", waiting_until=now + INVITED_FOR)


def promise_what_came_meanwhile(enquiry: Enquiry, version: ReplyVersion) -> None:
    """Open the enquiry and start its next promise when the citizen wrote while this version was on its way.

    Such words started no clock when they came, because the reply might still have been the answer to wait for.
    """
    newest = replies.newest_inbound(enquiry)
    if newest.pk <= version.last_inbound_id:
        return
    after = ENQUIRY_MOVES["citizen_wrote"].get(enquiry.state)  # type: ignore[call-overload]
    if after:
        enquiry.state = after
        enquiry.save(update_fields=["state"])
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=newest.recorded_at)


def _keep_message(posting: Posting, reply: Reply, receipt: Receipt, now: datetime) -> None:
    content = posting.version.content
    Message.objects.create(
        enquiry_id=reply.answers.enquiry_id,
        account_id=posting.account_id,
        direction=Message.Direction.OUT,
        side=content["side"],
        external_id=receipt.external_id[:300],
        known_as=receipt.external_id[:300] if traits_of(posting.account.kind).is_mail else "",
        posting=posting,
        subject=content["subject"],
        text=content["routes"][posting.route].get("text", content["text"]),
        thread_key=reply.answers.thread_key,
        permalink=receipt.permalink[:500],
        occurred_at=now,
        recorded_at=now,
    )
