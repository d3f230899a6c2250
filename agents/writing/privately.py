"""Which public words of a thread can be answered in private, until when, and which have been already."""

from __future__ import annotations

from datetime import datetime

from enquiries.models import Message, Reply
from enquiries.queries.thread import Answered, Entry, UnderWay
from enquiries.registry import traits_of
from enquiries.rules.may_reply import Standing, Way, exists
from enquiries.services.replies.reach import standing_in_private

Post = tuple[int, str]


def ways_of(inbound: list[Message], *, thread: list[Entry], writing: UnderWay, now: datetime) -> dict[int, Standing]:
    """Say of each public message whose channel has such a way how it stands, by its number. Asks the database nothing.

    The reply that is being written counts as none: it is the one.
    """
    public = [message for message in inbound if message.side == "PUBLIC" and _has_way(message)]
    if not public:
        return {}
    used = _used(inbound, thread, writing)
    return {one.pk: standing_in_private(one, at=now, is_used=_post(one) in used) for one in public}


def _used(inbound: list[Message], thread: list[Entry], writing: UnderWay) -> set[Post]:
    posts = {message.pk: _post(message) for message in inbound}
    ours = [entry.approval.reply for entry in thread if isinstance(entry, Answered)]
    under_way = writing.reply.pk if writing.reply else 0
    return {
        posts[one.answers_id]
        for one in ours
        if one.purpose == Reply.Purpose.PRIVATELY
        and one.state not in (Reply.State.WITHDRAWN, Reply.State.FAILED)
        and one.pk != under_way
        and one.answers_id in posts
    }


def _has_way(message: Message) -> bool:
    return exists(traits_of(message.account.kind).ways, Way.PRIVATE_TO_COMMENT)


def _post(message: Message) -> Post:
    """Name a post in whichever of its wordings."""
    return message.account_id, message.root_id or message.external_id
