"""From an approval to rows that are due: one posting for each route, after the time in which it can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from enquiries.contract import Side
from enquiries.models import Approval, Posting, ReplyVersion
from worklist.hints import hint_on_commit

POST_TASK = "enquiries.post_replies"


def queue_postings(approval: Approval, *, now: datetime) -> None:
    """Queue what was approved; call inside the transaction that approves."""
    version = approval.version
    due_at = leaves_at(version, now)
    for number, route in enumerate(version.content["routes"]):
        Posting.objects.create(
            reply_id=approval.reply_id,
            version=version,
            approval=approval,
            content_sha256=version.content_sha256,
            route=number,
            part=route.get("part"),
            account_id=route["account"],
            due_at=due_at,
        )
    hint_on_commit(POST_TASK, after=due_at - now)


def leaves_at(version: ReplyVersion, now: datetime) -> datetime:
    """Say when a version that is approved now would leave: after the time to undo it, and not before it was meant to."""
    organisation = version.reply.enquiry.organisation
    public = version.content["side"] == Side.PUBLIC
    undo = organisation.undo_public_seconds if public else organisation.undo_private_seconds
    earliest = now + timedelta(seconds=undo)
    not_before = version.content.get("not_before")
    return max(earliest, datetime.fromisoformat(not_before)) if not_before else earliest
