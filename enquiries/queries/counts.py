"""How many enquiries each view holds for somebody, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from enquiries.models import ChannelKind, Enquiry
from enquiries.queries.queue import WORKED_ON, Onlooker


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is in each view. `newest_id` is the newest enquiry's number, 0 where there is none."""

    all: int
    mine: int
    team: int
    unassigned: int
    awaiting: int
    overdue: int
    waiting: int
    answered: int
    closed: int
    practice: int
    newest_id: int


def count_views(covers: Q, *, by: Onlooker, now: datetime) -> Counts:
    """Count every view. `covers` is the filter of what somebody may see, over `organisation_id` and `team_id`."""
    real = ~Q(kind=ChannelKind.PRACTICE)
    open_ = real & Q(state__in=WORKED_ON)

    def number(what: Q) -> Count:
        return Count("pk", filter=what)

    found = Enquiry.objects.filter(covers, merged_into__isnull=True).aggregate(
        all=number(open_),
        mine=number(open_ & Q(assignee_id=by.user_id)),
        team=number(open_ & Q(team_id__in=by.teams)),
        unassigned=number(open_ & Q(assignee__isnull=True)),
        awaiting=number(real & Q(state=Enquiry.State.AWAITING_APPROVAL)),
        overdue=number(open_ & Q(due_at__lte=now)),
        waiting=number(real & Q(state=Enquiry.State.WAITING)),
        answered=number(real & Q(state=Enquiry.State.ANSWERED)),
        closed=number(real & Q(state=Enquiry.State.CLOSED)),
        practice=number(Q(kind=ChannelKind.PRACTICE) & ~Q(state=Enquiry.State.CLOSED)),
        newest_id=Max("pk"),
    )
    return Counts(**found | {"newest_id": found["newest_id"] or 0})
