"""Posts that vanish or are hidden on their platform: told to us, or found out by looking, and followed here."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from enquiries.contract import ChangeKind, Channel, ChannelError, Looks, PostChanged
from enquiries.models import ChannelAccount, Payload, PlatformChange, PostWatch
from enquiries.registry import channel, kinds
from enquiries.services import blanking
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
EVERY = timedelta(hours=20)
"""Between two looks at one post: the platforms give us a day to follow a deletion."""
AT_ONCE = 100


def watch(account: ChannelAccount, root_id: str, *, is_ours: bool, now: datetime) -> None:
    """Look for this post from now on, where its channel can."""
    if root_id and isinstance(channel(account.kind), Looks):
        PostWatch.objects.get_or_create(
            account=account, root_id=root_id, defaults={"is_ours": is_ours, "due_at": now + EVERY}
        )


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
    return True


def recheck_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Look for posts whose turn it is, a hundred of one account at once. Returns how many are gone."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Looks)]
    gone = 0
    for account in ChannelAccount.objects.filter(is_active=True, kind__in=able):
        for _ in range(most):
            hand = queue.claim(
                PostWatch.objects.filter(account=account), now=now, lease=LEASE, worker=worker, limit=AT_ONCE
            )
            if not hand:
                break
            gone += _look(channel(account.kind), account, hand, now)
    return gone


def _look(speaks: Channel, account: ChannelAccount, hand: list[PostWatch], now: datetime) -> int:
    assert isinstance(speaks, Looks)  # noqa: S101 - only such accounts are asked for
    try:
        found = speaks.presence(account.as_account(), [each.root_id for each in hand])
    except ChannelError as error:
        log.warning("The posts of account %s could not be looked for: %s", account.pk, error.safe_message)
        found = {}
    gone = [each for each in hand if found.get(each.root_id) is False]
    for each in gone:
        note(account, each.root_id, ChangeKind.GONE, occurred_at=now, now=now)
        if not each.is_ours:
            blanking.blank(account=account, root_id=each.root_id, now=now)
        queue.finish(each, now=now)
    for each in hand:
        if found.get(each.root_id) is True:
            ours = PostWatch.objects.filter(pk=each.pk, lease_owner=each.lease_owner)
            ours.update(due_at=now + EVERY, attempts=0, lease_owner="", lease_until=None, last_error="")
        elif each.root_id not in found or found[each.root_id] is None:
            queue.retry_later(each, now=now, error="Nobody can tell whether it is there.", most=1000)
    return len(gone)
