"""Valkey is frozen, full or gone: no request waits for it, and what is due is done without it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from citizenservice.stack.binaries import find_valkey
from citizenservice.stack.valkey import Valkey
from enquiries.models import Posting
from enquiries.services.leaving import posting as service
from tests import workers
from tests.journeys.test_stopped_worker import posting, x
from tests.sims import Simulator

__all__ = ["posting", "x"]
pytestmark = pytest.mark.journey
MOST_SECONDS = 3.0
WHISPER = """
import time, django
django.setup()
from worklist import hints
began = time.monotonic()
for task in ("enquiries.post_replies", "enquiries.read_payloads"):
    print(hints._send(task, 0))
print(time.monotonic() - began)
"""


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[Valkey, subprocess.Popen[bytes]]]:
    """A hint server of the test's own, to be frozen and filled."""
    tmp_path.chmod(0o700)
    server = Valkey(program=find_valkey(), folder=tmp_path)
    process = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL)
    try:
        workers.until(server.is_ready)
        yield server, process
    finally:
        process.kill()
        process.wait(timeout=10)


def whisper(server: Valkey) -> tuple[list[bool], float]:
    """Let a process send two hints to this server; tells whether they were taken, and in how many seconds both were."""
    env = {**os.environ, "REDIS_URL": server.url(), "DJANGO_SETTINGS_MODULE": "citizenservice.settings"}
    said = subprocess.run(
        [sys.executable, "-c", WHISPER],
        cwd=workers.ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *taken, seconds = said.stdout.split()
    return [word == "True" for word in taken], float(seconds)


def test_frozen_hint_server_holds_up_a_request_for_a_moment_only(valkey: tuple[Valkey, subprocess.Popen[bytes]]):
    server, process = valkey
    process.send_signal(signal.SIGSTOP)

    taken, seconds = whisper(server)

    process.send_signal(signal.SIGCONT)
    assert taken == [False, False]
    assert seconds < 2 * MOST_SECONDS


def test_full_hint_server_fails_no_request(valkey: tuple[Valkey, subprocess.Popen[bytes]]):
    server, _ = valkey
    redis.Redis.from_url(server.url()).config_set("maxmemory", "1")

    taken, seconds = whisper(server)

    assert taken == [False, False]
    assert seconds < MOST_SECONDS


def test_hint_server_that_came_back_takes_hints_again(valkey: tuple[Valkey, subprocess.Popen[bytes]]):
    server, process = valkey
    process.send_signal(signal.SIGSTOP)
    time.sleep(1)
    process.send_signal(signal.SIGCONT)

    assert whisper(server)[0] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_due_reply_leaves_without_any_hint(x: Simulator, posting: Posting):
    workers.empty_redis()

    service.deliver_due(worker="the sweep")

    posting.refresh_from_db()
    assert posting.state == Posting.State.POSTED
