"""Whisper "look now" to a worker. A hint may be lost, doubled or late: the row is what counts, the sweep finds it anyway."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

LATEST = timedelta(seconds=60)
QUIET_SECONDS = 0.25
"""So often at most does one process whisper the same: a hint per webhook would cost more than the webhook's own row."""


class Whispers:
    """Remembers when a worker was last told to look, or will be."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: dict[str, float] = {}

    def wait(self, task: str) -> float | None:
        """Say in how many seconds somebody has to look, 0 for at once. None when a look that is still to come was hinted.

        Whatever was committed before this call is seen by a look that begins after it, so no row is passed over.
        """
        with self._lock:
            now = time.monotonic()
            look = self._looks.get(task, now - QUIET_SECONDS)
            if look > now:
                return None
            self._looks[task] = max(now, look + QUIET_SECONDS)
            return self._looks[task] - now

    def forget(self, task: str) -> None:
        """Take back a hint that was not sent."""
        with self._lock:
            self._looks.pop(task, None)


_whispers = Whispers()


def hint_on_commit(task: str, *, after: timedelta = timedelta(0)) -> None:
    """Send the hint `task` once the transaction has committed. A broker that is down or frozen never fails the request.

    `after` is for rows that are due a little later; beyond a minute it is left to the sweep.
    """
    if after > LATEST:
        return
    if after > timedelta(0):
        transaction.on_commit(lambda: _send(task, after.total_seconds()), robust=True)
    else:
        transaction.on_commit(lambda: hint(task), robust=True)


def hint(task: str) -> None:
    """Send the hint `task`, at once or within a quarter of a second, and only log when nobody takes it.

    A burst of hints becomes two: the first, and one more for all that came after it.
    """
    wait = _whispers.wait(task)
    if wait is not None and not _send(task, wait):
        _whispers.forget(task)


def _send(task: str, wait: float) -> bool:
    try:
        current_app.send_task(task, retry=False, expires=wait + 60, countdown=wait or None)
    except (OperationalError, KombuError, RedisError, OSError) as error:
        log.warning("Hint %s not sent (%s); the next sweep will look.", task, type(error).__name__)
        return False
    return True
