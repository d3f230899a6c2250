"""Real Celery workers for tests: processes of their own on the test database, to be killed at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def quick_start() -> dict[str, str]:
    """Our environment, in which a Celery worker does not check all settings at each start: that takes half of it.

    ./test checks them once, and the self-test starts its workers as everybody does.
    """
    return {**os.environ, "CELERY_SKIP_CHECKS": "1"}


def database_url() -> str:
    """The address of the database this test writes to."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()


def until(true: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for something to become true; fail when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def worker(queue: str) -> Iterator[subprocess.Popen[str]]:
    """A Celery worker on one queue, ready to work."""
    command = [sys.executable, "-m", "celery", "-A", "citizenservice", "worker", "-Q", queue, "-P", "solo"]
    command += [
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "-n",
        f"{queue}-{time.monotonic_ns()}@test",
    ]
    log = Path(os.environ["DATA_DIR"]) / f"worker-{time.monotonic_ns()}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "--loglevel", "INFO"],
            cwd=ROOT,
            env={**quick_start(), "DATABASE_URL": database_url()},
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            until(lambda: "ready." in log.read_text() or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)
            print(log.read_text())  # noqa: T201 - shown by pytest when the test fails


def kill(process: subprocess.Popen[str]) -> None:
    """End a worker as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)


def empty_redis() -> None:
    """Lose every hint there is."""
    redis.Redis.from_url(settings.ENV.redis_url).flushall()
