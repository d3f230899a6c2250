"""Working time by table: weekends, holidays, clock changes, odd hours; and an oracle that counts minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiries.rules.working_time import NeverWorks, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = frozenset({1, 2, 3, 4, 5})


def calendar(zone: ZoneInfo = AMSTERDAM, **changes: object) -> WorkingCalendar:
    values = {"zone": zone, "opens_at": time(9), "closes_at": time(17), "weekdays": WEEK, "closed": frozenset()}
    return WorkingCalendar(**(values | changes))  # type: ignore[arg-type]


def local(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


TABLE = [
    # start, minutes, due                                         # why
    ("2026-11-18T10:00", 120, "2026-11-18T12:00"),  # Wed: inside one day
    ("2026-11-18T16:00", 120, "2026-11-19T10:00"),  # Wed into Thu
    ("2026-11-20T16:00", 120, "2026-11-23T10:00"),  # Fri over the weekend into Mon
    ("2026-11-21T11:00", 120, "2026-11-23T11:00"),  # Sat: starts on Mon 9:00
    ("2026-11-18T07:30", 120, "2026-11-18T11:00"),  # Wed before opening
    ("2026-11-18T22:00", 60, "2026-11-19T10:00"),  # Wed after closing
    ("2026-11-18T15:00", 120, "2026-11-18T17:00"),  # Wed: due exactly at closing, not the next morning
    ("2026-11-18T17:00", 30, "2026-11-19T09:30"),  # Wed: closing time itself is not working time
    ("2026-11-18T10:00", 960, "2026-11-20T10:00"),  # two working days
    ("2026-12-24T16:00", 120, "2026-12-28T10:00"),  # Thu before Christmas: Fri is a holiday, then the weekend
    ("2026-03-27T16:00", 120, "2026-03-30T10:00"),  # Fri: clocks go forward on Sunday, the hours stay 9 to 17
    ("2026-10-23T16:00", 120, "2026-10-26T10:00"),  # Fri: clocks go back on Sunday
    ("2028-02-28T16:30", 60, "2028-02-29T09:30"),  # Mon into a leap day
]
CHRISTMAS = frozenset({date(2026, 12, 25)})


@pytest.mark.parametrize(("start", "minutes", "due"), TABLE)
def test_promise_counts_working_minutes_only(start: str, minutes: int, due: str):
    works = calendar(closed=CHRISTMAS)

    assert works.add(local(start), timedelta(minutes=minutes)) == local(due)


@pytest.mark.parametrize(("start", "minutes", "due"), TABLE)
def test_time_between_start_and_due_is_the_promise(start: str, minutes: int, due: str):
    assert calendar(closed=CHRISTMAS).between(local(start), local(due)) == timedelta(minutes=minutes)


def test_night_shift_across_a_clock_change_counts_real_hours():
    # Sunday 29 March 2026: 02:00 becomes 03:00, so a day that works from 0 to 6 has five hours.
    works = calendar(opens_at=time(0), closes_at=time(6), weekdays=frozenset({7}))

    assert works.between(local("2026-03-29T00:00"), local("2026-03-29T06:00")) == timedelta(hours=5)


def test_calendar_that_never_works_says_so():
    with pytest.raises(NeverWorks):
        calendar(weekdays=frozenset()).add(local("2026-11-18T10:00"), timedelta(minutes=1))


def test_nothing_lies_between_a_later_and_an_earlier_moment():
    assert calendar().between(local("2026-11-19T10:00"), local("2026-11-18T10:00")) == timedelta(0)


moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(max_examples=60, deadline=None)
@given(start=moments, minutes=st.integers(min_value=1, max_value=700), zone=st.sampled_from([LONDON, AMSTERDAM]))
def test_due_time_equals_counting_minute_by_minute(start: datetime, minutes: int, zone: ZoneInfo):
    works = calendar(zone)
    moment, left = start, minutes
    while left:
        here = moment.astimezone(zone)
        left -= here.isoweekday() in WEEK and time(9) <= here.time() < time(17)
        moment += timedelta(minutes=1)

    assert works.add(start, timedelta(minutes=minutes)) == moment
