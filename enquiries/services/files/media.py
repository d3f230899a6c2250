"""Pictures and films that lie on a platform: fetched once, from the platform's own hosts, and kept as files of the message."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from enquiries.contract import ChannelError, Fetches, InboundPicture, Refused
from enquiries.models import MediaFetch, Message
from enquiries.registry import channel, kinds
from enquiries.services.files import keeping
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
TRIES = 6
MOST_BYTES = 25_000_000


def expect(message: Message, pictures: Sequence[InboundPicture], *, now: datetime) -> None:
    """Fetch the pictures of a message soon, where its channel can."""
    if not pictures or not isinstance(channel(message.account.kind), Fetches):
        return
    MediaFetch.objects.bulk_create(
        [
            MediaFetch(
                message=message,
                place=place,
                url=picture.url[:2000],
                media_type=picture.media_type[:100],
                alt_text=picture.alt[:1000],
                due_at=now,
            )
            for place, picture in enumerate(pictures[:100], start=1)
        ],
        ignore_conflicts=True,
    )


def fetch_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Fetch the pictures that are due. Returns how many were kept."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Fetches)]
    mine = MediaFetch.objects.filter(message__account__is_active=True, message__account__kind__in=able)
    turns = queue.drain(mine.select_related("message__account"), now=now, lease=LEASE, worker=worker, most=most)
    return sum(_fetch(fetch, now) for fetch in turns)


def _fetch(fetch: MediaFetch, now: datetime) -> int:
    account = fetch.message.account
    speaks = channel(account.kind)
    assert isinstance(speaks, Fetches)  # noqa: S101 - only such pictures are claimed
    if fetch.message.blanked_at:
        queue.finish(fetch, now=now)
        return 0
    try:
        file = speaks.fetch(account.as_account(), fetch.url)
    except Refused as error:
        queue.park(fetch, now=now, error=error.safe_message[:500])
        return 0
    except ChannelError as error:
        log.warning("Picture %s of message %s: %s", fetch.place, fetch.message_id, error.safe_message)
        queue.retry_later(fetch, now=now, error=error.safe_message[:500], most=TRIES)
        return 0
    with transaction.atomic():
        # Its message may have been emptied while the picture was on its way: then nothing of it is kept.
        there = Message.objects.select_for_update(of=("self",)).filter(pk=fetch.message_id, blanked_at__isnull=True)
        if there.first() is None or len(file.content) > MOST_BYTES:
            queue.park(fetch, now=now, error="It is gone, or larger than 25 MB.")
            return 0
        attachment = keeping.keep_file(fetch.message, file, now=now, alt_text=fetch.alt_text)
        MediaFetch.objects.filter(pk=fetch.pk).update(attachment=attachment)
        queue.finish(fetch, now=now)
    return 1
