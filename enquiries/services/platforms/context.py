"""What stands around a citizen's post: its public thread, fetched so that nobody answers half of a conversation.

Others' words in it are kept for a day: that is how long platforms let us hold what may have been taken down meanwhile, and
looking whether each is still there would cost a reading every night. Whoever needs it later asks again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from enquiries.contract import ChangeKind, ChannelError, InboundMessage, Said, Tells
from enquiries.models import ContextFetch, ContextPost, Message, PlatformChange
from enquiries.queries.surroundings import has_surroundings, thread_of
from enquiries.registry import channel, kinds
from enquiries.services.accounts import use
from worklist import queue
from worklist.hints import hint_on_commit

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
TRIES = 5
TASK = "enquiries.fetch_context"
KEPT_FOR = timedelta(days=1)
AGAIN_AFTER = timedelta(seconds=30)
"""So soon after the last reading nothing is read again, however often somebody asks."""


def expect(message: Message, inbound: InboundMessage, *, now: datetime) -> None:
    """Fetch the thread of a message soon, where it answers something in public and its channel can show what."""
    if inbound.parent_id and has_surroundings(message):
        _fetch_soon(message, now)


def ask_again(message: Message, *, now: datetime) -> bool:
    """Have the thread of a message fetched once more. False where that is under way, or was just done."""
    known = ContextFetch.objects.filter(account_id=message.account_id, thread=thread_of(message)).first()
    if known and not known.parked_at and (known.done_at is None or known.done_at > now - AGAIN_AFTER):
        return False
    _fetch_soon(message, now)
    hint_on_commit(TASK)
    return True


def _fetch_soon(message: Message, now: datetime) -> None:
    anew = {"due_at": now, "done_at": None, "parked_at": None, "attempts": 0, "last_error": ""}
    ContextFetch.objects.update_or_create(
        account_id=message.account_id, thread=thread_of(message), defaults={"message": message, **anew}
    )


def forget(*, now: datetime) -> int:
    """Let go of others' words that were fetched a day ago. Returns how many posts. What we wrote ourselves stays."""
    return ContextPost.objects.filter(is_ours=False, fetched_at__lt=now - KEPT_FOR).delete()[0]


def fetch_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Fetch the threads that are due, and let go of what is old. Returns how many."""
    forget(now=now)
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
        use.count(fetch.account_id, error.usage, now=now)
        log.warning("The thread of message %s could not be fetched: %s", message.pk, error.safe_message)
        queue.retry_later(fetch, now=now, error=error.safe_message[:500], most=TRIES)
        return 0
    gone = _gone(fetch, said)
    for one in said:
        if one.external_id not in gone:
            _keep(fetch, one, now)
    queue.finish(fetch, now=now)
    return 1


def _gone(fetch: ContextFetch, said: Sequence[Said]) -> set[str]:
    """Name those of which we know that they are gone, though the platform's search may still show them."""
    told = PlatformChange.objects.filter(account_id=fetch.account_id, kind=ChangeKind.GONE.value)
    return set(told.filter(root_id__in=[one.external_id for one in said]).values_list("root_id", flat=True))


def _keep(fetch: ContextFetch, said: Said, now: datetime) -> None:
    ContextPost.objects.update_or_create(
        account_id=fetch.account_id,
        external_id=said.external_id[:300],
        defaults={
            "thread": fetch.thread,
            "parent_id": said.parent_id[:300],
            "author_name": said.author.name[:200],
            "author_handle": said.author.handle[:100],
            "author_number": said.author.external_id[:200],
            "is_ours": said.is_ours,
            "text": said.text.replace("\x00", ""),
            "permalink": said.permalink[:500],
            "occurred_at": min(said.occurred_at, now),
            "fetched_at": now,
            "gone_at": None,
        },
    )
