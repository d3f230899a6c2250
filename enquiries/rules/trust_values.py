"""What the trust ladder is made of: its levels, the figures about somebody, and what each step asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

FEWEST_TO_TELL = 5
"""Of fewer citizens' words no share is told: one of them would make it."""


class Level(StrEnum):
    """How much is read before it leaves: everything, a sample, nothing (and all of it afterwards)."""

    CHECKED = "CHECKED"
    SAMPLED = "SAMPLED"
    FREE = "FREE"

    @property
    def above(self) -> Level | None:
        """The next step up; None at the top."""
        return {Level.CHECKED: Level.SAMPLED, Level.SAMPLED: Level.FREE}.get(self)

    @property
    def below(self) -> Level | None:
        """The next step down; None at the bottom."""
        return {Level.FREE: Level.SAMPLED, Level.SAMPLED: Level.CHECKED}.get(self)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What somebody's replies on one kind of channel (and topic) show since their last step.

    `approved` counts what a person read and let go; `unchanged` those of them that were neither returned nor edited.
    `released` left unread. `answered` counts the answers that arrived, `reopened` those after which the citizen wrote
    again within seven days. `marks` is the average of the review sheets, 1 to 5. `said` counts the answers of which the
    citizen told whether they helped, `helped` those that did, wholly. `last_serious_on` and `first_on` look back over the
    last step, to the beginning.
    """

    first_on: date | None = None
    level_since: date | None = None
    review_on: date | None = None
    submitted: int = 0
    approved: int = 0
    unchanged: int = 0
    edited: int = 0
    returned: int = 0
    released: int = 0
    answered: int = 0
    reopened: int = 0
    reviews: int = 0
    marks: float | None = None
    serious: int = 0
    last_serious_on: date | None = None
    said: int = 0
    helped: int = 0

    @property
    def share_unchanged(self) -> float:
        """The part of what was read that left as it was written; 0 where nothing was read."""
        return self.unchanged / self.approved if self.approved else 0.0

    @property
    def share_reopened(self) -> float:
        """The part of the answers after which the citizen wrote again."""
        return self.reopened / self.answered if self.answered else 0.0

    @property
    def share_helped(self) -> float | None:
        """The part of the answers that helped, of those of which the citizen said; None while they are too few to tell."""
        return self.helped / self.said if self.said >= FEWEST_TO_TELL else None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What one step up asks for. Shares and `marks` count only once there is something to share out, `helped` later."""

    approved: int
    unchanged: float
    reopened: float
    reviews: int
    marks: float
    helped: float
    percent: int
    """How much is sampled on the level that it leads to."""


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What the steps ask for. `first_review_months` is the organisation's own; the rest holds for everybody."""

    first_review_months: int = 6
    to_sampled: Bar = field(
        default=Bar(approved=100, unchanged=0.95, reopened=0.20, reviews=0, marks=3.5, helped=0.5, percent=20)
    )
    to_free: Bar = field(
        default=Bar(approved=20, unchanged=0.95, reopened=0.15, reviews=20, marks=4.0, helped=0.6, percent=100)
    )
    free_review_months: int = 3
    serious_months: int = 6
    """So long a serious finding stands in the way."""
    down_after: int = 20
    down_unchanged: float = 0.80
    down_reviews: int = 5
    down_marks: float = 3.0
    helped_after: int = 10
    """What citizens said counts from so many of them on: who is not helped says so more often than who is."""

    def bar_above(self, level: Level) -> Bar | None:
        """What the step up from `level` asks for; None at the top."""
        return {Level.CHECKED: self.to_sampled, Level.SAMPLED: self.to_free}.get(level)

    def months_of(self, level: Level) -> int:
        """How long somebody stays on a level before it is looked at."""
        return self.first_review_months if level is Level.CHECKED else self.free_review_months


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence with its figures, ready to be translated: `template % figures`. `have` of `need` draws a bar."""

    template: str
    figures: Mapping[str, object] = field(default_factory=dict)
    have: float = 0
    need: float = 0

    def __str__(self) -> str:
        return self.template % self.figures
