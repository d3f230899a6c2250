"""Whether it lives (/healthz), and whether it works (/readyz): database, broker, and when each sweep last looked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from citizenservice.celery import SWEEPS
from worklist.models import Heartbeat
from worklist.queue import database_now

log = logging.getLogger(__name__)
SILENT_AFTER = timedelta(seconds=120)


class HealthMiddleware:
    """Answers before host checks, sessions and redirects, so that a probe needs no name and no door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """Tell what works. 503 without the database or when a sweep is silent; a missing broker only slows us down."""
    state: dict[str, object] = {"database": "ok", "broker": _broker()}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        state["silent_sweeps"] = _silent_sweeps(database_now())
    except DatabaseError as error:
        log.error("Readiness: the database does not answer (%s).", type(error).__name__)
        state |= {"database": "unreachable", "silent_sweeps": []}
    ready = state["database"] == "ok" and not state["silent_sweeps"]
    return JsonResponse(state | {"ready": ready}, status=200 if ready else 503)


def _broker() -> str:
    try:
        client = redis.Redis.from_url(settings.ENV.redis_url, socket_timeout=1, socket_connect_timeout=1)
        client.ping()
    except (redis.RedisError, OSError):
        return "unreachable: work goes on by sweeps"
    return "ok"


def _silent_sweeps(now: datetime) -> list[str]:
    beaten = dict(Heartbeat.objects.values_list("name", "beaten_at"))
    return sorted(task for task, _, _ in SWEEPS.values() if task not in beaten or now - beaten[task] > SILENT_AFTER)
