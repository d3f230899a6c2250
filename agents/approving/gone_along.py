"""What waited for a team's approval and went to another team with its enquiry: so that nobody looks for it in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.access import Person, rights_of
from audit.models import Event
from enquiries.models import Enquiry, Team

TOLD_FOR = timedelta(days=7)
MOST = 20


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A reply that waited here: with which enquiry it went, where to (empty: to everybody), and whether it waits there."""

    reference: str
    team: str
    stays: bool
    at: datetime


def gone_from(user: Person, *, now: datetime) -> list[Gone]:
    """List what left the approval of somebody's teams in the last week, the newest first: references, no words of anybody."""
    rights = rights_of(user)
    left = Event.objects.filter(
        verb="reply.went_along",
        organisation_id__in=rights.supervises,
        data__team_before__in=list(rights.teams),
        at__gte=now - TOLD_FOR,
    )
    events = list(left.order_by("-pk")[:MOST]) if rights.supervises else []
    if not events:
        return []
    ids = {event.enquiry_id for event in events if event.enquiry_id}
    references = dict(Enquiry.objects.filter(pk__in=ids).values_list("pk", "reference"))
    teams = dict(Team.objects.filter(pk__in={event.data["team"] for event in events}).values_list("pk", "name"))
    return [
        Gone(
            reference=references[event.enquiry_id],
            team=teams.get(event.data["team"], ""),
            stays=event.data["stays"],
            at=event.at,
        )
        for event in events
        if event.enquiry_id in references
    ]
