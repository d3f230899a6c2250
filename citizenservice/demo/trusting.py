"""Whom Northwell trusts: steps up that a supervisor took, one that was lost, and what was looked at afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from citizenservice.demo import people
from citizenservice.demo.city import City
from enquiries.models import ReplyVersion, Review, TrustStep
from enquiries.rules.review import SHEET
from enquiries.services.approving import reviewing

SAMPLED, FREE, CHECKED = TrustStep.Level.SAMPLED, TrustStep.Level.FREE, TrustStep.Level.CHECKED


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of one agent of a team, so many days ago. Nobody decided where the machine took it back."""

    team: str
    agent: int
    kind: str
    level: TrustStep.Level
    days: int
    reason: str
    by_person: bool = True


STEPS = (
    Step(
        team=people.HOMES,
        agent=0,
        kind="email",
        level=SAMPLED,
        days=120,
        reason="Six months, 214 approved replies, 97 % unchanged, none seriously wrong.",
    ),
    Step(
        team=people.HOMES,
        agent=0,
        kind="email",
        level=FREE,
        days=25,
        reason="Three more months: 131 replies in the sample, 99 % unchanged, reviews 4.6 of 5.",
    ),
    Step(
        team=people.PAPERS,
        agent=0,
        kind="x",
        level=SAMPLED,
        days=40,
        reason="Six months, 118 approved replies, 96 % unchanged, none seriously wrong.",
    ),
    Step(
        team=people.PAPERS,
        agent=1,
        kind="facebook",
        level=SAMPLED,
        days=60,
        reason="Six months, 160 approved replies, 95 % unchanged, none seriously wrong.",
    ),
    Step(
        team=people.PAPERS,
        agent=1,
        kind="facebook",
        level=CHECKED,
        days=6,
        reason="A reply was returned as seriously wrong: Personal data.",
        by_person=False,
    ),
)


PRAISE = "Warm and clear. Next time say in the first sentence when the lorry comes; the reason can follow."


def trust_some(city: City, *, now: datetime) -> None:
    """Write the steps. Call when the enquiries are there: everything in the past was read first."""
    _look_back(city, now)
    for step in STEPS:
        crew = city.crews[step.team]
        at = now - timedelta(days=step.days)
        TrustStep.objects.create(
            organisation=city.organisation,
            user=crew.agents[step.agent],
            kind=step.kind,
            level=step.level,
            percent=20 if step.level == SAMPLED else 100,
            reason=step.reason,
            evidence={} if step.by_person else {"before": SAMPLED},
            decided_by=crew.supervisors[0] if step.by_person else None,
            decided_at=at,
            review_on=(at + timedelta(days=90)).date() if step.by_person else None,
        )


def _look_back(city: City, now: datetime) -> None:
    """Ask for a look at three replies that have left, and let one be done: its author finds a note."""
    crew = city.crews[people.STREETS]
    author, supervisor = crew.agents[0], crew.supervisors[0]
    left = ReplyVersion.objects.filter(author=author, postings__state="POSTED", postings__route=0)
    newest = left.select_related("reply__enquiry").order_by("-pk")[:3]
    asked = [reviewing.ask_after_check(version, now=now - timedelta(hours=5)) for version in newest]
    for review in asked[-1:]:
        reviewing.finish(
            review_id=review.pk,
            by_id=supervisor.pk,
            verdict=Review.Verdict.COACH,
            marks={point.name: 4 for point in SHEET},
            note=PRAISE,
            now=now - timedelta(hours=1),
        )
