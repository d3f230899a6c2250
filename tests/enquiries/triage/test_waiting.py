"""Waiting for the citizen: until a date, or until they write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.contract import Receipt
from enquiries.models import Clock, Enquiry, Note
from enquiries.services import triage
from enquiries.services.leaving import outcomes
from tests.agents.scenes import being_sent
from tests.people import NOON, City, arrive, fresh

IN_A_WEEK = NOON + timedelta(days=7)


@pytest.fixture
def answered(city: City) -> Enquiry:
    posting = being_sent(city, thread="t")
    outcomes.posted(posting, receipt=Receipt(external_id="9"), now=NOON)
    return fresh(posting.reply.enquiry_id)


def wait(city: City, enquiry: Enquiry, **fields: object) -> None:
    values: dict[str, object] = {"until": IN_A_WEEK, "by_id": city.alice.pk, "now": NOON}
    triage.wait(enquiry_id=enquiry.pk, **(values | fields))  # type: ignore[arg-type]


def test_answered_enquiry_waits_until_its_date(city: City, answered: Enquiry):
    wait(city, answered, note="We asked for the house number.")

    found = fresh(answered.pk)
    assert (found.state, found.waiting_until) == ("WAITING", IN_A_WEEK)
    assert Note.objects.get(enquiry=answered).kind == Note.Kind.WAITING


def test_what_we_owe_an_answer_does_not_wait_for_the_citizen(city: City):
    message = arrive(city)
    triage.claim(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON)

    with pytest.raises(triage.CannotWait, match="still waits for us"):
        wait(city, message.enquiry)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_date_that_is_past_or_far_away_is_refused(days: int, city: City, answered: Enquiry):
    with pytest.raises(triage.CannotWait, match="Choose a day"):
        wait(city, answered, until=NOON + timedelta(days=days))


def test_sweep_wakes_it_on_its_date_with_a_promise(city: City, answered: Enquiry):
    wait(city, answered)

    assert triage.wake_due(now=IN_A_WEEK - timedelta(seconds=1)) == 0
    assert triage.wake_due(now=IN_A_WEEK) == 1

    found = fresh(answered.pk)
    clock = Clock.objects.get(enquiry=answered, state="RUNNING")
    assert (found.state, found.waiting_until, found.due_at) == ("OPEN", None, clock.due_at)
    assert (clock.kind, clock.started_at) == (Clock.Kind.NEXT_ANSWER, IN_A_WEEK)
    assert triage.wake_due(now=IN_A_WEEK) == 0


def test_citizen_wakes_it_at_once(city: City, answered: Enquiry):
    wait(city, answered)

    arrive(city, "x", thread="t", text="Number 12.", now=NOON + timedelta(hours=1))

    found = fresh(answered.pk)
    assert (found.state, found.waiting_until) == ("OPEN", None)
    assert found.due_at is not None


def test_closing_ends_the_waiting(city: City, answered: Enquiry):
    wait(city, answered)

    triage.close(enquiry_id=answered.pk, by_id=city.alice.pk, now=NOON)

    assert (fresh(answered.pk).state, fresh(answered.pk).waiting_until) == ("CLOSED", None)
