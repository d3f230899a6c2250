"""Whether accounts are in order: token, scopes, subscription and version, looked at every day and when somebody asks."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime, timedelta

from enquiries.contract import Channel, ChannelError, Checked, Checks, Checkup, Mends, Verdict
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.registry import channel, kinds
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""After a check-up that found something, or could not be made."""


def check_due(*, now: datetime, worker: str, most: int = 10) -> int:
    """Check the accounts whose turn it is. Returns how many."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Checks)]
    theirs = ChannelAccount.objects.filter(is_active=True, kind__in=able)
    for account in theirs.filter(standing__isnull=True):
        AccountStanding.objects.get_or_create(account=account, defaults={"due_at": now})
    count = 0
    due = AccountStanding.objects.filter(account__in=theirs).select_related("account")
    for standing in queue.drain(due, now=now, lease=LEASE, worker=worker, most=most):
        found = check_now(standing.account_id, now=now)
        is_good = found is not None and all(line.verdict == Verdict.GOOD for line in found.lines)
        AccountStanding.objects.filter(pk=standing.pk, lease_owner=worker).update(
            due_at=now + (EVERY if is_good else AGAIN), attempts=0, lease_owner="", lease_until=None
        )
        count += 1
    return count


def check_now(account_id: int, *, now: datetime) -> Checkup | None:
    """Check one account, keep what was found, and mend a subscription that was dropped. None where nothing can be checked."""
    account = ChannelAccount.objects.get(pk=account_id)
    speaks = channel(account.kind)
    if not isinstance(speaks, Checks):
        return None
    try:
        found = speaks.check(account.as_account())
        if found.subscribed is False:
            found = _mended(speaks, account, found)
    except ChannelError as error:
        line = Checked(name="reached", verdict=Verdict.BAD, says=error.safe_message, fix=getattr(error, "fix", ""))
        found = Checkup(lines=(line,))
    _keep(account, found, now)
    return found


def _mended(speaks: Channel, account: ChannelAccount, found: Checkup) -> Checkup:
    if not isinstance(speaks, Mends):
        return found
    done = speaks.mend(account.as_account())
    log.warning("The subscription of account %s was put back.", account.pk)
    lines = tuple(Checked(name="mended", verdict=Verdict.WARNING, says=one) for one in done)
    return Checkup(lines=(*found.lines, *lines), token_expires_at=found.token_expires_at, subscribed=True)


def _keep(account: ChannelAccount, found: Checkup, now: datetime) -> None:
    fields: dict[str, object] = {"checkup": {"lines": [asdict(line) for line in found.lines]}, "checked_at": now}
    if found.token_expires_at:
        fields["token_expires_at"] = found.token_expires_at
    if found.subscribed is not None:
        fields["subscribed_at"] = now if found.subscribed else None
    AccountStanding.objects.update_or_create(
        account=account, defaults=fields, create_defaults={**fields, "due_at": now + EVERY}
    )
