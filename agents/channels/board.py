"""The board of the channels: per account what came and went last, what is left of it, and what somebody has to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum

from agents.channels.concerns import Concern, concerns_of
from agents.channels.facts import Allowance, Facts
from enquiries.models import AccountStanding, AccountUse, ChannelAccount, DataDeletion, Freeze, PickUp, Posting
from enquiries.models.account import SecretsClosed
from enquiries.registry import PRACTICE
from enquiries.services.leaving.notices import unseen
from enquiries.services.platforms import erasing

UNSURE = (Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON)
RANK = {"bad": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One account: its figures, and what is wrong with it, the worst first."""

    account: ChannelAccount
    facts: Facts
    concerns: Sequence[Concern]

    @property
    def tone(self) -> str:
        """How bad it is: "bad", "warn" or "good"."""
        worst = self.concerns[0].tone if self.concerns else "info"
        return "good" if worst == "info" else worst


def board(accounts: QuerySet[ChannelAccount], *, now: datetime) -> list[Line]:
    """Draw up the board, the worst first. Seven statements, however many accounts there are."""
    rows = list(accounts.exclude(kind=PRACTICE).select_related("standing", "pick_up", "organisation", "team"))
    read = _Rows(rows, now=now)
    lines = [_line(account, read.facts_of(account), now) for account in rows]
    return sorted(lines, key=lambda one: (_place(one), not one.account.is_active, one.account.name, one.account.pk))


def _line(account: ChannelAccount, facts: Facts, now: datetime) -> Line:
    concerns = sorted(concerns_of(account, facts, now=now), key=lambda one: RANK[one.tone])
    return Line(account=account, facts=facts, concerns=concerns)


def _place(line: Line) -> int:
    return {"bad": 0, "warn": 1, "good": 2}[line.tone]


class _Rows:
    """What several accounts need, read at once."""

    def __init__(self, accounts: Iterable[ChannelAccount], *, now: datetime) -> None:
        ids, today = [account.pk for account in accounts], now.astimezone(UTC).date()
        unsure = Posting.objects.filter(account__in=ids, state__in=UNSURE)
        waiting = Posting.objects.filter(account__in=ids, state=Posting.State.QUEUED, due_at__lte=now)
        self.unsure = _by_account(unsure, n=Count("pk"), oldest=Min("attempts_made__started_at"))
        self.waiting = _by_account(waiting, n=Count("pk"))
        self.came_back = _by_account(unseen(accounts).order_by(), n=Count("pk"))
        self.today = _uses(ids, since=today, until=today)
        self.month = _uses(ids, since=today - timedelta(days=29), until=today)
        live = Freeze.objects.filter(account__in=ids, lifted_at__isnull=True, expires_at__gt=now)
        self.deletions: dict[int, list[DataDeletion]] = {}
        for asked in erasing.waiting(ChannelAccount.objects.filter(pk__in=ids)):
            self.deletions.setdefault(asked.account_id, []).append(asked)
        self.freezes = {one.account_id: one for one in live.select_related("frozen_by").order_by("pk")}

    def facts_of(self, account: ChannelAccount) -> Facts:
        """Put together what is known of one account."""
        standing: AccountStanding | None = getattr(account, "standing", None)
        pick_up: PickUp | None = getattr(account, "pick_up", None)
        unsure, today = self.unsure.get(account.pk, {}), self.today.get(account.pk, {})
        return Facts(
            standing=standing or AccountStanding(account=account),
            pick_up=pick_up,
            allowances=tuple(Allowance.read(one) for one in standing.quota) if standing else (),
            unsure=unsure.get("n", 0),
            oldest_unsure=unsure.get("oldest"),
            waiting=self.waiting.get(account.pk, {}).get("n", 0),
            came_back=self.came_back.get(account.pk, {}).get("n", 0),
            freeze=self.freezes.get(account.pk),
            deletions=self.deletions.get(account.pk, ()),
            calls_today=today.get("calls", 0),
            micros_today=today.get("micros", 0),
            micros_month=self.month.get(account.pk, {}).get("micros", 0),
            opens=_opens(account),
        )


def _opens(account: ChannelAccount) -> bool:
    try:
        account.as_account()
    except SecretsClosed:
        return False
    return True


def _by_account(rows: QuerySet[Any], **what: Any) -> dict[int, Mapping[str, Any]]:
    return {one["account_id"]: one for one in rows.values("account_id").annotate(**what)}


def _uses(ids: Sequence[int], *, since: Any, until: Any) -> dict[int, Mapping[str, Any]]:
    rows = AccountUse.objects.filter(account__in=ids, day__gte=since, day__lte=until)
    return _by_account(rows, calls=Sum("calls", default=0), micros=Sum("micros", default=0))
