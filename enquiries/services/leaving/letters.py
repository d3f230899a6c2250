"""From an approved version to the value a channel sends: nothing is added that the approval did not cover."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from enquiries.contract import OutboundReply, Quote, Side
from enquiries.models import EnquiryToken, Message, Posting
from enquiries.registry import traits_of
from enquiries.services.incoming.identity import secret_of

SEEN_BY_PERSON = "seen-by-person:"
"""What the name of a posting begins with that a person saw on the platform, without saying under which number."""


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
        follows=_part_before(posting),
        as_quote=bool(content.get("quote")) and posting.part in (None, 1),
        language=content.get("language") or "",
        quote=_quote(posting.reply.answers) if by_mail else None,
        heard_at=_heard_at(posting.reply.answers) if private and not by_mail else None,
    )


def _heard_at(answered: Message) -> datetime | None:
    """When the person wrote to us last in private: a platform's window counts from there, whatever is answered."""
    if not answered.reply_to:
        return None
    there = Message.objects.filter(enquiry_id=answered.enquiry_id, account_id=answered.account_id)
    said = there.filter(reply_to=answered.reply_to, direction=Message.Direction.IN).order_by("-occurred_at")
    return said.values_list("occurred_at", flat=True).first() or answered.occurred_at


def _part_before(posting: Posting) -> str:
    """Name our own part before this one; empty for the first, and where only a person saw that one, without its number."""
    if posting.part is None or posting.part == 1:
        return ""
    before = Posting.objects.filter(approval_id=posting.approval_id, part=posting.part - 1, state=Posting.State.POSTED)
    name = before.values_list("external_id", flat=True).first() or ""
    return "" if name.startswith(SEEN_BY_PERSON) else name


def _quote(answered: Message) -> Quote | None:
    """Repeat what the citizen wrote by mail, without what they repeated themselves. Words from a form are not mailed on."""
    words = answered.text[: answered.quote_from].strip()
    if not words or not traits_of(answered.account.kind).is_mail:
        return None
    name = answered.author.name if answered.author else ""
    return Quote(author=name or answered.reply_to, at=answered.occurred_at, text=words)


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
