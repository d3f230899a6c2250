"""The pane of facts: the promise and why it is due then, in whose hands it is, who asks, and what belongs with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.http import HttpRequest

from agents.access import rights_of
from agents.acts import why_it_cannot_wait
from enquiries.models import Clock, Enquiry, Link
from enquiries.queries.fact_rows import fact_rows
from enquiries.queries.hours import opening_hours, working_time
from enquiries.queries.prepared import Prepared
from enquiries.queries.sight import sight_over
from enquiries.queries.thread import Entry, Noted
from enquiries.services.clocks import calendar_of
from enquiries.services.triage import is_claimed, mark_read

MOST_EARLIER = 5
MOST_BESIDE = 60


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The running or last clock of an enquiry, with the share of its working time that is used, 0 to 100."""

    clock: Clock
    used_percent: int
    hours: str
    amount: str


def promise_of(enquiry: Enquiry, *, now: datetime) -> Promise | None:
    """Explain the newest clock. None where nothing was ever promised."""
    return _promise(enquiry, Clock.objects.filter(enquiry=enquiry).order_by("-pk").first(), None, now)


def _promise(
    enquiry: Enquiry, clock: Clock | None, closed_days: Collection[date] | None, now: datetime
) -> Promise | None:
    if clock is None:
        return None
    calendar = calendar_of(enquiry.organisation, around=clock.started_at, closed_days=closed_days)
    until = min(clock.stopped_at or now, clock.due_at)
    used = calendar.between(clock.started_at, until).total_seconds() / 60
    return Promise(
        clock=clock,
        used_percent=100 if until >= clock.due_at else min(99, int(100 * used / max(1, clock.working_minutes))),
        hours=opening_hours(enquiry.organisation),
        amount=working_time(clock.working_minutes, enquiry.organisation),
    )


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Other enquiries that belong with one, of those a person may see."""

    merged: Sequence[Enquiry]
    linked: Sequence[Enquiry]
    earlier: Sequence[Enquiry]


def beside(request: HttpRequest, enquiry: Enquiry) -> Beside:
    """Read what was merged into an enquiry, what is linked with it, and what else its citizen asked. One statement."""
    rows: list[Any] = _near(enquiry_id=enquiry.pk, citizen_id=enquiry.citizen_id, **rights_of(request.user).scope)
    rest = [one for one in rows if not one.belongs]
    return Beside(
        merged=[one for one in rows if one.merged_into_id == enquiry.pk],
        linked=[one for one in rows if one.is_linked and one.merged_into_id != enquiry.pk],
        earlier=rest[:MOST_EARLIER],
    )


@Prepared
def _near(*, enquiry_id: int, citizen_id: int, **scope: tuple[int, ...]) -> QuerySet[Enquiry]:
    up = Link.objects.filter(first=enquiry_id, second=OuterRef("pk"))
    down = Link.objects.filter(second=enquiry_id, first=OuterRef("pk"))
    merged = Q(merged_into=enquiry_id)
    # Numbers first, each found by its index: an "or" of the three would look at all enquiries of the teams.
    near = (
        Enquiry.objects.filter(citizen_id=citizen_id)
        .values("pk")
        .union(
            Enquiry.objects.filter(merged).values("pk"),
            Link.objects.filter(first=enquiry_id).values("second"),
            Link.objects.filter(second=enquiry_id).values("first"),
        )
    )
    return (
        Enquiry.objects.filter(sight_over(**scope).covers_enquiries(), pk__in=near)
        .exclude(pk=enquiry_id)
        .annotate(is_linked=Exists(up) | Exists(down))
        .annotate(belongs=Case(When(merged | Q(is_linked=True), then=True), default=False, output_field=BooleanField()))
        .order_by("-belongs", "-pk")[:MOST_BESIDE]
    )


Hands = Literal["nobody", "mine", "mine_idle", "theirs", "theirs_idle"]


def hands_of(enquiry: Enquiry, *, user_id: int | None, now: datetime) -> Hands:
    """Say in whose hands it is, for whoever looks: idle is a claim that ran out, or was never begun."""
    if enquiry.assignee_id is None:
        return "nobody"
    is_active = is_claimed(enquiry, now=now)
    if enquiry.assignee_id == user_id:
        return "mine" if is_active else "mine_idle"
    return "theirs" if is_active else "theirs_idle"


def see_notes(request: HttpRequest, enquiry: Enquiry, thread: Sequence[Entry], now: datetime) -> None:
    """Note that somebody has seen what mentions them. A page that refreshes itself has not been seen by anybody."""
    user_id = request.user.pk or 0
    is_unread = any(isinstance(entry, Noted) and user_id in entry.unread_by for entry in thread)
    if is_unread and request.headers.get("X-Refresh") != "1":
        mark_read(enquiry=enquiry, user_id=user_id, now=now)


def facts_context(request: HttpRequest, enquiry: Enquiry, now: datetime) -> dict[str, Any]:
    """Give what `desk/_facts.html` and `desk/_actions.html` need, besides what the frame gives."""
    rows = fact_rows(enquiry, user_id=request.user.pk or 0)
    return {
        "promise": _promise(enquiry, rows.clock, rows.closed, now),
        "identities": rows.identities,
        "beside": beside(request, enquiry),
        "hands": hands_of(enquiry, user_id=request.user.pk, now=now),
        "supervises": rows.supervises,
        "why_no_wait": why_it_cannot_wait(enquiry),
        "is_open": enquiry.state != Enquiry.State.CLOSED,
        "enquiry_stamp": str(rows.newest_event),
    }
