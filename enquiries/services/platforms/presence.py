"""Posts that vanish or are hidden on their platform: told to us, or found out by looking, and followed here."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit.ledger import record
from enquiries.contract import ChangeKind, ChannelError, Looks, PostChanged
from enquiries.models import ChannelAccount, Message, MessageChange, Payload, PlatformChange, PostWatch
from enquiries.registry import channel
from enquiries.services.accounts import use
from enquiries.services.platforms import blanking
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
NIGHT_BEGINS, NIGHT_MINUTES = 1, 240
"""Posts are looked for once a night, spread over it, so that each is seen again within the day the platforms give us."""
AT_ONCE = 100
MANY = 10
"""Where so many are looked for and most are gone at once, the look itself is doubted, and repeated before words go."""
DOUBTED = "Most posts of this look seem to be gone; they are looked for once more before their words are taken out."
LOOK_AGAIN = timedelta(hours=1)
NEVER = 1_000_000
"""So many tries set a watch aside: none does. What cannot be looked for today can tomorrow."""


def watch(account: ChannelAccount, root_id: str, *, is_ours: bool, now: datetime) -> None:
    """Look for this post every night from now on, where its channel can."""
    if root_id and isinstance(channel(account.kind), Looks):
        due_at = next_night(account, root_id, now)
        PostWatch.objects.get_or_create(
            account=account, root_id=root_id, defaults={"is_ours": is_ours, "due_at": due_at}
        )


def watch_no_more(account: ChannelAccount, root_id: str, *, now: datetime) -> None:
    """Look for a post of ours no longer: we have taken it down ourselves."""
    PostWatch.objects.filter(account=account, root_id=root_id, is_ours=True, done_at__isnull=True).update(done_at=now)


def next_night(account: ChannelAccount, root_id: str, now: datetime) -> datetime:
    """Say when a post is looked for next: at its own minute of the coming night where the organisation is."""
    zone = ZoneInfo(account.organisation.time_zone)
    minute = zlib.crc32(root_id.encode()) % NIGHT_MINUTES
    tonight = datetime.combine(now.astimezone(zone).date(), time(NIGHT_BEGINS), zone) + timedelta(minutes=minute)
    return (tonight if tonight > now else tonight + timedelta(days=1)).astimezone(UTC)


def changed(*, payload: Payload, account: ChannelAccount, part: PostChanged, now: datetime) -> str:
    """Follow what a platform told of a post. Returns the outcome in a word or two, for the payload."""
    new = note(account, part.root_id, part.kind, occurred_at=part.at, now=now, payload=payload)
    if part.kind == ChangeKind.GONE:
        blanking.blank(account=account, root_id=part.root_id, now=now)
    return part.kind.value.lower() if new else "known"


def note(
    account: ChannelAccount,
    root_id: str,
    kind: ChangeKind,
    *,
    occurred_at: datetime,
    now: datetime,
    payload: Payload | None = None,
) -> bool:
    """Keep what became of a post, once. True when it is new."""
    change = PlatformChange(
        account=account,
        root_id=root_id[:300],
        kind=kind.value,
        occurred_at=min(occurred_at, now),
        noticed_at=now,
        payload=payload,
    )
    known = PlatformChange.objects.filter(account=account, root_id=change.root_id, kind=change.kind)
    if kind != ChangeKind.GONE:
        known = known.filter(occurred_at=change.occurred_at)
    if known.exists():
        return False
    PlatformChange.objects.bulk_create([change], ignore_conflicts=True)
    if kind == ChangeKind.GONE:
        _tell_of_ours(account, change.root_id, now)
    return True


def _tell_of_ours(account: ChannelAccount, root_id: str, now: datetime) -> None:
    """Write to the ledger that a reply of ours is not on its platform any more, unless we took it down ourselves."""
    ours = Message.objects.filter(account=account, external_id=root_id, direction=Message.Direction.OUT)
    for message in ours.exclude(changes__kind=MessageChange.Kind.REMOVED):
        record(
            verb="message.vanished",
            now=now,
            subject=f"message:{message.pk}",
            organisation_id=account.organisation_id,
            enquiry_id=message.enquiry_id,
        )


def recheck_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Look for posts whose turn it is, a hundred of one account at once. Returns how many are gone.

    Of those that are known to be gone, the copies in other payloads are emptied first.
    """
    gone = 0
    for account in _with_due(now):
        for _ in range(most):
            mine = PostWatch.objects.filter(account=account)
            hand = queue.claim(mine, now=now, lease=LEASE, worker=worker, limit=AT_ONCE)
            if not hand:
                break
            gone += _look(account, _scrubbed(account, hand, now), now)
    return gone


def _with_due(now: datetime) -> QuerySet[ChannelAccount]:
    due = queue.claimable(PostWatch.objects.filter(account=OuterRef("pk")), now=now).order_by()
    return ChannelAccount.objects.filter(Exists(due), is_active=True).select_related("organisation").order_by("pk")


def _scrubbed(account: ChannelAccount, hand: list[PostWatch], now: datetime) -> list[PostWatch]:
    """Empty the copies of what is gone or was emptied here, and give back what is still to be looked for."""
    known = PlatformChange.objects.filter(account=account, kind=ChangeKind.GONE, root_id__in=[w.root_id for w in hand])
    roots = set(known.values_list("root_id", flat=True))
    gone = [each for each in hand if each.root_id in roots]
    theirs = [each for each in hand if not each.is_ours and (each in gone or each.last_error == blanking.EMPTIED)]
    if theirs:
        blanking.scrub(account=account, root_ids=[each.root_id for each in theirs], now=now)
    for each in gone:
        queue.finish(each, now=now)
    return [each for each in hand if each.root_id not in roots]


def _look(account: ChannelAccount, hand: list[PostWatch], now: datetime) -> int:
    """Ask the platform. What it does not tell, and what nobody believes at once, is asked again."""
    found = _found(account, hand, now) if hand else {}
    away = [each for each in hand if found.get(each.root_id) is False]
    is_doubtful = len(away) >= MANY and len(away) * 2 > len(hand)
    gone = [each for each in away if not is_doubtful or each.last_error == DOUBTED]
    for each in hand:
        if each in gone:
            _gone(account, each, now)
        elif each in away:
            queue.retry_later(each, now=now, error=DOUBTED, most=NEVER, after=LOOK_AGAIN)
        elif found.get(each.root_id):
            ours = PostWatch.objects.filter(pk=each.pk, lease_owner=each.lease_owner)
            next_at = next_night(account, each.root_id, now)
            ours.update(due_at=next_at, attempts=0, lease_owner="", lease_until=None, last_error="")
        else:
            queue.retry_later(each, now=now, error="Nobody can tell whether it is there.", most=NEVER)
    return len(gone)


def _found(account: ChannelAccount, hand: list[PostWatch], now: datetime) -> Mapping[str, bool | None]:
    speaks = channel(account.kind)
    if not isinstance(speaks, Looks):
        return {}
    try:
        return speaks.presence(account.as_account(), [each.root_id for each in hand])
    except ChannelError as error:
        use.count(account.pk, error.usage, now=now)
        log.warning("The posts of account %s could not be looked for: %s", account.pk, error.safe_message)
        return {}


@transaction.atomic
def _gone(account: ChannelAccount, each: PostWatch, now: datetime) -> None:
    note(account, each.root_id, ChangeKind.GONE, occurred_at=now, now=now)
    queue.finish(each, now=now)
    if not each.is_ours:
        blanking.blank(account=account, root_id=each.root_id, now=now)
