"""From an approved version to the value a channel sends: nothing is added that the approval did not cover."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from enquiries.contract import OutboundReply, Side
from enquiries.models import EnquiryToken, Message, Posting
from enquiries.registry import channel, traits_of
from enquiries.services.identity import secret_of


def letter_for(posting: Posting) -> OutboundReply:
    """Make the letter of a posting, the same for every attempt at it."""
    content, enquiry = posting.version.content, posting.reply.answers.enquiry
    route = content["routes"][posting.route]
    private = content["side"] == Side.PRIVATE
    by_mail = private and traits_of(posting.account.kind).is_mail
    return OutboundReply(
        key=str(posting.key),
        text=route.get("text", content["text"]),
        side=Side(content["side"]),
        target_id=route["target"],
        recipient=route["recipient"],
        recipient_name=route["recipient_name"],
        subject=content["subject"],
        thread_key=posting.reply.answers.thread_key,
        references=_references(posting) if by_mail else (),
        reply_token=secret_of(enquiry, EnquiryToken.Purpose.MAIL) if by_mail else "",
        reference=content["reference"],
        of=content.get("of") or "",
        approved_at=posting.approval.decided_at,
    )


def _references(posting: Posting) -> tuple[str, ...]:
    """List the thread's mail names, oldest first, up to the message that is answered and what was known by then."""
    known = Message.objects.filter(
        enquiry_id=posting.reply.answers.enquiry_id, recorded_at__lte=posting.approval.decided_at
    )
    names = (
        known.filter(~Q(known_as=""), ~Q(pk=posting.reply.answers_id)).order_by("pk").values_list("known_as", flat=True)
    )
    answered = posting.reply.answers.known_as
    return (*names, answered) if answered else tuple(names)


def settle_time(posting: Posting) -> timedelta:
    """Say how long to wait before a read-back is trusted."""
    own = posting.account.settings.get("settle_seconds")
    if own is not None:
        return timedelta(seconds=float(own))
    limits = channel(posting.account.kind).limits(posting.account.in_the_open(), Side(posting.version.content["side"]))
    return limits.settle
