"""The worker is frozen beyond its lease, stopped for a deployment, or finds its work done: each reply is on X once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from celery import current_app

from enquiries.models import Posting
from tests import workers
from tests.journeys.test_killed_worker import connect, finish_with_a_new_worker, look, ours, state_of
from tests.people import approved, arrive, make_city, posting_of
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def x() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def posting(x: Simulator, transactional_db: None) -> Posting:
    city = make_city()
    connect(city, x)
    account = city.accounts["x"]
    account.settings = account.settings | {"lease_seconds": 2, "timeout_seconds": 6}
    account.save(update_fields=["settings"])
    mention = x.write(author_handle="dana", author_name="Dana", text="@northwell my bin?")
    now = database_now()
    message = arrive(city, "x", external_id=mention["id"], occurred_at=now, now=now)
    return posting_of(approved(city, message, text="We come today.", now=now))


def test_worker_frozen_in_the_call_beyond_its_lease_posts_once(x: Simulator, posting: Posting):
    x.fault("create_post", "slow_first_byte", seconds=1)
    with workers.worker("posting") as frozen:
        look()
        workers.until(lambda: x.calls("create_post") == 1 or len(ours(x)) == 1)
        os.kill(frozen.pid, signal.SIGSTOP)
        with workers.worker("posting"):

            def is_unknown() -> bool:
                look()
                return state_of(posting) == "UNKNOWN"

            workers.until(is_unknown)
            # Its lease is over, yet it lives and holds the posting: nobody else may act on it.
            look()
            os.kill(frozen.pid, signal.SIGCONT)

            def is_posted() -> bool:
                look()
                return state_of(posting) == "POSTED"

            workers.until(is_posted)

    assert ours(x) == ["We come today."]


def test_worker_told_to_stop_in_the_call_ends_it_first(x: Simulator, posting: Posting):
    x.fault("create_post", "slow_first_byte", seconds=1)
    with workers.worker("posting") as worker:
        look()
        workers.until(lambda: len(ours(x)) == 1)
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=15)

    assert state_of(posting) == "POSTED"
    assert ours(x) == ["We come today."]


def test_hint_after_the_commit_finds_nothing_to_do(x: Simulator, posting: Posting):
    finish_with_a_new_worker(posting)
    for _ in range(5):
        current_app.send_task("enquiries.post_replies")

    finish_with_a_new_worker(posting)

    assert x.calls("create_post") == 1
    assert ours(x) == ["We come today."]
