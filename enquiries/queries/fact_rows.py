"""What the pane of facts has to know of an enquiry, in one statement: promise, closed days, identities, rights, last event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, F, Func, Value

from audit.models import Event
from enquiries.models import ChannelIdentity, Clock, ClosedDay, Enquiry
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.together import Asked

CLOCK = ("pk", "kind", "state", "working_minutes", "started_at", "warn_at", "due_at", "stopped_at")
IDENTITY = ("pk", "kind", "scope", "external_id", "handle", "name")


@dataclass(frozen=True, kw_only=True)
class FactRows:
    """The newest clock, the days on which nobody works, how the channels know the citizen, and whether one supervises."""

    clock: Clock | None
    closed: Collection[date]
    identities: list[ChannelIdentity]
    supervises: bool
    newest_event: int


def fact_rows(enquiry: Enquiry, *, user_id: int) -> FactRows:
    """Read them. Rights are asked of the very function by which the database refuses."""
    clocks, closed, identities, rights, events = _asked(
        enquiry_id=enquiry.pk,
        organisation_id=enquiry.organisation_id,
        citizen_id=enquiry.citizen_id,
        user_id=user_id,
    )
    return FactRows(
        clock=_clock(clocks[0]) if clocks else None,
        closed={date.fromisoformat(row["date"]) for row in closed},
        identities=[ChannelIdentity(**row) for row in identities],
        supervises=bool(rights and rights[0]["may"]),
        newest_event=events[0]["pk"] if events else 0,
    )


@PreparedTogether
def _asked(*, enquiry_id: int, organisation_id: int, citizen_id: int, user_id: int) -> list[Asked]:
    may = Func(
        Value(user_id),
        F("organisation_id"),
        F("team_id"),
        Value(False),
        function="may_supervise",
        output_field=BooleanField(),
    )
    return [
        (Clock.objects.filter(enquiry=enquiry_id).order_by("-pk")[:1], CLOCK),
        (ClosedDay.objects.filter(organisation=organisation_id), ("date",)),
        (ChannelIdentity.objects.filter(citizen=citizen_id).order_by("pk"), IDENTITY),
        (Enquiry.objects.filter(pk=enquiry_id).annotate(may=may), ("may",)),
        (Event.objects.filter(enquiry_id=enquiry_id).order_by("-pk")[:1], ("pk",)),
    ]


def _clock(row: dict[str, object]) -> Clock:
    moments = {name: datetime.fromisoformat(str(row[name])) for name in CLOCK if name.endswith("_at") and row[name]}
    return Clock(**(row | moments))
