"""What platforms and mail servers tell of a posting after it has left: delivered, read, late, or come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from audit.ledger import record
from enquiries.contract import Bounce, BounceKind, Reached, Receipt, Receipted
from enquiries.models import Acknowledgement, ChannelAccount, Clock, Payload, Posting, PostingNotice, Reply
from enquiries.rules.workflow import ENQUIRY_MOVES
from enquiries.services import clocks, replies
from enquiries.services.families import hold_of_reply
from enquiries.services.leaving import outcomes

KINDS = {
    BounceKind.FAILED: PostingNotice.Kind.BOUNCED,
    BounceKind.DELAYED: PostingNotice.Kind.DELAYED,
    BounceKind.DELIVERED: PostingNotice.Kind.DELIVERED,
}
BAD = (PostingNotice.Kind.BOUNCED, PostingNotice.Kind.UNKNOWN_BOUNCE)
NOTHING_OF_OURS = "of nothing of ours"
COPY_FAILED = "account.copy_failed"


def receipted(*, payload: Payload, account: ChannelAccount, part: Receipted, now: datetime) -> str:
    """Note which of our replies were delivered or read. Returns the outcome in a word, for the payload."""
    kind = PostingNotice.Kind.READ if part.kind == Reached.READ else PostingNotice.Kind.DELIVERED
    found = list(_named(account, part))
    for posting in found:
        _note(payload, account, posting, kind, at=min(part.at, now))
    return part.kind.value.lower() if found else NOTHING_OF_OURS


def bounced(*, payload: Payload, account: ChannelAccount, part: Bounce, now: datetime) -> str:
    """Note what a mail server says of a mail of ours. Returns the outcome in a word or two, for the payload.

    Where the mail could not be delivered, the enquiry is opened again with a new promise: its citizen has no answer. A
    bounce that nobody can place is kept for a person all the same.
    """
    posting = _by_key(account, part.posting_key) or _by_name(account, part.known_as)
    if part.kind == BounceKind.COPY_FAILED:
        return _copy_failed(account, posting, part, now)
    if posting is None and _is_acknowledgement(account, part.posting_key):
        return "bounce of an acknowledgement"
    kind = KINDS[part.kind]
    if posting is None and part.kind != BounceKind.FAILED:
        return NOTHING_OF_OURS
    if posting is None:
        kind = PostingNotice.Kind.UNKNOWN_BOUNCE
    else:
        _prove(posting, part, now)
    _note(payload, account, posting, kind, at=min(part.at, now), code=part.status, detail=part.detail)
    return "bounce" if posting else "unknown bounce"


def _copy_failed(account: ChannelAccount, posting: Posting | None, part: Bounce, now: datetime) -> str:
    """Take it for a proof that the mail has left, and remember that the archive cannot be asked for a while."""
    if posting is not None:
        _prove(posting, part, now)
    record(
        verb=COPY_FAILED,
        now=now,
        subject=f"account:{account.pk}",
        organisation_id=account.organisation_id,
        data={"posting": posting.pk if posting else None},
    )
    return "report on the archive's copy"


def unseen(accounts: Iterable[ChannelAccount]) -> QuerySet[PostingNotice]:
    """List what came back and nobody has looked at, the newest first."""
    waiting = PostingNotice.objects.filter(account__in=accounts, kind__in=BAD, seen_by__isnull=True)
    return waiting.select_related("account", "posting__reply__enquiry").order_by("-pk")


@transaction.atomic
def see(notice_id: int, *, by_id: int, now: datetime) -> bool:
    """Note that somebody has looked at what came back. False when somebody had done so before."""
    if not PostingNotice.objects.filter(pk=notice_id, seen_by__isnull=True).update(seen_by_id=by_id, seen_at=now):
        return False
    notice = PostingNotice.objects.select_related("account", "posting__reply").get(pk=notice_id)
    record(
        verb="notice.seen",
        now=now,
        actor_id=by_id,
        subject=f"notice:{notice.pk}",
        organisation_id=notice.account.organisation_id,
        enquiry_id=notice.posting.reply.enquiry_id if notice.posting else None,
    )
    return True


def _note(
    payload: Payload,
    account: ChannelAccount,
    posting: Posting | None,
    kind: PostingNotice.Kind,
    *,
    at: datetime,
    code: str = "",
    detail: str = "",
) -> None:
    is_first_bounce = (
        posting is not None
        and kind == PostingNotice.Kind.BOUNCED
        and not PostingNotice.objects.filter(posting=posting, kind=kind).exists()
    )
    notice = PostingNotice(
        account=account, posting=posting, kind=kind, code=code[:20], detail=detail[:300], at=at, payload=payload
    )
    PostingNotice.objects.bulk_create([notice], ignore_conflicts=True)
    if posting is not None and is_first_bounce:
        _open_again(posting, code, payload.received_at)


def _prove(posting: Posting, part: Bounce, now: datetime) -> None:
    """A server that reports on a mail has had it: also where our own server's answer was lost.

    One that waits to be sent again, because nobody found it, is not: a person decides.
    """
    if part.known_as and posting.state in (Posting.State.SENDING, Posting.State.UNKNOWN):
        outcomes.found(posting, receipt=Receipt(external_id=part.known_as, detail="told by a mail server"), now=now)
    elif posting.state == Posting.State.QUEUED and posting.attempts:
        outcomes.came_back(posting, now=now)


def _open_again(posting: Posting, code: str, now: datetime) -> None:
    """Open the enquiry of a reply that did not reach its citizen, unless another one has gone or is under way."""
    enquiry = hold_of_reply(posting.reply_id)
    record(
        verb="posting.bounced",
        now=now,
        subject=f"posting:{posting.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"code": code[:20]},
    )
    newer = Reply.objects.filter(enquiry=enquiry, pk__gt=posting.reply_id, state=Reply.State.POSTED)
    after = ENQUIRY_MOVES["bounced"].get(enquiry.state)  # type: ignore[call-overload]
    if after is None or newer.exists() or replies.is_in_flight(enquiry):
        return
    enquiry.state, enquiry.waiting_until = after, None
    enquiry.save(update_fields=["state", "waiting_until"])
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=now)


def _named(account: ChannelAccount, part: Receipted) -> QuerySet[Posting]:
    posted = Posting.objects.filter(account=account, state=Posting.State.POSTED)
    if part.external_ids:
        return posted.filter(external_id__in=part.external_ids)
    if part.person:
        to_them = posted.filter(reply__answers__reply_to=part.person, posted_at__lte=part.at)
        return to_them.exclude(notices__kind=part.kind.value)
    found = _by_key(account, part.posting_key)
    return posted.filter(pk=found.pk) if found else posted.none()


def _by_key(account: ChannelAccount, key: str) -> Posting | None:
    wanted = _uuid(key)
    if wanted is None:
        return None
    ours = Posting.objects.filter(account=account, key=wanted)
    return ours.select_related("account", "version", "reply").first()


def _by_name(account: ChannelAccount, name: str) -> Posting | None:
    return Posting.objects.filter(account=account, external_id=name).first() if name else None


def _is_acknowledgement(account: ChannelAccount, key: str) -> bool:
    wanted = _uuid(key)
    return wanted is not None and Acknowledgement.objects.filter(account=account, key=wanted).exists()


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
