"""Reads X's direct messages, in the shape of API v2 and in the older one of version 1.1, and finds our own among them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from channels_social.reading import bytes_of, digest_of, list_of, mapping_of, moment_of, name_of, text_of
from channels_social.x import media
from channels_social.x.mapping import Includes, author_of, moment_of_id
from channels_social.x.readback import comparable
from enquiries.contract import (
    Account,
    Author,
    Ignored,
    InboundMessage,
    InboundPicture,
    Incoming,
    OwnPost,
    Parsed,
    Side,
    Unreadable,
)

CREATED = "MessageCreate"
PREFIX = "dm:"
"""Before the numbers of messages: posts have such numbers too."""
PICTURE_LINK = re.compile(r"\s*https://\S+\s*$")
MESSAGES = "https://x.com/messages"


def of_message(account: Account, event: dict[str, Any], includes: Includes) -> Parsed:
    """Read one event of API v2 with the people and pictures that came beside it."""
    if name_of(event.get("event_type")) not in ("", CREATED):
        return Ignored(reason="Somebody joined or left a group of direct messages")
    sender = name_of(event.get("sender_id"))
    text = _words(event.get("text"), list_of(event.get("urls")) + _urls(event))
    return _read(
        account,
        event,
        author=author_of(sender, includes),
        text=text,
        occurred_at=moment_of(event.get("created_at")),
        thread=name_of(event.get("dm_conversation_id")),
        pictures=media.pictures_of(event, includes),
    )


def of_older_message(account: Account, event: dict[str, Any], people: dict[str, Any]) -> Parsed:
    """Read one event as version 1.1 shaped it, with its people by number."""
    if event.get("type") != "message_create":
        return Ignored(reason="This event of direct messages needs nobody")
    made = mapping_of(event.get("message_create"))
    said = mapping_of(made.get("message_data"))
    sender, reader = name_of(made.get("sender_id")), name_of(mapping_of(made.get("target")).get("recipient_id"))
    person = mapping_of(people.get(sender))
    person = mapping_of(person.get("data")) or person
    handle = name_of(person.get("screen_name")) or name_of(person.get("username"))
    return _read(
        account,
        event,
        author=Author(external_id=sender, name=text_of(person.get("name")), handle=handle),
        text=_words(said.get("text"), _urls(said)),
        occurred_at=moment_of(event.get("created_timestamp")),
        thread=conversation_of(sender, reader),
        pictures=media.older_pictures(mapping_of(mapping_of(said.get("attachment")).get("media"))),
    )


def _read(
    account: Account,
    event: dict[str, Any],
    *,
    author: Author,
    text: str | None,
    occurred_at: datetime | None,
    thread: str,
    pictures: tuple[InboundPicture, ...],
) -> Parsed:
    number = name_of(event.get("id"))
    at = occurred_at or moment_of_id(number)
    thread = thread or conversation_of(author.external_id, account.external_id)
    if not number or not author.external_id or at is None or (text is None and not pictures):
        return Unreadable(raw=bytes_of(event), error="The direct message lacks its number, its sender or its words")
    if author.external_id == account.external_id:
        return OwnPost(external_id=PREFIX + number, text=text or "", occurred_at=at, parent_id=PREFIX + thread)
    return InboundMessage(
        external_id=PREFIX + number,
        thread_key=PREFIX + thread,
        author=author,
        text=text or "",
        side=Side.PRIVATE,
        occurred_at=at,
        reply_to=author.external_id,
        permalink=f"{MESSAGES}/{thread}",
        pictures=pictures,
    )


def conversation_of(one: str, other: str) -> str:
    """Return the name that X gives the thread of two people: their numbers, the smaller one first."""
    if not (one.isdecimal() and other.isdecimal()):
        return "-".join(sorted([one, other]))
    first, second = sorted([int(one), int(other)])
    return f"{first}-{second}"


def _urls(source: dict[str, Any]) -> list[Any]:
    return list_of(mapping_of(source.get("entities")).get("urls"))


def _words(value: object, links: Iterable[object]) -> str | None:
    if not isinstance(value, str):
        return None
    text = html.unescape(text_of(value))
    for link in map(mapping_of, links):
        short, long = text_of(link.get("url")), text_of(link.get("expanded_url"))
        if short and long:
            text = text.replace(short, long)
    return text


def incoming_messages(page: dict[str, Any]) -> list[Incoming]:
    """Cut a page of direct messages into one payload per message, each with its people and pictures."""
    includes = mapping_of(page.get("includes"))
    return [_incoming(event, includes) for event in map(mapping_of, list_of(page.get("data"))) if event]


def _incoming(event: dict[str, Any], includes: Includes) -> Incoming:
    sender = name_of(event.get("sender_id"))
    people = [each for each in map(mapping_of, list_of(includes.get("users"))) if name_of(each.get("id")) == sender]
    raw = bytes_of({"data": event, "includes": {"users": people, "media": media.belonging_to([event], includes)}})
    number = name_of(event.get("id"))
    return Incoming(external_id=PREFIX + number if number else digest_of(raw), raw=raw)


def matches(pages: Iterable[dict[str, Any]], account: Account, *, text: str, since: datetime) -> list[str]:
    """Return the numbers of messages that the account sent since then in the words `text`."""
    wanted = comparable(text)
    found: list[str] = []
    for event in (mapping_of(each) for page in pages for each in list_of(page.get("data"))):
        part = of_message(account, event, {})
        if isinstance(part, OwnPost) and part.occurred_at >= since and wanted in _ways_to_read(part.text, event):
            found.append(part.external_id)
    return found


def _ways_to_read(text: str, event: dict[str, Any]) -> set[str]:
    """Return the words as they stand, and without the link that X puts behind them for a picture."""
    plain = {comparable(text)}
    return plain | {comparable(PICTURE_LINK.sub("", text))} if event.get("attachments") else plain
