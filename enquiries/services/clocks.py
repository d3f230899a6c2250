"""Promises kept in sight: starts and stops clocks, and sweeps those whose next moment has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Value, When

from audit.ledger import record
from enquiries.models import Clock, Enquiry, Merge, Organisation
from enquiries.registry import traits_of
from enquiries.rules import sla
from enquiries.rules.working_time import WorkingCalendar
from enquiries.services.families import earliest_due, family_of

SWEEP_BATCH = 1000


def calendar_of(
    organisation: Organisation, *, around: datetime, closed_days: Collection[date] | None = None
) -> WorkingCalendar:
    """Build the working calendar of an organisation, with the public holidays of this year and the next.

    `closed_days` are its own, where the caller has read them already.
    """
    zone = ZoneInfo(organisation.time_zone)
    closed = {one.date for one in organisation.closed_days.all()} if closed_days is None else set(closed_days)
    if organisation.holiday_region:
        closed |= _public_holidays(organisation.holiday_region, around.astimezone(zone).year)
    return WorkingCalendar(
        zone=zone,
        opens_at=organisation.opens_at,
        closes_at=organisation.closes_at,
        weekdays=frozenset(int(day) for day in organisation.working_days),
        closed=frozenset(closed),
    )


@cache
def _public_holidays(region: str, year: int) -> frozenset[date]:
    country, _, subdivision = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=[year, year + 1]))


def clock_of(*, organisation: Organisation, channel: str, kind: Clock.Kind, started_at: datetime) -> Clock:
    """Work out the promise that starts at `started_at`, as a clock that is not saved and belongs to no enquiry yet."""
    promises = {promise.channel: promise.working_minutes for promise in organisation.promises.all()}
    minutes = promises[channel] if channel in promises else traits_of(channel).working_minutes
    calendar = calendar_of(organisation, around=started_at)
    promised = sla.promise(calendar=calendar, started_at=started_at, working_minutes=minutes)
    return Clock(
        kind=kind,
        working_minutes=minutes,
        started_at=started_at,
        warn_at=promised.warn_at,
        due_at=promised.due_at,
        next_at=sla.next_moment(warn_at=promised.warn_at, due_at=promised.due_at, warned=False, breached=False),
    )


def start_clock(*, enquiry: Enquiry, kind: Clock.Kind, started_at: datetime) -> Clock:
    """Start the promise of a first or next answer, unless one is running already; call inside a transaction.

    Where none was given yet (a machine wrote first), it is a first answer's, whatever `kind` says.
    What the queue shows is the earliest promise of the family: of the enquiry and of those merged into it.
    """
    running_first = Case(When(state=Clock.State.RUNNING, then=Value(0)), default=Value(1), output_field=IntegerField())
    given = Clock.objects.filter(enquiry=enquiry).order_by(running_first, "-pk").first()
    if given and given.state == Clock.State.RUNNING:
        return given
    kind = kind if given else Clock.Kind.FIRST_ANSWER
    clock = clock_of(organisation=enquiry.organisation, channel=enquiry.kind, kind=kind, started_at=started_at)
    clock.enquiry = enquiry
    clock.save(force_insert=True)
    show_due(enquiry)
    return clock


def show_due(enquiry: Enquiry) -> None:
    """Repeat the earliest running promise of the family on the enquiry, for the queue; call with the enquiry held."""
    due_at = earliest_due(enquiry.pk)
    if enquiry.due_at != due_at:
        enquiry.due_at = due_at
        enquiry.save(update_fields=["due_at"])


def stop_clock(*, enquiry: Enquiry, now: datetime, answered: bool, answers: Enquiry | None = None) -> None:
    """Stop the running clocks of the family: kept or broken when answered, else cancelled. Call inside a transaction.

    An answer reaches one person: with `answers`, the enquiry whose message was answered, only their promises stop, and
    others in the family run on. A breach that no sweep has recorded yet is recorded here, at the exact due time:
    answering late does not hide it.
    """
    family = family_of(enquiry.pk)
    if answers is not None:
        family = family.filter(pk__in=_of_one_person(enquiry, answers))
    running = Clock.objects.filter(enquiry__in=family, state=Clock.State.RUNNING).order_by("enquiry_id")
    for clock in running.select_for_update(of=("self",)):
        _stop(clock, enquiry.organisation_id, now=now, answered=answered)
    family.exclude(due_at__isnull=True).exclude(pk=enquiry.pk).update(due_at=None)
    show_due(enquiry)


def _of_one_person(root: Enquiry, answers: Enquiry) -> set[int]:
    """List the family's enquiries that the person who was answered wrote, as far as people have said so."""
    citizens = dict(family_of(root.pk).values_list("pk", "citizen_id"))
    theirs = {pk for pk, citizen_id in citizens.items() if citizen_id == answers.citizen_id}
    merged = Merge.objects.filter(into=root, undone_at__isnull=True, same_person=True)
    roots = {root.pk, *merged.values_list("enquiry_id", flat=True)}
    return theirs | roots if theirs & roots else theirs


