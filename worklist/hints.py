"""Whisper "look now" to a worker. A hint may be lost, doubled or late: the row is what counts, the sweep finds it anyway."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def hint_on_commit(task: str) -> None:
    """Send the hint `task` once the transaction has committed. A broker that is down or frozen never fails the request."""
    transaction.on_commit(lambda: hint(task), robust=True)


def hint(task: str) -> None:
    """Send the hint `task` now, and only log when nobody takes it."""
    try:
        current_app.send_task(task, retry=False, expires=60)
    except (OperationalError, KombuError, RedisError, OSError) as error:
        log.warning("Hint %s not sent (%s); the next sweep will look.", task, type(error).__name__)
