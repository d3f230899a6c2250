"""The posting worker is killed at every place that matters, and Redis is emptied: each reply is on X once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest
from celery import current_app
from django.db import connection
from django.db.models.functions import Now

from enquiries.models import Attempt, Enquiry, Posting
from simulators import credentials
from tests import workers
from tests.people import City, approved, arrive, fresh, make_city, posting_of
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def x() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def posting(x: Simulator, transactional_db: None) -> Posting:
    """An approved reply to a mention that is really there, about to leave."""
    city = make_city()
    connect(city, x)
    mention = x.write(author_handle="dana", author_name="Dana", text="@northwell my bin?")
    now = database_now()
    approval = approved(
        city, arrive(city, "x", external_id=mention["id"], occurred_at=now, now=now), text="We come today.", now=now
    )
    return posting_of(approval)


def connect(city: City, x: Simulator) -> None:
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0.2}
    account.keep_secrets(
        {
            "consumer_key": credentials.X_CONSUMER_KEY,
            "consumer_secret": credentials.X_CONSUMER_SECRET,
            "access_token": credentials.X_ACCESS_TOKEN,
            "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
        }
    )
    account.save(update_fields=["settings", "sealed_secrets"])


@contextmanager
def blocking(statement: str) -> Iterator[None]:
    """Hold a lock from another connection, so that the worker stands still exactly there."""
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
            yield
    finally:
        other.rollback()
        other.close()


def point_at(posting: Posting, url: str) -> None:
    account = posting.account
    account.settings = account.settings | {"api_url": url}
    account.save(update_fields=["settings"])


def look() -> None:
    current_app.send_task("enquiries.post_replies")


def state_of(posting: Posting) -> str:
    return str(Posting.objects.values_list("state", flat=True).get(pk=posting.pk))


def is_waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def let_time_pass(posting: Posting) -> None:
    """End the dead worker's lease now instead of in a minute."""
    Posting.objects.filter(pk=posting.pk, state="SENDING").update(lease_until=Now() - timedelta(seconds=1))


def finish_with_a_new_worker(posting: Posting) -> None:
    let_time_pass(posting)
    workers.empty_redis()
    with workers.worker("posting"):

        def posted() -> bool:
            look()
            return state_of(posting) == "POSTED"

        workers.until(posted)


def test_worker_killed_before_the_call_posts_once(x: Simulator, posting: Posting):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        # Before the worker starts: the hint of the approval is waiting for it already.
        point_at(posting, f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with workers.worker("posting") as worker:
            look()
            # The worker has claimed and knocks; on the platform nothing has happened.
            nobody.settimeout(20)
            nobody.accept()
            workers.kill(worker)
    assert state_of(posting) == "SENDING"
    point_at(posting, x.url)

    finish_with_a_new_worker(posting)

    assert ours(x) == ["We come today."]


def test_worker_killed_during_the_call_posts_once(x: Simulator, posting: Posting):
    x.fault("create_post", "commit_then_timeout", seconds=20)
    with workers.worker("posting") as worker:
        look()
        workers.until(lambda: x.calls("create_post") == 1)
        workers.kill(worker)
    assert state_of(posting) == "SENDING"

    finish_with_a_new_worker(posting)

    assert ours(x) == ["We come today."]


def test_worker_killed_after_the_call_before_the_commit_posts_once(x: Simulator, posting: Posting):
    hold_enquiry = f"SELECT 1 FROM enquiries_enquiry WHERE id = {posting.reply.enquiry_id} FOR UPDATE"
    with blocking(hold_enquiry), workers.worker("posting") as worker:
        look()
        workers.until(lambda: len(ours(x)) == 1)
        workers.until(is_waiting_for_a_lock)
        workers.kill(worker)
    assert state_of(posting) == "SENDING"

    finish_with_a_new_worker(posting)

    assert ours(x) == ["We come today."]
    assert fresh(posting.reply.enquiry_id).state == Enquiry.State.ANSWERED


def test_emptied_redis_loses_only_a_hint(x: Simulator, posting: Posting):
    look()
    workers.empty_redis()

    finish_with_a_new_worker(posting)

    assert ours(x) == ["We come today."]


def test_every_attempt_is_on_record(x: Simulator, posting: Posting):
    x.fault("create_post", "commit_then_drop")

    finish_with_a_new_worker(posting)

    assert list(Attempt.objects.filter(posting=posting).values_list("n", "outcome")) == [(1, "UNCERTAIN")]
    assert ours(x) == ["We come today."]


def ours(x: Simulator) -> list[str]:
    """The texts on the platform that came from us and stand there."""
    return [post["text"] for post in x.ledger()["posts"] if post["by_api"] and not post["deleted"]]
