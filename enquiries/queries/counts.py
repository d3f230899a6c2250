"""How many enquiries each view holds for somebody: added up from what triggers keep, never counted row by row.

Two numbers are counted, because nobody can keep them: what is somebody's own, which is as much as one person can do, and
what fell due today. The days before are on the shelves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import BigIntegerField, Count, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from enquiries.models import Enquiry, Tally
from enquiries.queries.beside import number_of
from enquiries.queries.queue import WORKED_ON, Onlooker, mentioned_in, on_the_desk

DUE, PRACTICE = "DUE", "PRACTICE"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is in each view, exactly. `changes` grows with everything that a list could show.

    `newest_id` is the newest enquiry's number, of whomever it is.
    """

    all: int
    mine: int
    team: int
    mentioned: int
    unassigned: int
    awaiting: int
    overdue: int
    waiting: int
    answered: int
    closed: int
    practice: int
    changes: int
    newest_id: int


def count_views(covers: Q, *, by: Onlooker, now: datetime) -> Counts:
    """Count every view in one statement. `covers` is what somebody may see, over `organisation_id` and `team_id`."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    worked_on = on_the_desk(Enquiry.objects.filter(state__in=WORKED_ON))
    fell_due = worked_on.filter(covers, due_at__gte=midnight, due_at__lte=now)
    newest = Enquiry.objects.order_by("-pk").values("pk")[:1]
    open_ = Q(shelf__in=WORKED_ON)
    found = Tally.objects.filter(covers).aggregate(
        all=_sum(open_),
        mine=number_of(worked_on.filter(covers, assignee_id=by.user_id)),
        team=_sum(open_ & Q(team_id__in=by.teams)),
        mentioned=number_of(on_the_desk(Enquiry.objects.filter(covers, pk__in=mentioned_in(by.user_id)))),
        unassigned=_sum(open_ & Q(is_free=True)),
        awaiting=_sum(Q(shelf=Enquiry.State.AWAITING_APPROVAL)),
        overdue=_sum(Q(shelf=DUE, day__lt=midnight.date())) + number_of(fell_due),
        waiting=_sum(Q(shelf=Enquiry.State.WAITING)),
        answered=_sum(Q(shelf=Enquiry.State.ANSWERED)),
        closed=_sum(Q(shelf=Enquiry.State.CLOSED)),
        practice=_sum(Q(shelf=PRACTICE)),
        changes=Coalesce(Sum("changes"), 0, output_field=BigIntegerField()),
        newest_id=Count("pk", filter=Q(pk__isnull=True)) + Coalesce(Subquery(newest), 0),
    )
    return Counts(**{name: int(number) for name, number in found.items()})


def _sum(what: Q) -> Any:
    return Coalesce(Sum("n", filter=what), 0, output_field=BigIntegerField())
