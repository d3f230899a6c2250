"""From a program's request to an enquiry: the same way in as the public form's, and the same answer to the same key."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from api.callers import Caller
from api.keys import Answered, answer_before, check_key, one_at_a_time, remember
from api.models import ApiToken
from api.problems import KeyUsedOtherwise, NotOpen, Unprocessable
from api.status import status_of
from audit.ledger import record
from citizens.submission import Submission, unpack
from enquiries.models import ChannelAccount, Enquiry, EnquiryToken, Payload, Topic
from enquiries.services.incoming import identity, intake
from worklist.queue import worker_name


def submit(*, caller: Caller, key: str, content: dict[str, Any], now: datetime) -> Answered:
    """Keep and read an enquiry, once per key. Committed when this returns.

    Raises ValidationError, NotOpen, KeyUsedOtherwise, or Conflict when the same key takes too long elsewhere. That a key
    makes one enquiry is held by the payload's name as well, for ever.
    """
    token = caller.token
    if token is None:
        raise Http404
    check_key(key)
    account = ChannelAccount.objects.active("web").filter(organisation_id=token.organisation_id).first()
    if account is None:
        raise NotOpen
    _check_topic(token, content["topic"])
    with transaction.atomic():
        one_at_a_time(caller, key)
        earlier = answer_before(caller, key, _digest(content))
        if earlier:
            enquiry = Enquiry.objects.get(reference=earlier.body["reference"])
            return Answered(status=earlier.status, body=earlier.body | {"follow_url": _follow_url(enquiry)})
        return _first(caller, token, key, content, account, now)


def _check_topic(token: ApiToken, name: str) -> None:
    offered = Topic.objects.filter(organisation_id=token.organisation_id, on_form=True)
    if name and not offered.filter(name=name).exists():
        known = ", ".join(offered.order_by("position", "name").values_list("name", flat=True))
        raise Unprocessable({"topic": [_("There is no such topic. The topics are: %(known)s.") % {"known": known}]})


def _first(
    caller: Caller, token: ApiToken, key: str, content: dict[str, Any], account: ChannelAccount, now: datetime
) -> Answered:
    payload = _kept(token, key, content, account, now)
    try:
        message = intake.message_of(
            intake.read_now(payload.pk, now=now, worker=f"{worker_name()}:{uuid.uuid4().hex[:8]}")
        )
    except intake.CannotRead:
        message = None
    if message is None:
        return Answered(status=HTTPStatus.ACCEPTED, body={"detail": _("It is kept. A person looks at it.")})
    body = status_of(message.enquiry, now=now)
    remember(caller, key, _digest(content), Answered(status=HTTPStatus.CREATED, body=body), now)
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
