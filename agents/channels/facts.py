"""What is known of one account, as values: read once for the whole board, judged in `concerns`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enquiries.models import AccountStanding, DataDeletion, Freeze, PickUp

EMPTY = 0.05


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a platform lets an account do within some time, as it told last."""

    name: str
    limit: int
    remaining: int
    resets_at: datetime | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Allowance:
        """Read it as `AccountStanding.quota` keeps it."""
        resets = told.get("resets_at")
        return cls(
            name=str(told.get("name", "")),
            limit=int(told.get("limit") or 0),
            remaining=int(told.get("remaining") or 0),
            resets_at=datetime.fromisoformat(resets) if resets else None,
        )

    @property
    def share(self) -> float:
        """How much of it is left, from 0 to 1; all of it where the platform told no limit."""
        return max(0.0, min(1.0, self.remaining / self.limit)) if self.limit > 0 else 1.0

    @property
    def percent(self) -> int:
        """The same in percent, never rounded up to what is not there."""
        return int(self.share * 100)

    def is_live(self, now: datetime) -> bool:
        """Whether it still counts: one that began anew since it was told is full again."""
        return self.resets_at is None or self.resets_at > now


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of one account. `standing` is empty, not None, where no sweep has written one yet.

    `unsure` are postings of which nobody knows whether they arrived, `oldest_unsure` when the oldest was first tried.
    `deletions` are people who want to be forgotten.
    `opens` says whether a key of this installation opens the secrets. `micros_…` are millionths of a US dollar.
    """

    standing: AccountStanding
    pick_up: PickUp | None = None
    allowances: tuple[Allowance, ...] = ()
    unsure: int = 0
    oldest_unsure: datetime | None = None
    waiting: int = 0
    came_back: int = 0
    freeze: Freeze | None = None
    deletions: Sequence[DataDeletion] = ()
    calls_today: int = 0
    micros_today: int = 0
    micros_month: int = 0
    opens: bool = True

    @property
    def dollars_today(self) -> float:
        """What today's use costs, as far as the channel can tell."""
        return self.micros_today / 1_000_000

    @property
    def dollars_month(self) -> float:
        """What the last thirty days cost."""
        return self.micros_month / 1_000_000

    @property
    def scarcest(self) -> Allowance | None:
        """The allowance of which the least is left."""
        return min(self.allowances, key=lambda one: one.share, default=None)
