"""Who is where: shown to colleagues who see the enquiry, forgotten after seconds, and nothing breaks without it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agents.live import presence
from audit import versions
from enquiries.models import Enquiry
from enquiries.services import triage
from tests.people import City, arrive, fresh
from tests.workers import empty_redis


@pytest.fixture(autouse=True)
def nobody() -> None:
    empty_redis()
    versions.Rest.until = 0.0


def here(client: Client, *, at: Enquiry | None = None, rows: str = "", writing: bool = False) -> Any:
    sent = {"enquiry": at.reference if at else "", "rows": rows, "writing": "1" if writing else "0"}
    return client.post("/desk/here/", sent).json()["here"]


def test_colleague_sees_who_views_and_who_writes(city: City, alice: Client, bob: Client):
    enquiry = arrive(city).enquiry
    here(alice, at=enquiry)
    assert here(bob, rows=enquiry.reference) == {
        enquiry.reference: [{"name": "Alice", "initials": "AL", "writing": False}]
    }

    here(alice, at=enquiry, writing=True)

    assert here(bob, at=enquiry)[enquiry.reference][0]["writing"] is True


def test_one_does_not_see_oneself(city: City, alice: Client):
    enquiry = arrive(city).enquiry

    assert here(alice, at=enquiry, rows=enquiry.reference) == {}


def test_other_team_neither_learns_nor_shows(city: City, alice: Client, charlie: Client):
    enquiry = arrive(city).enquiry
    here(alice, at=enquiry)

    assert here(charlie, at=enquiry, rows=enquiry.reference) == {}
    assert here(alice, rows=enquiry.reference) == {}


def test_who_is_silent_for_20_seconds_is_gone(city: City, alice: Client, bob: Client, monkeypatch: pytest.MonkeyPatch):
    enquiry = arrive(city).enquiry
    here(alice, at=enquiry)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 21)

    assert here(bob, rows=enquiry.reference) == {}


def test_writing_renews_ones_own_claim(city: City, alice: Client):
    enquiry = arrive(city, now=timezone.now()).enquiry
    long_ago = timezone.now() - timedelta(minutes=20)
    triage.claim(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=long_ago)
    until = fresh(enquiry.pk).claimed_until

    here(alice, at=enquiry, writing=True)

    assert fresh(enquiry.pk).claimed_until > until  # type: ignore[operator]


def test_without_redis_nobody_is_shown_and_nothing_fails(city: City, alice: Client, monkeypatch: pytest.MonkeyPatch):
    import redis

    dead = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1)
    monkeypatch.setattr(presence, "connection", lambda: dead)
    enquiry = arrive(city).enquiry

    assert here(alice, at=enquiry, rows=enquiry.reference) == {}
    versions.Rest.until = 0.0
