"""Due rows: in whose hands, for how long, how often, and when a person gets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import Celery
from django.db import models, transaction

from enquiries.models import Payload
from enquiries.services.incoming import intake
from tests.people import NOON, City
from worklist import queue
from worklist.hints import hint_on_commit

LEASE = timedelta(minutes=1)


@pytest.fixture
def row(city: City) -> Payload:
    kept = intake.accept_payload(
        account_id=city.accounts["email"].pk, source="SMTP", external_id="m", raw=b"x", now=NOON
    )
    return Payload.objects.get(pk=kept.payload_id)


def claim(at: timedelta = timedelta(0), worker: str = "w") -> list[Payload]:
    return queue.claim(Payload.objects.all(), now=NOON + at, lease=LEASE, worker=worker)


def test_row_is_not_due_before_its_time(row: Payload):
    assert claim(-timedelta(seconds=1)) == []


def test_claimed_row_is_nobody_elses_until_the_lease_ends(row: Payload):
    assert claim(worker="first") == [row]
    assert claim(worker="second") == []
    assert claim(LEASE + timedelta(seconds=1), worker="second") == [row]


def test_every_claim_is_counted_also_when_the_worker_dies(row: Payload):
    for turn in range(3):
        claim(turn * 2 * LEASE)

    row.refresh_from_db()
    assert row.attempts == 3


def test_worker_that_lost_its_lease_changes_nothing(row: Payload):
    (late,) = claim(worker="first")
    claim(2 * LEASE, worker="second")

    assert queue.park(late, now=NOON, error="too late") is False
    row.refresh_from_db()
    assert row.lease_owner == "second"


@pytest.fixture
def rows(city: City) -> models.QuerySet[Payload]:
    for number in range(5):
        intake.accept_payload(
            account_id=city.accounts["email"].pk, source="SMTP", external_id=f"m{number}", raw=b"x", now=NOON
        )
    return Payload.objects.order_by("pk")


def test_rows_claimed_together_are_all_yielded_once(rows: models.QuerySet[Payload]):
    taken = list(queue.drain_together(rows, now=NOON, lease=LEASE, worker="w", most=10, at_once=2))

    assert taken == list(rows)


def test_no_more_rows_are_claimed_together_than_asked_for(rows: models.QuerySet[Payload]):
    taken = list(queue.drain_together(rows, now=NOON, lease=LEASE, worker="w", most=3, at_once=2))

    assert len(taken) == rows.exclude(lease_owner="").count() == 3


def test_rows_behind_a_slow_one_go_back_as_if_never_taken(
    rows: models.QuerySet[Payload], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue, "HAND_SECONDS", 0)

    taken = list(queue.drain_together(rows, now=NOON, lease=LEASE, worker="w", most=5, at_once=5))

    assert taken == list(rows)
    assert {row.attempts for row in rows.all()} == {1}


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (6, 160), (9, 900), (99, 900)])
def test_wait_doubles_and_ends_at_a_quarter_of_an_hour(attempts: int, seconds: int):
    assert queue.backoff(attempts=attempts) == timedelta(seconds=seconds)


@pytest.mark.django_db
def test_hint_that_cannot_be_sent_fails_no_request(django_capture_on_commit_callbacks, caplog, monkeypatch):
    nowhere = Celery(broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    monkeypatch.setattr("worklist.hints.current_app", nowhere)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        hint_on_commit("enquiries.read_payloads")

    assert "not sent" in caplog.text
