"""From a sent form to a message in an enquiry: kept first, read at once, and never twice."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from citizens.submission import NotASubmission, Submission, unpack
from enquiries.models import ChannelAccount, Enquiry, EnquiryToken, Message, Payload
from enquiries.services.incoming import identity, intake
from worklist.queue import worker_name

PATIENCE_SECONDS = 8.0
LOOK_EVERY_SECONDS = 0.1


class KeptUnread(Exception):
    """The form is kept, but could not be read now; a person looks at it. `receipt` is the number to name to them."""

    def __init__(self, receipt: int) -> None:
        super().__init__(f"payload {receipt} is kept unread")
        self.receipt = receipt


def send(*, account: ChannelAccount, submission: Submission, now: datetime) -> Message:
    """Keep a form and read it. Committed when this returns. Raises KeptUnread.

    The same form again is the same message. A form that was changed and sent again, as people do with the back button,
    adds its new words to the enquiry of the first one.
    """
    accepted = _accept(account, submission, now)
    if accepted.is_new:
        return _read(accepted.payload_id)
    addition = _what_was_changed(accepted.payload_id, submission)
    # Kept before the first one is read: if that fails, what was mended since must not be lost with it.
    added = _accept(account, addition, now) if addition else accepted
    message = _read(accepted.payload_id)
    return _read(added.payload_id) if addition else message


def keep(*, account: ChannelAccount, submission: Submission, now: datetime) -> None:
    """Keep a form without reading it yet: part of the transaction of whoever calls. `send` reads it afterwards."""
    _accept(account, submission, now)


def follow_secret(enquiry: Enquiry) -> str:
    """Give the secret of the enquiry's private page."""
    return identity.secret_of(enquiry, EnquiryToken.Purpose.FOLLOW)


def addition_to(enquiry: Enquiry, submission: Submission) -> Submission:
    """Make a form that continues `enquiry`, in the name of whoever opened it: the private link is the right to do so."""
    first = (
        enquiry.messages.filter(direction=Message.Direction.IN, account__kind="web")
        .select_related("author")
        .order_by("pk")[:1]
        .get()
    )
    author = first.author.external_id if first.author else ""
    return replace(submission, thread=first.thread_key, author=author, email=first.reply_to)


def _accept(account: ChannelAccount, submission: Submission, now: datetime) -> intake.Accepted:
    return intake.accept_payload(
        account_id=account.pk,
        source=Payload.Source.FORM,
        external_id=submission.external_id,
        raw=submission.pack(),
        now=now,
    )


def _read(payload_id: int) -> Message:
    """Read what was kept, or wait a moment for whoever is reading it: a worker, or the other half of a double click."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            payload = intake.read_now(payload_id, now=timezone.now(), worker=f"{worker_name()}:{uuid.uuid4().hex[:8]}")
        except intake.BeingRead:
            if time.monotonic() > until:
                raise KeptUnread(payload_id) from None
            time.sleep(LOOK_EVERY_SECONDS)
        except intake.CannotRead:
            raise KeptUnread(payload_id) from None
        else:
            return _message(payload)


def _message(payload: Payload) -> Message:
    message = intake.message_of(payload)
    if message is None:
        raise KeptUnread(payload.pk)
    return message


def _what_was_changed(payload_id: int, submission: Submission) -> Submission | None:
    """Give the later form as an addition to the first one, or None when it says the very same."""
    try:
        first = unpack(bytes(Payload.objects.values_list("raw", flat=True).get(pk=payload_id)))
    except NotASubmission:
        return None
    if first.digest() == submission.digest():
        return None
    own_number = uuid.uuid5(uuid.NAMESPACE_OID, f"{submission.nonce}:{submission.digest()}")
    return replace(submission, nonce=str(own_number), thread=first.thread_key, author=first.author_id)
