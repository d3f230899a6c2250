"""What platforms and mail servers tell of a posting after it has left: delivered, read, late, or come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from enquiries.contract import Bounce, BounceKind, Reached, Receipted
from enquiries.models import ChannelAccount, Payload, Posting, PostingNotice

KINDS = {
    BounceKind.FAILED: PostingNotice.Kind.BOUNCED,
    BounceKind.DELAYED: PostingNotice.Kind.DELAYED,
    BounceKind.DELIVERED: PostingNotice.Kind.DELIVERED,
}


def receipted(*, payload: Payload, account: ChannelAccount, part: Receipted, now: datetime) -> str:
    """Note which of our replies were delivered or read. Returns the outcome in a word, for the payload."""
    kind = PostingNotice.Kind.READ if part.kind == Reached.READ else PostingNotice.Kind.DELIVERED
    found = list(_named(account, part))
    for posting in found:
        _note(payload, account, posting, kind, at=min(part.at, now))
    return part.kind.value.lower() if found else "of nothing of ours"


def bounced(*, payload: Payload, account: ChannelAccount, part: Bounce, now: datetime) -> str:
    """Note what a mail server says of a mail of ours. One that nobody can place is kept for a person all the same."""
    posting = _by_key(account, part.posting_key) or _by_name(account, part.known_as)
    kind = KINDS[part.kind]
    if posting is None and part.kind != BounceKind.FAILED:
        return "of nothing of ours"
    if posting is None:
        kind = PostingNotice.Kind.UNKNOWN_BOUNCE
    _note(payload, account, posting, kind, at=min(part.at, now), code=part.status, detail=part.detail)
    return "bounce" if posting else "unknown bounce"


def unseen(accounts: Iterable[ChannelAccount]) -> QuerySet[PostingNotice]:
    """List what came back and nobody has looked at, the newest first."""
    bad = [PostingNotice.Kind.BOUNCED, PostingNotice.Kind.UNKNOWN_BOUNCE]
    return PostingNotice.objects.filter(account__in=accounts, kind__in=bad, seen_by__isnull=True).order_by("-pk")


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
    notice = PostingNotice(
        account=account, posting=posting, kind=kind, code=code[:20], detail=detail[:300], at=at, payload=payload
    )
    PostingNotice.objects.bulk_create([notice], ignore_conflicts=True)


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
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    return Posting.objects.filter(account=account, key=wanted).first()


def _by_name(account: ChannelAccount, name: str) -> Posting | None:
    return Posting.objects.filter(account=account, external_id=name).first() if name else None
