"""The database forgets the worker in the middle of a call, as when it restarts: each reply is on X once."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import connection

from enquiries.models import Posting
from tests import workers
from tests.journeys.test_killed_worker import finish_with_a_new_worker, look, ours, state_of
from tests.journeys.test_stopped_worker import posting, x
from tests.sims import Simulator

__all__ = ["posting", "x"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def end_other_sessions() -> int:
    """Do to every other session what a restart of PostgreSQL does: it is over, and with it its locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_worker_whose_session_ends_in_the_call_posts_once(x: Simulator, posting: Posting):
    x.fault("create_post", "slow_first_byte", seconds=2)
    with workers.worker("posting"):
        look()
        workers.until(lambda: len(ours(x)) == 1)
        assert end_other_sessions() > 0

        finish_with_a_new_worker(posting)

    assert ours(x) == ["We come today."]


def test_worker_frozen_in_the_call_whose_session_ends_posts_once(x: Simulator, posting: Posting):
    """Frozen beyond its lease and without its lock: what holds now is that an uncertain posting is read back first."""
    x.fault("create_post", "slow_first_byte", seconds=1)
    with workers.worker("posting") as frozen:
        look()
        workers.until(lambda: len(ours(x)) == 1)
        os.kill(frozen.pid, signal.SIGSTOP)
        end_other_sessions()

        finish_with_a_new_worker(posting)
        os.kill(frozen.pid, signal.SIGCONT)
        look()
        workers.until(lambda: state_of(posting) == "POSTED")

    assert ours(x) == ["We come today."]
    assert x.calls("create_post") == 1
