"""From a program's request to an enquiry: the same way in as the public form's, and the same answer to the same key."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from rest_framework.exceptions import ValidationError

from api.models import ApiToken, IdempotentAnswer
from api.problems import Conflict, KeyUsedOtherwise, NotOpen
from api.status import status_of
from audit.ledger import record
from citizens.submission import Submission, unpack
from enquiries.models import ChannelAccount, Enquiry, EnquiryToken, Payload, Topic
from enquiries.services import identity, intake
from worklist.queue import worker_name

KEY = re.compile(r"[\x21-\x7e]{1,100}")
LOCK_NOT_AVAILABLE = "55P03"
KEPT_FOR = timedelta(days=7)
"""How long the very words of an answer are kept. That a key makes one enquiry is held by the payload's name, for ever."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The HTTP status and the body of an answer."""

    status: int
    body: dict[str, Any]


def submit(*, token: ApiToken, key: str, content: dict[str, Any], now: datetime) -> Answered:
    """Keep and read an enquiry, once per key. Committed when this returns.

    Raises ValidationError, NotOpen, KeyUsedOtherwise, or Conflict when the same key takes too long elsewhere.
    """
    if not KEY.fullmatch(key):
        raise ValidationError(
            {"Idempotency-Key": ["Send this header: 1 to 100 letters, digits or signs, new each time."]}
        )
    account = ChannelAccount.objects.active("web").filter(organisation_id=token.organisation_id).first()
    if account is None:
        raise NotOpen
    _check_topic(token, content["topic"])
    with transaction.atomic():
        _one_at_a_time(token, key)
        return _before(token, key, content) or _first(token, key, content, account, now)


def _check_topic(token: ApiToken, name: str) -> None:
    offered = Topic.objects.filter(organisation_id=token.organisation_id, on_form=True)
    if name and not offered.filter(name=name).exists():
        known = ", ".join(offered.order_by("position", "name").values_list("name", flat=True))
        raise ValidationError({"topic": [f"There is no such topic. The topics are: {known}."]})


def _one_at_a_time(token: ApiToken, key: str) -> None:
    """Let requests with one key through one by one; the later one finds the answer of the first."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"api:{key}", token.pk])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise Conflict from error
        raise


def _before(token: ApiToken, key: str, content: dict[str, Any]) -> Answered | None:
    """Give the answer that this key got before. Raises KeyUsedOtherwise."""
    earlier = IdempotentAnswer.objects.filter(token=token, key=key).first()
    if earlier is None:
        return None
    if bytes(earlier.request_sha256) != _digest(content):
        raise KeyUsedOtherwise
    enquiry = Enquiry.objects.get(reference=earlier.body["reference"])
    return Answered(status=earlier.status, body=earlier.body | {"follow_url": _follow_url(enquiry)})


def _first(token: ApiToken, key: str, content: dict[str, Any], account: ChannelAccount, now: datetime) -> Answered:
    payload = _kept(token, key, content, account, now)
    try:
        message = intake.message_of(
            intake.read_now(payload.pk, now=now, worker=f"{worker_name()}:{uuid.uuid4().hex[:8]}")
        )
    except intake.CannotRead:
        message = None
    if message is None:
        return Answered(status=HTTPStatus.ACCEPTED, body={"detail": "It is kept. A person looks at it."})
    body = status_of(message.enquiry, now=now)
    IdempotentAnswer.objects.filter(token=token, created_at__lt=now - KEPT_FOR).delete()
    IdempotentAnswer.objects.create(
        token=token,
        key=key,
        request_sha256=_digest(content),
        status=HTTPStatus.CREATED,
        body=body,
        created_at=now,
    )
    record(
        verb="enquiry.submitted_by_program",
        now=now,
        actor_id=token.user_id,
        subject=f"apitoken:{token.pk}",
        organisation_id=token.organisation_id,
        enquiry_id=message.enquiry_id,
    )
    return Answered(status=HTTPStatus.CREATED, body=body | {"follow_url": _follow_url(message.enquiry)})


def _kept(token: ApiToken, key: str, content: dict[str, Any], account: ChannelAccount, now: datetime) -> Payload:
    """Keep the bytes, as the public form would. Raises KeyUsedOtherwise where the key has other bytes already."""
    number = hashlib.sha256(f"{token.pk}:{key}".encode()).hexdigest()[:40]
    form = Submission(nonce=f"api-{number}", submitted_at=now, **content)
    accepted = intake.accept_payload(
        account_id=account.pk, source=Payload.Source.API, external_id=form.external_id, raw=form.pack(), now=now
    )
    payload = Payload.objects.get(pk=accepted.payload_id)
    if not accepted.is_new and unpack(bytes(payload.raw)).digest() != form.digest():
        raise KeyUsedOtherwise
    return payload


def _digest(content: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()


def _follow_url(enquiry: Enquiry) -> str:
    """Make the private link anew each time: it is a secret, and not kept beside the answer."""
    secret = identity.secret_of(enquiry, EnquiryToken.Purpose.FOLLOW)
    return f"{settings.PUBLIC_URL}/follow/{secret}/"
