"""A worker keeps its connection to the database from task to task, and gets a new one where that was cut."""

from __future__ import annotations

from datetime import datetime

import pytest
from celery import current_app
from django.db import connection

from tests import workers
from worklist.models import Heartbeat

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TASK = "enquiries.sweep_clocks"


def last_look() -> datetime | None:
    return Heartbeat.objects.filter(name=TASK).values_list("beaten_at", flat=True).first()


def look() -> None:
    """Let the worker look once, and wait until it has."""
    before = last_look()
    current_app.send_task(TASK, queue="clocks")
    workers.until(lambda: last_look() != before)


def others() -> set[int]:
    """The processes of the database that serve somebody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


def cut(pids: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS pid", [list(pids)])


def test_tasks_share_a_connection_and_survive_its_end():
    with workers.worker("clocks"):
        look()
        first = others()
        look()
        assert first
        assert others() == first

        cut(first)
        look()
        assert others().isdisjoint(first)
