"""Reads Facebook's webhooks and what polling brought into the service's own words; pure, and never at a loss.

Source: developers.facebook.com, "Webhooks reference, Page" and "Messenger webhooks"; read 2026-11-22.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_social.facebook import messenger, pictures
from channels_social.reading import bytes_of, json_of, list_of, mapping_of, moment_of, name_of, text_of
from enquiries.contract import (
    Account,
    Author,
    ChangeKind,
    Ignored,
    InboundMessage,
    InboundPicture,
    OwnPost,
    Parsed,
    PostChanged,
    Side,
    Unreadable,
)

POSTS = frozenset({"post", "status", "photo", "video", "share", "link"})
WRITTEN = frozenset({"add", "edit", "edited"})
POLLED = frozenset({"comment", "post", "mention"})
CHANGED = {
    "remove": ChangeKind.GONE,
    "delete": ChangeKind.GONE,
    "hide": ChangeKind.HIDDEN,
    "unhide": ChangeKind.SHOWN,
}
HIDDEN_AUTHOR = "?"


def parse(account: Account, raw: bytes) -> Sequence[Parsed]:
    """Read a webhook (up to 1000 changes in one) or a node that polling made. Every part ends as one of `Parsed`."""
    try:
        content = mapping_of(json_of(raw))
    except ValueError as error:
        return [Unreadable(raw=raw, error=f"This is no JSON: {error}")]
    if "polled" in content:
        return [_node(account, content)]
    entries = list_of(content.get("entry"))
    if content.get("object") != "page" or not entries:
        return [Unreadable(raw=raw, error="This is no webhook of a page")]
    return [part for entry in entries for part in _entry(account, mapping_of(entry))]


def _entry(account: Account, entry: dict[str, Any]) -> Iterator[Parsed]:
    if name_of(entry.get("id")) != account.external_id:
        yield Ignored(reason="This part is for another page")
        return
    for change in list_of(entry.get("changes")):
        yield _change(account, mapping_of(change), sent_at=moment_of(entry.get("time")))
    for event in list_of(entry.get("messaging")):
        yield messenger.event(account, mapping_of(event))
    for event in list_of(entry.get("standby")):
        yield messenger.event(account, mapping_of(event), is_ours=False)


def _change(account: Account, change: dict[str, Any], *, sent_at: datetime | None) -> Parsed:
    field, value = name_of(change.get("field")), mapping_of(change.get("value"))
    item, verb = name_of(value.get("item")), name_of(value.get("verb"))
    if field not in ("feed", "mention"):
        return Ignored(reason=f"The field {field[:40]} needs nobody")
    if item != "comment" and item not in POSTS:  # a reaction carries a comment_id too
        return Ignored(reason=f"A {item[:40] or 'nameless item'} needs nobody")
    if verb in CHANGED:
        return _changed(change, value, CHANGED[verb], sent_at)
    if verb not in WRITTEN:
        return Ignored(reason=f"The {item} was changed: {verb[:40] or 'nobody says how'}")
    written = _words(value, sent_at=sent_at)
    if written is None:
        return Unreadable(raw=bytes_of(change), error=f"The {item} has no number or no time")
    return _spoken(account, written, is_mention=field == "mention")


def _changed(change: dict[str, Any], value: dict[str, Any], kind: ChangeKind, sent_at: datetime | None) -> Parsed:
    """What became of a comment or post. It has no words any more, and no time but that of the webhook."""
    number, at = _number(value), sent_at or moment_of(value.get("created_time"))
    if not number or at is None:
        return Unreadable(raw=bytes_of(change), error="What was changed has no number, or nobody says when")
    return PostChanged(root_id=number, kind=kind, at=at)


def _node(account: Account, content: dict[str, Any]) -> Parsed:
    kind, node = name_of(content.get("polled")), mapping_of(content.get("node"))
    if kind == "message":
        return messenger.node(account, node, person=name_of(content.get("person")))
    value = node | {
        "comment_id" if kind == "comment" else "post_id": node.get("id"),
        "parent_id": mapping_of(node.get("parent")).get("id"),
    }
    if kind == "comment":
        value["post_id"] = content.get("post_id")
    written = _words(value, sent_at=None)
    if written is None or kind not in POLLED:
        return Unreadable(raw=bytes_of(content), error=f"The {kind[:40]} has no number or no time")
    return _spoken(account, written, is_mention=kind == "mention")


@dataclass(frozen=True, kw_only=True)
class Words:
    """A comment or a post with what webhook and polling both tell about it."""

    id: str
    occurred_at: datetime
    post_id: str
    parent_id: str
    author: Author
    text: str
    is_edited: bool
    permalink: str
    pictures: tuple[InboundPicture, ...]

    @property
    def root(self) -> str:
        """The comment under which answers gather: threads are two levels deep."""
        return self.id if self.parent_id in ("", self.post_id) else self.parent_id

    @property
    def identity(self) -> str:
        """The number; for an edit also what its new words hash to, so that every wording is kept once."""
        return f"{self.id}:edited:{hashlib.sha256(self.text.encode()).hexdigest()[:12]}" if self.is_edited else self.id


def _words(value: dict[str, Any], *, sent_at: datetime | None) -> Words | None:
    number, hung = _number(value), pictures.on_change(value)
    is_edited = name_of(value.get("verb")).startswith("edit")
    occurred_at = (is_edited and sent_at) or moment_of(value.get("created_time")) or sent_at
    if not number or not occurred_at:
        return None
    return Words(
        id=number,
        occurred_at=occurred_at,
        post_id=name_of(value.get("post_id")),
        parent_id=name_of(value.get("parent_id")),
        author=_author(value),
        text=pictures.words(text_of(value.get("message")), hung),
        is_edited=is_edited,
        permalink=_permalink(text_of(value.get("permalink_url")), number),
        pictures=pictures.to_fetch(hung),
    )


def _number(value: dict[str, Any]) -> str:
    return name_of(value.get("comment_id")) or name_of(value.get("post_id"))


def _author(value: dict[str, Any]) -> Author:
    """Facebook may hide the person; old payloads name the sender beside."""
    person = mapping_of(value.get("from"))
    return Author(
        external_id=name_of(person.get("id")) or name_of(value.get("sender_id")),
        name=text_of(person.get("name")) or text_of(value.get("sender_name")),
    )


def _spoken(account: Account, words: Words, *, is_mention: bool) -> Parsed:
    if words.author.external_id == account.external_id:
        return OwnPost(external_id=words.id, text=words.text, occurred_at=words.occurred_at, parent_id=words.parent_id)
    # Two people whose names Facebook hides must not share a thread.
    writer = words.author.external_id or HIDDEN_AUTHOR + words.id
    return InboundMessage(
        external_id=words.identity,
        root_id=words.id,
        thread_key=f"{words.root}:{writer}",
        author=words.author,
        text=words.text,
        side=Side.PUBLIC,
        occurred_at=words.occurred_at,
        parent_id=words.parent_id,
        permalink=words.permalink,
        answerable=not is_mention,
        hindrance="The page was named elsewhere on Facebook. Answer by hand there." if is_mention else "",
        pictures=words.pictures,
    )


def _permalink(told: str, number: str) -> str:
    return told if told.startswith("https://www.facebook.com/") else f"https://www.facebook.com/{number}"
