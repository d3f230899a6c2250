"""What an account uses of its platform: added up per day, and how much is left of its allowances."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from enquiries.contract import Bucket, Spent, Usage
from enquiries.models import AccountStanding, AccountUse

SCARCE = 0.2
"""An allowance with less than this share left is for what is urgent first."""
TOLD_FOR = timedelta(days=1)
TIGHT, NEARLY_GONE = 0.25, 0.1
"""Below the first share what can wait waits, below the second what is not urgent does."""
FRESH = timedelta(minutes=20)
"""What a platform told longer ago says nothing of now; an account at its limit is still looked at every quarter of an hour."""
READING = ("reads", "mentions", "search")
"""Allowances that sending does not use."""


def count(account_id: int, usage: Usage | None, *, now: datetime) -> None:
    """Add what a call used. Nothing when the channel told nothing."""
    if usage is None:
        return
    for spent in (Spent(what="calls", units=usage.calls), *usage.spent):
        _add(account_id, spent, usage.calls, now)
    if usage.buckets:
        quota = _quota(usage.buckets)
        AccountStanding.objects.update_or_create(
            account_id=account_id,
            defaults={"quota": quota, "quota_at": now},
            create_defaults={"quota": quota, "quota_at": now, "due_at": now},
        )


def scarce_accounts(*, now: datetime) -> list[int]:
    """List the accounts whose allowance to send has nearly run out, as their platform told last."""
    told = AccountStanding.objects.filter(quota_at__gt=now - TOLD_FOR).exclude(quota=[])
    return [account_id for account_id, quota in told.values_list("account_id", "quota") if _is_scarce(quota, now)]


def tight_accounts(*, now: datetime, share: float) -> list[int]:
    """List the accounts of whose allowance to send at most this share is left, as their platform told a moment ago."""
    told = AccountStanding.objects.filter(quota_at__gt=now - FRESH).exclude(quota=[])
    left = told.values_list("account_id", "quota")
    return [account_id for account_id, quota in left if _is_scarce(quota, now, at_most=share)]


def _is_scarce(quota: Iterable[dict[str, Any]], now: datetime, *, at_most: float | None = None) -> bool:
    """Say whether one allowance of those that sending uses is nearly gone, and not yet given anew."""
    return any(
        one["name"] not in READING
        and one["limit"] > 0
        and (
            one["remaining"] / one["limit"] < SCARCE if at_most is None else one["remaining"] / one["limit"] <= at_most
        )
        and not (one["resets_at"] and datetime.fromisoformat(one["resets_at"]) <= now)
        for one in quota
    )


def _add(account_id: int, spent: Spent, calls: int, now: datetime) -> None:
    key = {"account_id": account_id, "day": now.date(), "what": spent.what[:20]}
    more: dict[str, Any] = {"calls": calls, "units": spent.units, "micros": spent.micros}
    AccountUse.objects.bulk_create([AccountUse(**key, calls=0, units=0, micros=0)], ignore_conflicts=True)
    AccountUse.objects.filter(**key).update(**{name: F(name) + amount for name, amount in more.items()})


def _quota(buckets: Iterable[Bucket]) -> list[dict[str, object]]:
    return [
        {
            "name": one.name,
            "limit": one.limit,
            "remaining": one.remaining,
            "resets_at": one.resets_at.isoformat() if one.resets_at else None,
        }
        for one in buckets
    ]
