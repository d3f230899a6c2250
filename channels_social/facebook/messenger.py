"""Reads Messenger's events and the messages that polling brought; pure, and never at a loss."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from channels_social.facebook.traits import FACEBOOK
from channels_social.reading import bytes_of, list_of, mapping_of, moment_of, name_of, text_of
from enquiries.contract import Account, Author, Ignored, InboundMessage, OwnPost, Parsed, Side, Unreadable
from enquiries.rules import may_reply

POSTING = "posting:"
"""What stands before a posting's key in the `metadata` that Messenger carries for us."""
NOBODYS = ("delivery", "read", "reaction", "postback", "referral", "optin", "account_linking", "policy_enforcement")
ANOTHER_APP = "Another app answers this person on Messenger. Answer by hand in the page's inbox."


def event(account: Account, event: dict[str, Any], *, is_ours: bool = True) -> Parsed:
    """Read one messaging event; `is_ours` is False for those that another app has to answer (standby)."""
    at = moment_of(event.get("timestamp"))
    if "message_edit" in event:
        return _message(account, event, mapping_of(event["message_edit"]), at, is_ours=is_ours, is_edited=True)
    if "message" in event:
        return _message(account, event, mapping_of(event["message"]), at, is_ours=is_ours)
    known = next((name for name in NOBODYS if name in event), "")
    return Ignored(reason=f"A Messenger event that needs nobody: {known or 'of a new kind'}")


def _message(
    account: Account,
    event: dict[str, Any],
    message: dict[str, Any],
    at: datetime | None,
    *,
    is_ours: bool,
    is_edited: bool = False,
) -> Parsed:
    number, sender = name_of(message.get("mid")), name_of(mapping_of(event.get("sender")).get("id"))
    if not number or not sender or at is None:
        return Unreadable(raw=bytes_of(event), error="The message has no number, no sender or no time")
    if message.get("is_deleted"):
        return Ignored(reason="The person took back a message")
    text = _text(message)
    if message.get("is_echo") or sender == account.external_id:
        return OwnPost(external_id=number, text=text, occurred_at=at, posting_key=_key(message))
    identity = f"{number}:edited:{hashlib.sha256(text.encode()).hexdigest()[:12]}" if is_edited else number
    parent = name_of(mapping_of(message.get("reply_to")).get("mid"))
    return _inbound(account, identity, Author(external_id=sender), text, at, parent_id=parent, is_ours=is_ours)


def node(account: Account, node: dict[str, Any], *, person: str) -> Parsed:
    """Read a message as the conversations edge gives it; `person` is whom the page talks with there."""
    number, at = name_of(node.get("id")), moment_of(node.get("created_time"))
    writer = mapping_of(node.get("from"))
    sender = name_of(writer.get("id")) or person
    if not number or not sender or at is None:
        return Unreadable(raw=bytes_of(node), error="The message has no number, no sender or no time")
    files = [_described(mapping_of(each)) for each in list_of(mapping_of(node.get("attachments")).get("data"))]
    text = "\n".join(part for part in (text_of(node.get("message")), *files) if part)
    if sender == account.external_id:
        return OwnPost(external_id=number, text=text, occurred_at=at)
    return _inbound(account, number, Author(external_id=sender, name=text_of(writer.get("name"))), text, at)


def _inbound(
    account: Account,
    identity: str,
    author: Author,
    text: str,
    at: datetime,
    *,
    parent_id: str = "",
    is_ours: bool = True,
) -> InboundMessage:
    return InboundMessage(
        external_id=identity,
        root_id=identity.partition(":edited:")[0],
        thread_key=f"psid:{author.external_id}",
        author=author,
        text=text,
        side=Side.PRIVATE,
        occurred_at=at,
        parent_id=parent_id,
        reply_to=author.external_id,
        answerable=is_ours,
        hindrance="" if is_ours else ANOTHER_APP,
        answer_by=may_reply.deadline(
            ways=FACEBOOK.ways, way=may_reply.Way.IN_PRIVATE, heard_at=at, settings=account.settings
        ),
    )


def _key(message: dict[str, Any]) -> str:
    carried = text_of(message.get("metadata"))
    return carried.removeprefix(POSTING) if carried.startswith(POSTING) else ""


def _text(message: dict[str, Any]) -> str:
    """The words, and a line for each attachment: their addresses expire, but that they were there is kept."""
    lines = [text_of(message.get("text"))]
    for attachment in (mapping_of(each) for each in list_of(message.get("attachments"))):
        address = text_of(mapping_of(attachment.get("payload")).get("url"))
        lines.append(f"[{name_of(attachment.get('type')) or 'attachment'}] {address}".rstrip())
    if message.get("is_unsupported"):
        lines.append("[a message that can be read only in the page's inbox]")
    return "\n".join(line for line in lines if line)


def _described(attachment: dict[str, Any]) -> str:
    picture = mapping_of(attachment.get("image_data")).get("url")
    return f"[attachment] {text_of(picture or attachment.get('file_url'))}".rstrip()
