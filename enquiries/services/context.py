"""What stands around a citizen's post: its public thread, fetched so that nobody answers half of a conversation."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from enquiries.contract import ChannelError, InboundMessage, Said, Tells
from enquiries.models import ContextFetch, ContextPost, Message
from enquiries.registry import channel, kinds
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
TRIES = 5


def thread_of(message: Message) -> str:
    """Name the public thread of a message: its own thread without the author."""
    thread: str = message.thread_key.rpartition(":")[0]
    return thread


def expect(message: Message, inbound: InboundMessage, *, now: datetime) -> None:
    """Fetch the thread of a message soon, where it answers something in public and its channel can show what."""
    thread = thread_of(message)
    in_public = inbound.parent_id and message.side == "PUBLIC" and thread
    if not in_public or not isinstance(channel(message.account.kind), Tells):
        return
    ContextFetch.objects.update_or_create(
        account_id=message.account_id,
        thread=thread,
        defaults={"message": message, "due_at": now, "done_at": None, "parked_at": None, "attempts": 0},
    )


def fetch_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Fetch the threads that are due. Returns how many."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Tells)]
    mine = ContextFetch.objects.filter(account__is_active=True, account__kind__in=able)
    count = 0
    for fetch in queue.drain(mine.select_related("account", "message"), now=now, lease=LEASE, worker=worker, most=most):
        count += _fetch(fetch, now)
    return count


def _fetch(fetch: ContextFetch, now: datetime) -> int:
    speaks, message = channel(fetch.account.kind), fetch.message
    assert isinstance(speaks, Tells)  # noqa: S101 - only such threads are claimed
    post_id = message.root_id or message.external_id
    try:
        said = speaks.context(fetch.account.as_account(), post_id=post_id, thread_key=message.thread_key)
    except ChannelError as error:
        log.warning("The thread of message %s could not be fetched: %s", message.pk, error.safe_message)
        queue.retry_later(fetch, now=now, error=error.safe_message[:500], most=TRIES)
        return 0
    for one in said:
        _keep(fetch, one, now)
    queue.finish(fetch, now=now)
    return 1


def _keep(fetch: ContextFetch, said: Said, now: datetime) -> None:
    ContextPost.objects.update_or_create(
        account_id=fetch.account_id,
        external_id=said.external_id[:300],
        defaults={
            "thread": fetch.thread,
            "parent_id": said.parent_id[:300],
            "author_name": said.author.name[:200],
            "author_handle": said.author.handle[:100],
            "is_ours": said.is_ours,
            "text": said.text.replace("\x00", ""),
            "permalink": said.permalink[:500],
            "occurred_at": min(said.occurred_at, now),
            "fetched_at": now,
            "gone_at": None,
        },
    )
