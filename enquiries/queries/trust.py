"""What the replies of an organisation say about those who wrote them: the evidence for every rung of the trust ladder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection

from enquiries.models import TrustStep
from enquiries.queries.trust_sql import ANSWERS, BY_RUNG, BY_WEEK, OF_ONE, TIMES
from enquiries.rules.trust import Evidence, Level

LOOK_BACK = timedelta(days=400)
"""Older replies say little about today; it is longer than any time a step asks for."""
WEEKS = 10


class Rung(NamedTuple):
    """Where somebody stands: a person on a kind of channel, on one topic or, with None, on all that have none of their own."""

    user_id: int
    kind: str
    topic_id: int | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody's level on a rung. `since` is when it last changed, `step` the newest row; None before the first."""

    level: Level = Level.CHECKED
    since: datetime | None = None
    step: TrustStep | None = None


@dataclass(frozen=True, kw_only=True)
class Times:
    """The median times of somebody's replies on a kind of channel: until submitted, and from there until let go."""

    kind: str
    replies: int
    writing: timedelta | None
    approving: timedelta | None


def standings(organisation_id: int) -> dict[Rung, Standing]:
    """Say where everybody stands who ever took a step. One query."""
    found: dict[Rung, Standing] = {}
    for step in TrustStep.objects.filter(organisation_id=organisation_id).select_related("topic").order_by("pk"):
        rung = Rung(step.user_id, step.kind, step.topic_id)
        before = found.get(rung, Standing())
        since = step.decided_at if step.level != before.level else before.since
        found[rung] = Standing(level=Level(step.level), since=since, step=step)
    return found


def evidence(
    organisation_id: int, held: dict[Rung, Standing], *, now: datetime, author_id: int | None = None
) -> dict[Rung, Evidence]:
    """Count what the replies of the 400 days before `now` show for each rung, since its last step. One query, no practice.

    `held` is what `standings` gave; `author_id` narrows it to one person. Days are those of UTC. Rungs without a reply
    and without a step are not in it.
    """
    rungs = [rung for rung in held if author_id in (None, rung.user_id)]
    rows = _read(
        BY_RUNG,
        organisation_id,
        author_id,
        start=now - LOOK_BACK,
        now=now,
        users=[rung.user_id for rung in rungs],
        kinds=[rung.kind for rung in rungs],
        topics=[rung.topic_id for rung in rungs],
        since=[held[rung].since for rung in rungs],
    )
    found = {Rung(row[0], row[1], row[2]): _evidence_of(row) for row in rows}
    rungs += [rung for rung in found if rung not in held]
    return {
        rung: _dated(found.get(rung, Evidence()), held.get(rung, Standing()))
        for rung in rungs
        if author_id in (None, rung.user_id)
    }


def _evidence_of(row: tuple[Any, ...]) -> Evidence:
    first, submitted, approved, unchanged, edited, returned, released = row[3:10]
    answered, reopened, reviews, marks, said, helped, serious, last_serious = row[10:18]
    return Evidence(
        first_on=first.date(),
        submitted=submitted,
        approved=approved,
        unchanged=unchanged,
        edited=edited,
        returned=returned,
        released=released,
        answered=answered,
        reopened=reopened,
        reviews=reviews,
        marks=marks,
        said=said,
        helped=helped,
        serious=serious,
        last_serious_on=last_serious.date() if last_serious else None,
    )


def _dated(counted: Evidence, standing: Standing) -> Evidence:
    review_on: date | None = standing.step.review_on if standing.step else None
    since = standing.since.date() if standing.since else None
    return replace(counted, level_since=since, review_on=review_on)


def weekly(
    organisation_id: int, *, now: datetime, author_id: int | None = None
) -> dict[tuple[int, str], list[tuple[int, int]]]:
    """Count, per person and kind of channel, what was read and what of it left unchanged in the last ten weeks.

    Each list holds ten pairs (read, unchanged), the oldest week first. One query.
    """
    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    rows = _read(BY_WEEK, organisation_id, author_id, start=now - timedelta(weeks=WEEKS), now=now)
    for user_id, kind, weeks_ago, read, unchanged in rows:
        if 0 <= weeks_ago < WEEKS:
            weeks = found.setdefault((user_id, kind), [(0, 0)] * WEEKS)
            weeks[WEEKS - 1 - weeks_ago] = (read, unchanged)
    return found


def times_of(organisation_id: int, *, author_id: int, now: datetime) -> list[Times]:
    """Give somebody's median times of the last 90 days, per kind of channel. One query."""
    rows = _read(TIMES, organisation_id, author_id, start=now - timedelta(days=90), now=now)
    return [Times(kind=kind, replies=n, writing=writing, approving=waiting) for kind, n, writing, waiting in rows]


def works_in(*, user_id: int, organisation_id: int) -> bool:
    """Say whether this active user has a role in the organisation, as of now."""
    found = get_user_model()._default_manager.filter(pk=user_id, is_active=True)
    return found.filter(memberships__organisation_id=organisation_id).exists()


def _read(
    ending: str, organisation_id: int, author_id: int | None, *, start: datetime, now: datetime, **values: Any
) -> list[tuple[Any, ...]]:
    statement = ANSWERS.replace("{narrow}", OF_ONE if author_id else "") + ending
    values |= {"organisation": organisation_id, "author": author_id, "from": start, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
