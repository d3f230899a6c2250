"""What an account uses of its platform: added up per day, and how much is left of its allowances."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from enquiries.contract import Bucket, Spent, Usage
from enquiries.models import AccountStanding, AccountUse


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
