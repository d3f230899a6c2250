"""Reads Messenger's events and the messages that polling brought; pure, and never at a loss."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from channels_social.facebook import pictures
from channels_social.facebook.pictures import Hung
from channels_social.facebook.traits import FACEBOOK
from channels_social.reading import bytes_of, list_of, mapping_of, moment_of, name_of, text_of
from enquiries.contract import (
    Account,
    Author,
    ChangeKind,
    Ignored,
    InboundMessage,
    OwnPost,
    Parsed,
    PostChanged,
    Reached,
    Receipted,
    Side,
    Unreadable,
)
from enquiries.rules import may_reply

POSTING = "posting:"
"""What stands before a posting's key in the `metadata` that Messenger carries for us."""
RECEIPTS = {"delivery": Reached.DELIVERED, "read": Reached.READ}
NOBODYS = ("reaction", "postback", "referral", "optin", "account_linking", "policy_enforcement")
ANOTHER_APP = "Another app answers this person on Messenger. Answer by hand in the page's inbox."


def event(account: Account, event: dict[str, Any], *, is_ours: bool = True) -> Parsed:
    """Read one messaging event; `is_ours` is False for those that another app has to answer (standby)."""
    at = moment_of(event.get("timestamp"))
    if "message_edit" in event:
        return _message(account, event, mapping_of(event["message_edit"]), at, is_ours=is_ours, is_edited=True)
    if "message" in event:
        return _message(account, event, mapping_of(event["message"]), at, is_ours=is_ours)
    for name, kind in RECEIPTS.items():
        if name in event:
            return _receipted(event, mapping_of(event[name]), kind, at)
    known = next((name for name in NOBODYS if name in event), "")
    return Ignored(reason=f"A Messenger event that needs nobody: {known or 'of a new kind'}")


def _receipted(event: dict[str, Any], told: dict[str, Any], kind: Reached, at: datetime | None) -> Parsed:
    """Messages of ours that arrived or were read: those named, or all to the person up to the watermark."""
    numbers = tuple(filter(None, (name_of(each) for each in list_of(told.get("mids")))))
    person, until = name_of(mapping_of(event.get("sender")).get("id")), moment_of(told.get("watermark")) or at
    if until is None or not (numbers or person):
        return Ignored(reason=f"A receipt ({kind.value.lower()}) that names no message and nobody")
    return Receipted(kind=kind, at=until, external_ids=numbers, person=person)


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
        return PostChanged(root_id=number, kind=ChangeKind.GONE, at=at)
    hung = pictures.on_event(message)
    text = _text(message, hung)
    if message.get("is_echo") or sender == account.external_id:
        return OwnPost(external_id=number, text=text, occurred_at=at, posting_key=_key(message))
    identity = f"{number}:edited:{hashlib.sha256(text.encode()).hexdigest()[:12]}" if is_edited else number
    parent = name_of(mapping_of(message.get("reply_to")).get("mid"))
    writer = Author(external_id=sender)
    return _inbound(account, identity, writer, text, at, hung=hung, parent_id=parent, is_ours=is_ours)


def node(account: Account, node: dict[str, Any], *, person: str) -> Parsed:
    """Read a message as the conversations edge gives it; `person` is whom the page talks with there."""
    number, at = name_of(node.get("id")), moment_of(node.get("created_time"))
    writer = mapping_of(node.get("from"))
    sender = name_of(writer.get("id")) or person
    if not number or not sender or at is None:
        return Unreadable(raw=bytes_of(node), error="The message has no number, no sender or no time")
    hung = pictures.on_node(node)
    text = pictures.words(text_of(node.get("message")), hung)
    if sender == account.external_id:
        return OwnPost(external_id=number, text=text, occurred_at=at)
    author = Author(external_id=sender, name=text_of(writer.get("name")))
    return _inbound(account, number, author, text, at, hung=hung)


def _inbound(
    account: Account,
    identity: str,
    author: Author,
    text: str,
    at: datetime,
    *,
    hung: list[Hung],
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
        pictures=pictures.to_fetch(hung),
        answer_by=may_reply.deadline(
            ways=FACEBOOK.ways, way=may_reply.Way.IN_PRIVATE, heard_at=at, settings=account.settings
        ),
    )


def _key(message: dict[str, Any]) -> str:
    carried = text_of(message.get("metadata"))
    return carried.removeprefix(POSTING) if carried.startswith(POSTING) else ""


def _text(message: dict[str, Any], hung: list[Hung]) -> str:
    hidden = "[a message that can be read only in the page's inbox]" if message.get("is_unsupported") else ""
    return "\n".join(part for part in (pictures.words(text_of(message.get("text")), hung), hidden) if part)
