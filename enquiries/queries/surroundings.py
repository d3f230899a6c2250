"""What was said in public around the messages of an enquiry, as it was fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from enquiries.contract import Tells
from enquiries.models import ContextFetch, ContextPost, Message
from enquiries.registry import channel, kinds

MOST = 200


def thread_of(message: Message) -> str:
    """Name the public thread of a message: its own thread without the author."""
    thread: str = message.thread_key.rpartition(":")[0]
    return thread


def has_surroundings(message: Message) -> bool:
    """Say whether something may stand around a message that its channel can show. Needs `account` loaded."""
    if message.direction != Message.Direction.IN or message.side != "PUBLIC" or not thread_of(message):
        return False
    kind = message.account.kind
    return kind in kinds() and isinstance(channel(kind), Tells)


@dataclass(frozen=True, kw_only=True)
class Around:
    """What was said around some messages. `newest` is the message by which it is asked for again; None where nothing can be.

    `is_coming` says that it is being fetched; `trouble` why it could not be; `read_at` when it was read last.
    """

    posts: Sequence[ContextPost]
    newest: Message | None
    is_coming: bool = False
    trouble: str = ""
    read_at: datetime | None = None


def around(messages: Iterable[Message]) -> Around:
    """Read what was said around these messages, the oldest first. Two statements. Needs their `account` loaded."""
    placed = {(one.account_id, thread_of(one)): one for one in messages if has_surroundings(one)}
    if not placed:
        return Around(posts=(), newest=None)
    here = Q()
    for account_id, thread in placed:
        here |= Q(account_id=account_id, thread=thread)
    posts = ContextPost.objects.filter(here, gone_at__isnull=True).select_related("account")
    fetches = list(ContextFetch.objects.filter(here))
    read = [one.done_at for one in fetches if one.done_at]
    return Around(
        posts=sorted(posts.order_by("-occurred_at", "-pk")[:MOST], key=lambda one: (one.occurred_at, one.pk)),
        newest=max(placed.values(), key=lambda one: one.pk),
        is_coming=any(one.done_at is None and one.parked_at is None for one in fetches),
        trouble=next((one.last_error for one in fetches if one.last_error and one.done_at is None), ""),
        read_at=max(read) if read else None,
    )