def _stop(clock: Clock, organisation_id: int, *, now: datetime, answered: bool) -> None:
    late = now >= clock.due_at
    if late and clock.events.get_or_create(kind="BREACHED", defaults={"at": clock.due_at})[1]:
        _tell("BREACHED", clock.due_at, clock.pk, clock.enquiry_id, organisation_id, now=now)
    clock.state = (Clock.State.BROKEN if late else Clock.State.MET) if answered else Clock.State.CANCELLED
    clock.stopped_at, clock.next_at = now, None
    clock.save(update_fields=["state", "stopped_at", "next_at"])


# One statement: takes the clocks whose moment has come, records what fell when, and sets their next moment. The exact
# due time is written, never the time of the sweep; the unique key makes each event one, however many sweeps run.
SWEEP = """
WITH due AS (
  SELECT id, warn_at, due_at FROM enquiries_clock
   WHERE next_at <= %(now)s AND state = 'RUNNING' ORDER BY next_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), acted AS (
  UPDATE enquiries_clock c SET next_at = CASE WHEN d.due_at <= %(now)s THEN NULL ELSE d.due_at END
    FROM due d WHERE c.id = d.id RETURNING c.id
), fell AS (
  SELECT id, 'WARNED' AS kind, warn_at AS at FROM due
  UNION ALL SELECT id, 'BREACHED', due_at FROM due WHERE due_at <= %(now)s
), recorded AS (
  INSERT INTO enquiries_clockevent (clock_id, kind, at) SELECT id, kind, at FROM fell
  ON CONFLICT (clock_id, kind) DO NOTHING RETURNING clock_id, kind, at
)
SELECT r.kind, r.at, e.id, e.organisation_id, r.clock_id FROM recorded r
  JOIN enquiries_clock c ON c.id = r.clock_id JOIN enquiries_enquiry e ON e.id = c.enquiry_id
"""
VERBS = {"WARNED": "clock.warned", "BREACHED": "clock.breached"}


def sweep_clocks(*, now: datetime) -> int:
    """Warn and record breaches for up to 1,000 clocks whose moment has come. Returns how many events fell."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, {"now": now, "batch": SWEEP_BATCH})
            fallen = cursor.fetchall()
        for kind, at, enquiry_id, organisation_id, clock_id in fallen:
            _tell(kind, at, clock_id, enquiry_id, organisation_id, now=now)
    return len(fallen)


def _tell(kind: str, at: datetime, clock_id: int, enquiry_id: int, organisation_id: int, *, now: datetime) -> None:
    record(
        verb=VERBS[kind],
        now=now,
        subject=f"clock:{clock_id}",
        organisation_id=organisation_id,
        enquiry_id=enquiry_id,
        data={"at": at.isoformat(), "late_by_seconds": round((now - at) / timedelta(seconds=1))},
    )
