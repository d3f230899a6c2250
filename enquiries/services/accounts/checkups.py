"""Whether accounts are in order: token, scopes, subscription and version, looked at every day and when somebody asks."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext_lazy

from audit.ledger import record
from enquiries.contract import ChannelError, Checked, Checks, Checkup, Mends, Verdict
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.registry import channel, kinds, traits_of
from enquiries.services.accounts import use
from enquiries.services.incoming import forging
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
SEALED = gettext_lazy("No key of this installation opens its secrets, so nothing is fetched and nothing leaves.")
UNSEAL = gettext_lazy("Put the former key back, or type the secrets in anew.")
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
            due_at=now + (every(standing.account.kind) if is_good else AGAIN),
            attempts=0,
            lease_owner="",
            lease_until=None,
        )
        count += 1
    return count


def every(kind: str) -> timedelta:
    """Say how often accounts of a kind are checked up: a platform that drops subscriptions without a word, more often."""
    return timedelta(seconds=traits_of(kind).checked_every_seconds)


def check_now(account_id: int, *, now: datetime) -> Checkup | None:
    """Check one account, keep what was found, and mend a subscription that was dropped. None where nothing can be checked."""
    account = ChannelAccount.objects.get(pk=account_id)
    speaks = channel(account.kind)
    if not isinstance(speaks, Checks):
        return None
    found = _checked(speaks, account)
    found = replace(found, lines=(*found.lines, *forging.lines_for(account.kind, now=now)))
    use.count(account.pk, found.usage, now=now)
    _keep(account, found, now)
    return found


def is_in_order(lines: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether nothing of what a kept check-up found is bad."""
    return all(line.get("verdict") != Verdict.BAD for line in lines)


def _checked(speaks: Checks, account: ChannelAccount) -> Checkup:
    try:
        found = speaks.check(account.as_account())
    except InvalidToken:
        return Checkup(lines=(Checked(name="secrets", verdict=Verdict.BAD, says=str(SEALED), fix=str(UNSEAL)),))
    except ChannelError as error:
        return Checkup(lines=(_failed("reached", error),), usage=error.usage)
    if found.subscribed is not False:
        return found
    try:
        return _mended(speaks, account, found)
    except ChannelError as error:
        return replace(found, lines=(*found.lines, _failed("mended", error)))


def _failed(name: str, error: ChannelError) -> Checked:
    return Checked(name=name, verdict=Verdict.BAD, says=error.safe_message, fix=getattr(error, "fix", ""))


def _mended(speaks: Checks, account: ChannelAccount, found: Checkup) -> Checkup:
    if not isinstance(speaks, Mends):
        return found
    done = speaks.mend(account.as_account())
    log.warning("The subscription of account %s was put back.", account.pk)
    lines = tuple(Checked(name="mended", verdict=Verdict.WARNING, says=one) for one in done)
    return replace(found, lines=(*found.lines, *lines), subscribed=True)


def _keep(account: ChannelAccount, found: Checkup, now: datetime) -> None:
    known = AccountStanding.objects.filter(account=account).values_list("checkup", flat=True).first() or {}
    fields: dict[str, Any] = {"checkup": {"lines": [asdict(line) for line in found.lines]}, "checked_at": now}
    if found.token_expires_at:
        fields["token_expires_at"] = found.token_expires_at
    if found.subscribed is not None:
        fields["subscribed_at"] = now if found.subscribed else None
    AccountStanding.objects.update_or_create(
        account=account, defaults=fields, create_defaults={**fields, "due_at": now + every(account.kind)}
    )
    was, now_is = is_in_order(known.get("lines", [])), is_in_order(fields["checkup"]["lines"])
    if was != now_is:
        verb = "account.in_order" if now_is else "account.not_in_order"
        bad = [line.name for line in found.lines if line.verdict == Verdict.BAD]
        record(
            verb=verb,
            now=now,
            subject=f"account:{account.pk}",
            organisation_id=account.organisation_id,
            data={"bad": bad[:20]},
        )
