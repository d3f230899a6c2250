"""The trust board as people see it: who stands where on which channel, with figures, a line of ten weeks, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agents.models import Buddy, Role, User
from enquiries.models import ChannelAccount, ChannelKind, Organisation, Topic, TrustStep
from enquiries.queries.trust import Rung, Standing, evidence, standings, weekly
from enquiries.registry import label_of, outward_choices
from enquiries.rules.trust import Evidence, Level, Line, Proposal, missing, propose, review_date
from enquiries.services.approving.trust import criteria_of

HEIGHT, LOW = 16.0, 18.0
STEP = 56 / 9
ALONG = [round(4 + STEP * week, 1) for week in range(10)]


@dataclass(frozen=True, kw_only=True)
class Spark:
    """Ten weeks as the points of a line, with where it ends and what it says at its end in per cent."""

    points: str
    end: tuple[float, float]
    percent: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """One rung of one person: where they stand, the figures, what is missing, and what is proposed."""

    person: User
    rung: Rung
    channel: str
    topic: Topic | None
    standing: Standing
    evidence: Evidence
    proposal: Proposal | None
    missing: tuple[Line, ...]
    review_on: date | None
    spark: Spark | None = None

    @property
    def level(self) -> Level:
        """The level that counts."""
        return self.standing.level

    @property
    def percent(self) -> int:
        """How much of what is written here is read before it leaves."""
        return self.standing.step.percent if self.standing.step else 100

    @property
    def seen_id(self) -> int:
        """The newest step, as a form carries it; 0 before the first."""
        return self.standing.step.pk if self.standing.step else 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person on the board: a cell for each kind of channel, and what they have on topics of their own."""

    person: User
    teams: str
    buddy: User | None
    cells: Sequence[Place]
    topics: Sequence[Place]


@dataclass(frozen=True, kw_only=True)
class Board:
    """All people and kinds of channel of an organisation."""

    kinds: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    waiting: Sequence[Place]


def board_of(organisation: Organisation, *, now: datetime, only: User | None = None) -> Board:
    """Read the whole board in a handful of queries, or one person's part of it."""
    held = standings(organisation.pk)
    narrow = only.pk if only else None
    figures = evidence(organisation.pk, held, now=now, author_id=narrow)
    weeks = weekly(organisation.pk, now=now, author_id=narrow)
    kinds = kinds_of(organisation)
    topics = {step.topic_id: step.topic for one in held.values() if (step := one.step) and step.topic_id}
    rows = []
    for person in [only] if only else people_of(organisation):
        rungs = {Rung(person.pk, kind, None): None for kind, _label in kinds}
        rungs |= {rung: None for rung in held if rung.user_id == person.pk and rung.kind in dict(kinds)}
        places = [
            place_of(
                person,
                rung,
                organisation,
                standing=held.get(rung, Standing()),
                found=figures.get(rung, Evidence()),
                topic=topics.get(rung.topic_id or 0),
                weeks=weeks.get((person.pk, rung.kind), []),
                today=now.date(),
            )
            for rung in rungs
        ]
        rows.append(_row(person, organisation, places))
    waiting = [place for row in rows for place in (*row.cells, *row.topics) if place.proposal]
    return Board(kinds=kinds, rows=rows, waiting=waiting)


def place_of(
    person: User,
    rung: Rung,
    organisation: Organisation,
    *,
    standing: Standing,
    found: Evidence,
    today: date,
    topic: Topic | None = None,
    weeks: Sequence[tuple[int, int]] = (),
) -> Place:
    """Put together what is known about one rung."""
    criteria = criteria_of(organisation)
    return Place(
        person=person,
        rung=rung,
        channel=label_of(rung.kind),
        topic=topic,
        standing=standing,
        evidence=found,
        proposal=propose(standing.level, found, criteria, today=today),
        missing=tuple(missing(standing.level, found, criteria, today=today)),
        review_on=review_date(standing.level, found, criteria),
        spark=_spark(weeks) if rung.topic_id is None else None,
    )


def _row(person: User, organisation: Organisation, places: Sequence[Place]) -> Row:
    roles = [role for role in person.memberships.all() if role.organisation_id == organisation.pk and role.team]
    pair = Buddy.objects.none() if not hasattr(person, "buddy_pair") else [person.buddy_pair]
    return Row(
        person=person,
        teams=", ".join(role.team.name for role in roles if role.team),
        buddy=pair[0].buddy if pair else None,
        cells=[place for place in places if place.rung.topic_id is None],
        topics=[place for place in places if place.rung.topic_id is not None],
    )


def people_of(organisation: Organisation) -> list[User]:
    """List who writes replies: agents and supervisors of the organisation, by name."""
    working = User.objects.filter(
        memberships__organisation=organisation, memberships__role__in=[Role.AGENT, Role.SUPERVISOR], is_active=True
    )
    return list(
        working.distinct()
        .select_related("buddy_pair__buddy")
        .prefetch_related("memberships__team")
        .order_by("name", "pk")
    )


def kinds_of(organisation: Organisation) -> list[tuple[str, str]]:
    """List the kinds of channel on which the organisation answers, with their names. Practice is none."""
    accounts = ChannelAccount.objects.filter(organisation=organisation).exclude(kind=ChannelKind.PRACTICE)
    there = set(accounts.values_list("kind", flat=True))
    return [(kind, str(label)) for kind, label in outward_choices() if kind in there]


def fallen(organisation: Organisation, *, since: datetime) -> list[TrustStep]:
    """List the falls of trust since a moment, the newest first: those that nobody proposed."""
    steps = TrustStep.objects.filter(organisation=organisation, decided_at__gte=since, evidence__has_key="before")
    return list(steps.select_related("user", "topic", "decided_by").order_by("-pk")[:20])


def _spark(weeks: Sequence[tuple[int, int]]) -> Spark | None:
    shares: list[tuple[float, float]] = []
    for along, (read, unchanged) in zip(ALONG, weeks, strict=False):
        if read:
            shares.append((along, unchanged / read))
    if not shares:
        return None
    points = [(along, round(LOW - HEIGHT * share, 1)) for along, share in shares]
    return Spark(
        points=" ".join(f"{along},{height}" for along, height in points),
        end=points[-1],
        percent=int(shares[-1][1] * 100),
    )
