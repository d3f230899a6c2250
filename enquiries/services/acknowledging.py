"""The note by machine that a citizen's mail has arrived: approved words, once per enquiry, and never sent a second time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from enquiries.contract import ChannelError, NotSent, OutboundReply, Side
from enquiries.models import Acknowledgement, EnquiryToken
from enquiries.registry import channel
from enquiries.services.identity import secret_of
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
TRIES = 10


def send_due(*, now: datetime, worker: str, most: int = 50) -> int:
    """Send the notes that are due. Returns how many left.

    One of which nobody knows whether it left is not sent again: a citizen misses a note rather than getting it twice.
    """
    mine = Acknowledgement.objects.filter(
        account__is_active=True, account__halted_reason="", text_version__approved_at__isnull=False
    )
    rows = mine.select_related("account", "enquiry", "text_version")
    return sum(_send(one, now) for one in queue.drain(rows, now=now, lease=LEASE, worker=worker, most=most))


def _send(one: Acknowledgement, now: datetime) -> int:
    if one.attempts > 1 and not one.last_error:
        queue.park(one, now=now, error="The worker did not come back: nobody knows whether it left.")
        return 0
    try:
        channel(one.account.kind).send(one.account.as_account(), _letter(one))
    except NotSent as error:
        queue.retry_later(one, now=now, error=error.safe_message[:500], most=TRIES, after=error.after)
        return 0
    except ChannelError as error:
        log.warning("The note on enquiry %s did not leave: %s", one.enquiry_id, error.safe_message)
        queue.park(one, now=now, error=error.safe_message[:500])
        return 0
    Acknowledgement.objects.filter(pk=one.pk, lease_owner=one.lease_owner).update(
        sent_at=now, done_at=now, lease_owner="", lease_until=None, last_error=""
    )
    return 1


def _letter(one: Acknowledgement) -> OutboundReply:
    answered = one.enquiry.messages.filter(direction="IN").order_by("pk").first()
    assert answered is not None and one.text_version.approved_at is not None  # noqa: S101 - the database says so
    texts = one.text_version.texts.get(one.account.kind) or one.text_version.texts.get("any") or {}
    language = one.enquiry.language if one.enquiry.language in texts else next(iter(texts), "")
    return OutboundReply(
        key=str(one.key),
        text=texts.get(language, ""),
        side=Side.PRIVATE,
        target_id=answered.external_id,
        recipient=one.recipient,
        subject=one.enquiry.subject,
        thread_key=answered.thread_key,
        references=(answered.known_as,) if answered.known_as else (),
        reply_token=secret_of(one.enquiry, EnquiryToken.Purpose.MAIL),
        reference=one.enquiry.reference,
        approved_at=one.text_version.approved_at,
        language=language,
        automatic=True,
    )
