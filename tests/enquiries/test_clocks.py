"""Promises: warned at 80 %, broken at the exact due time, once, whoever sweeps and however late."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from audit.models import Event
from enquiries.contract import Receipt
from enquiries.models import Approval, Clock, ClockEvent, Posting
from enquiries.services import clocks, triage
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, fresh, make_city, posting_of

TWO_HOURS = timedelta(hours=2)


def events(clock: Clock) -> list[tuple[str, object]]:
    return list(clock.events.order_by("at").values_list("kind", "at"))


def test_warning_falls_at_80_percent(city: City):
    clock = arrive(city, "x").enquiry.clocks.get()

    clocks.sweep_clocks(now=NOON + timedelta(minutes=97))

    assert events(clock) == [("WARNED", NOON + timedelta(minutes=96))]


def test_breach_is_recorded_at_the_due_time_not_at_the_sweep(city: City):
    clock = arrive(city, "x").enquiry.clocks.get()

    clocks.sweep_clocks(now=NOON + timedelta(hours=30))

    assert events(clock) == [("WARNED", NOON + timedelta(minutes=96)), ("BREACHED", NOON + TWO_HOURS)]


def test_second_sweep_adds_nothing(city: City):
    clock = arrive(city, "x").enquiry.clocks.get()
    clocks.sweep_clocks(now=NOON + TWO_HOURS)

    assert clocks.sweep_clocks(now=NOON + timedelta(hours=3)) == 0
    assert len(events(clock)) == 2
    assert Event.objects.filter(verb="clock.breached").count() == 1


def test_clock_that_is_not_due_is_left_alone(city: City):
    clock = arrive(city, "x").enquiry.clocks.get()

    clocks.sweep_clocks(now=NOON + timedelta(minutes=95))

    assert events(clock) == []


def test_answer_after_the_due_time_is_a_broken_promise_even_unswept(city: City):
    enquiry = arrive(city, "x").enquiry

    clocks.stop_clock(enquiry=enquiry, now=NOON + timedelta(hours=3), answered=True)

    clock = enquiry.clocks.get()
    assert clock.state == Clock.State.BROKEN
    assert events(clock) == [("BREACHED", NOON + TWO_HOURS)]


@pytest.mark.parametrize(("kind", "hours"), [("x", 2), ("facebook", 2), ("email", 48), ("web", 48)])
def test_each_channel_has_its_promise(city: City, kind: str, hours: int):
    # Wednesday noon: two working days by mail and form end on Friday noon.
    assert arrive(city, kind).enquiry.clocks.get().due_at == NOON + timedelta(hours=hours)


def test_closing_stops_the_clock_without_an_answer(city: City):
    enquiry = arrive(city, "x").enquiry

    triage.close(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON)

    assert enquiry.clocks.get().state == Clock.State.CANCELLED
    assert fresh(enquiry.pk).due_at is None


def test_citizen_who_writes_after_closing_reopens_with_a_new_promise(city: City):
    enquiry = arrive(city, "x", thread="t").enquiry
    triage.close(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON)

    arrive(city, "x", thread="t", text="Not solved!", now=NOON + TWO_HOURS, occurred_at=NOON + TWO_HOURS)

    assert fresh(enquiry.pk).state == "OPEN"
    assert enquiry.clocks.get(state="RUNNING").kind == Clock.Kind.NEXT_ANSWER


def test_automatic_mail_starts_no_clock(city: City):
    assert not arrive(city, automatic=True).enquiry.clocks.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_record_each_event_once():
    city = make_city()
    for _ in range(30):
        arrive(city, "x")
    ready = threading.Barrier(2)

    def sweep() -> None:
        ready.wait()
        clocks.sweep_clocks(now=NOON + timedelta(hours=5))
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clocks.sweep_clocks(now=NOON + timedelta(hours=5))

    assert ClockEvent.objects.count() == 60
    assert Event.objects.filter(verb__startswith="clock.").count() == 60


def test_breach_that_no_sweep_saw_is_in_the_ledger_too(city: City):
    enquiry = arrive(city, "x").enquiry

    clocks.stop_clock(enquiry=enquiry, now=NOON + timedelta(hours=3), answered=True)
    clocks.sweep_clocks(now=NOON + timedelta(hours=4))

    event = Event.objects.get(verb="clock.breached", enquiry_id=enquiry.pk)
    assert event.data == {"at": (NOON + TWO_HOURS).isoformat(), "late_by_seconds": 3600}


def test_words_that_came_during_a_failed_reply_have_a_promise_of_their_own(city: City):
    first = arrive(city, "x", thread="t")
    outcomes.posted(sending(approved(city, first)), receipt=Receipt(external_id="99"), now=NOON)
    second = sending(approved(city, first, text="One thing more."))
    arrive(city, "x", thread="t", text="And my other bin?")

    outcomes.refused(second, error="No.", fix="Ask.", code="403", now=NOON)

    assert fresh(first.enquiry_id).state == "OPEN"
    assert first.enquiry.clocks.get(state="RUNNING").kind == Clock.Kind.NEXT_ANSWER
    assert fresh(first.enquiry_id).due_at is not None


def sending(approval: Approval) -> Posting:
    """Put the posting of an approval into a worker's hands."""
    posting = posting_of(approval)
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posting.refresh_from_db()
    return posting
