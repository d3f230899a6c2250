"""What was overheard, page by page, and who listens for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from enquiries.models import ChannelAccount, Message, Monitor, Overheard
from enquiries.queries.queue import BadPlace

PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page ends: the next one starts behind it."""

    at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> Place:
        """Read what `str` wrote. Raises BadPlace."""
        moment, _, number = text.partition("_")
        try:
            place = cls(at=datetime.fromtimestamp(int(moment) / 1_000_000, UTC), id=int(number))
        except (ValueError, OverflowError, OSError) as error:
            raise BadPlace(text) from error
        if not 0 <= place.id < 2**63:
            raise BadPlace(text)
        return place

    def __str__(self) -> str:
        return f"{round(self.at.timestamp() * 1_000_000)}_{self.id}"


@dataclass(frozen=True, kw_only=True)
class OverheardPage:
    """One page of what was overheard, the newest first. `older` names where the next one starts, None on the last."""

    rows: Sequence[Overheard]
    older: Place | None


def overheard(accounts: QuerySet[ChannelAccount]) -> QuerySet[Overheard]:
    """List what these accounts overheard and what is still there, without what came to us by itself meanwhile."""
    ours = Message.objects.filter(account=OuterRef("account"))
    arrived = Exists(ours.filter(external_id=OuterRef("external_id"))) | Exists(
        ours.filter(root_id=OuterRef("external_id"))
    )
    heard = Overheard.objects.filter(account__in=accounts, gone_at__isnull=True)
    return heard.exclude(Q(state=Overheard.State.NEW) & Q(arrived)).select_related("account", "monitor", "decided_by")


def page_of(
    heard: QuerySet[Overheard],
    *,
    state: str = Overheard.State.NEW,
    account_id: int | None = None,
    monitor_id: int | None = None,
    after: Place | None = None,
    size: int = PAGE,
) -> OverheardPage:
    """Read one page of what is in this state, of one account or one monitor where they are given."""
    rows = heard.filter(state=state)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if monitor_id is not None:
        rows = rows.filter(monitor_id=monitor_id)
    if after is not None:
        rows = rows.filter(Q(occurred_at__lt=after.at) | Q(occurred_at=after.at, pk__lt=after.id))
    found = list(rows.order_by("-occurred_at", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return OverheardPage(rows=found[:size], older=Place(at=last.occurred_at, id=last.pk) if last else None)


def monitors(accounts: QuerySet[ChannelAccount]) -> QuerySet[Monitor]:
    """List who listens for what on these accounts, those in use first."""
    return Monitor.objects.filter(account__in=accounts).select_related("account").order_by("-is_active", "name", "pk")
