"""What an account uses of its platform: added up per day, and how much is left of its allowances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class LittleLeft:
    """Accounts that may send little more: below `SCARCE` as told today, at most `TIGHT` or `NEARLY_GONE` just now."""

    scarce: Sequence[int]
    tight: Sequence[int]
    nearly_gone: Sequence[int]


def little_left(*, now: datetime) -> LittleLeft:
    """Say of which accounts little may still be sent, as their platforms told. One statement."""
    told = AccountStanding.objects.filter(quota_at__gt=now - TOLD_FOR).exclude(quota=[])
    left = [(pk, _share_left(quota, now), at) for pk, quota, at in told.values_list("account_id", "quota", "quota_at")]
    fresh = [(pk, share) for pk, share, at in left if at and at > now - FRESH]
    return LittleLeft(
        scarce=[pk for pk, share, _ in left if share < SCARCE],
        tight=[pk for pk, share in fresh if share <= TIGHT],
        nearly_gone=[pk for pk, share in fresh if share <= NEARLY_GONE],
    )


def _share_left(quota: Iterable[dict[str, Any]], now: datetime) -> float:
    """Give the smallest share left of the allowances that sending uses and that are not given anew yet; 1 without any."""
    shares = [
        one["remaining"] / one["limit"]
        for one in quota
        if one["name"] not in READING
        and one["limit"] > 0
        and not (one["resets_at"] and datetime.fromisoformat(one["resets_at"]) <= now)
    ]
    return min(shares, default=1.0)


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
