"""Gives the simulators the memory of what the demo's citizens wrote, so that these posts can be answered like new ones."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from enquiries.models import Message, Overheard
from simulators.credentials import FACEBOOK_PAGE_ID, X_USER_ID
from simulators.facebook import store as facebook
from simulators.x import store as x

FOLDER = "simulators"
"""Below the data folder; the simulators are told to keep their memory there."""


def leave_memories(data: Path) -> None:
    """Write the memory of both platforms, unless they have one already. Call it before they are started."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, memory in (("x", _of_x), ("facebook", _of_facebook)):
        file = folder / f"{name}.json"
        if not file.exists():
            file.write_text(json.dumps(memory(), default=_plain, ensure_ascii=False), encoding="utf-8")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _messages(kind: str) -> Iterable[Message]:
    return (
        Message.objects.filter(account__kind=kind)
        .select_related("author", "posting__reply__answers__author")
        .prefetch_related("replies__postings")
        .order_by("pk")
    )


def _is_gone(message: Message) -> bool:
    """Say whether the platform refused an answer to it, which it does when the writer has deleted it."""
    return any(posting.state == "FAILED" for reply in message.replies.all() for posting in reply.postings.all())


def _answered(message: Message) -> Message | None:
    """Find the citizen's message that ours answers; None for a citizen's."""
    return message.posting.reply.answers if message.posting else None


def _of_x() -> dict[str, Any]:
    town = x.Store()
    for message in _messages("x"):
        answered = _answered(message)
        conversation = message.thread_key.partition(":")[0]
        author_id = X_USER_ID
        if message.author:
            author_id = town.person(handle=message.author.handle, name=message.author.name).id
        parent = answered.external_id if answered else conversation
        town.posts[message.external_id] = x.Post(
            id=message.external_id,
            author_id=author_id,
            text=message.text,
            created_at=message.occurred_at,
            visible_at=message.occurred_at,
            conversation_id=conversation,
            in_reply_to=parent if parent != message.external_id else None,
            prefix=f"@{answered.author.handle} " if answered and answered.author else "",
            by_api=answered is not None,
            deleted=_is_gone(message),
        )
    for heard in Overheard.objects.filter(account__kind="x").order_by("pk"):
        author = town.person(handle=heard.author["handle"], name=heard.author["name"])
        town.posts[heard.external_id] = x.Post(
            id=heard.external_id,
            author_id=author.id,
            text=heard.text,
            created_at=heard.occurred_at,
            visible_at=heard.occurred_at,
            conversation_id=heard.external_id,
        )
    return town.memory()


def _of_facebook() -> dict[str, Any]:
    town = facebook.Store()
    for message in _messages("facebook"):
        if message.author:
            town.person(name=message.author.name, person_id=message.author.external_id)
        if message.side == "PRIVATE":
            town.add_message(_private(message))
        else:
            town.entries[message.external_id] = _comment(message)
    return town.memory()


def _private(message: Message) -> facebook.Message:
    answered = _answered(message)
    person = (answered or message).author
    return facebook.Message(
        id=message.external_id,
        person_id=person.external_id if person else "",
        from_page=answered is not None,
        text=message.text,
        created_at=message.occurred_at,
        visible_at=message.occurred_at,
        metadata=f"posting:{message.posting.key}" if message.posting else "",
        by_api=answered is not None,
        deleted=_is_gone(message),
    )


def _comment(message: Message) -> facebook.Entry:
    answered = _answered(message)
    root = message.thread_key.partition(":")[0]
    post, _underscore, _number = message.external_id.partition("_")
    return facebook.Entry(
        id=message.external_id,
        kind="comment",
        author_id=message.author.external_id if message.author else FACEBOOK_PAGE_ID,
        text=message.text,
        created_at=message.occurred_at,
        visible_at=message.occurred_at,
        post_id=f"{FACEBOOK_PAGE_ID}_{post}",
        parent_id=root if answered or root != message.external_id else "",
        by_api=answered is not None,
        deleted=_is_gone(message),
    )
