"""A request with an Idempotency-Key is done once: the same key with the same request gets the same answer again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from api.callers import Caller
from api.models import IdempotentAnswer
from api.problems import Conflict, KeyUsedOtherwise

HEADER = "Idempotency-Key"
PATTERN = r"[\x21-\x7e]{1,100}"
KEY = re.compile(PATTERN)
LOCK_NOT_AVAILABLE = "55P03"
KEPT_FOR = timedelta(days=7)
"""How long an answer is kept."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The HTTP status and the body of an answer, ready for JSON."""

    status: int
    body: dict[str, Any]


def check_key(key: str) -> None:
    """Refuse what is no key. Raises ValidationError."""
    if not KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("Send this header: 1 to 100 letters, digits or signs, new each time.")]})


def once(*, caller: Caller, key: str | None, asked: bytes, now: datetime, act: Callable[[], Answered]) -> Answered:
    """Do `act` unless it was done under this key already; without a key do it. A refusal is not remembered.

    The act and its answer are committed together, so that a request that is sent again after a lost answer does nothing
    twice. `asked` is the digest of the request. Raises ValidationError, KeyUsedOtherwise or Conflict.
    """
    if key is None:
        return act()
    check_key(key)
    with transaction.atomic():
        one_at_a_time(caller, key)
        earlier = answer_before(caller, key, asked)
        if earlier:
            return Answered(status=earlier.status, body=earlier.body)
        answer = act()
        remember(caller, key, asked, answer, now)
        return answer


def one_at_a_time(caller: Caller, key: str) -> None:
    """Let requests with one key through one by one; the later one finds the answer of the first. Raises Conflict."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"api:{caller.name}:{key}"])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise Conflict from error
        raise


def answer_before(caller: Caller, key: str, asked: bytes) -> IdempotentAnswer | None:
    """Find what this key was answered. Raises KeyUsedOtherwise when it came with another request."""
    earlier = IdempotentAnswer.objects.filter(**_holder(caller), key=key).first()
    if earlier and bytes(earlier.request_sha256) != asked:
        raise KeyUsedOtherwise
    return earlier


def remember(caller: Caller, key: str, asked: bytes, answer: Answered, now: datetime) -> None:
    """Keep an answer for a week, and forget this caller's older ones."""
    holder = _holder(caller)
    IdempotentAnswer.objects.filter(**holder, created_at__lt=now - KEPT_FOR).delete()
    IdempotentAnswer.objects.create(
        **holder, key=key, request_sha256=asked, status=answer.status, body=answer.body, created_at=now
    )


def digest_of_request(*parts: Any) -> bytes:
    """Compute what tells one request from another: the order of names in a body does not."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8", "surrogatepass")).digest()


def _holder(caller: Caller) -> dict[str, Any]:
    return {"token": caller.token} if caller.token else {"user": caller.who}
