"""Reads Mastodon's posts into the service's own words; pure, and never at a loss whatever the bytes are."""

from __future__ import annotations

import re
from typing import Any

from channels_social.mastodon.markup import words_of
from channels_social.reading import bytes_of, digest_of, json_of, list_of, mapping_of, moment_of, name_of, text_of
from enquiries.contract import (
    Account,
    Author,
    Ignored,
    InboundMessage,
    InboundPicture,
    Incoming,
    OwnPost,
    Parsed,
    Said,
    Side,
    Unreadable,
)

FOR_EVERYBODY = frozenset({"public", "unlisted"})
LANGUAGE = re.compile(r"[a-z]{2}")
MEDIA = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}

Status = dict[str, Any]


def incoming(status: Status, *, root: str) -> Incoming:
    """Make a payload of one post and the first post of its thread, which Mastodon does not tell with it."""
    raw = bytes_of({"status": status, "root": root})
    return Incoming(external_id=identity_of(status) or digest_of(raw), raw=raw)


def parse(account: Account, raw: bytes) -> list[Parsed]:
    """Read a payload as `incoming` made it."""
    try:
        content = mapping_of(json_of(raw))
    except ValueError:
        return [Unreadable(raw=raw, error="The payload is no JSON")]
    status = mapping_of(content.get("status"))
    if not status:
        return [Ignored(reason="The payload holds no post")]
    return [_of_status(account, status, root=name_of(content.get("root")))]


def _of_status(account: Account, status: Status, *, root: str) -> Parsed:
    own_id, author, occurred_at = name_of(status.get("id")), author_of(status), moment_of(status.get("created_at"))
    if not own_id or not author.external_id or occurred_at is None or not isinstance(status.get("content"), str):
        missing = [name for name in ("id", "account", "created_at", "content") if not status.get(name)]
        return Unreadable(raw=bytes_of(status), error=f"The post lacks {', '.join(missing) or 'something'}")
    parent = name_of(status.get("in_reply_to_id"))
    if author.external_id == account.external_id:
        text = words_of(status["content"])
        return OwnPost(external_id=own_id, text=text, occurred_at=occurred_at, parent_id=parent)
    if status.get("reblog"):
        return Ignored(reason="A boost says nothing of its own")
    side, identity = side_of(status), identity_of(status)
    language = name_of(status.get("language"))
    return InboundMessage(
        external_id=identity,
        root_id=own_id,
        version_at=moment_of(status.get("edited_at")) if identity != own_id else None,
        thread_key=_thread(root or parent or own_id, author, side),
        author=author,
        text=full_text(status),
        side=side,
        occurred_at=occurred_at,
        parent_id=parent,
        reply_to=author.external_id,
        permalink=address_of(status),
        language=language if LANGUAGE.fullmatch(language) else "",
        pictures=pictures_of(status),
    )


def _thread(root: str, author: Author, side: Side) -> str:
    """What is said in private never joins what was said in public, though Mastodon hangs both on one thread."""
    key = f"{root}:{author.external_id}"
    return key if side is Side.PUBLIC else f"direct:{key}"


def side_of(status: Status) -> Side:
    """Say who can read a post. What is not certainly for everybody is private."""
    return Side.PUBLIC if name_of(status.get("visibility")) in FOR_EVERYBODY else Side.PRIVATE


def identity_of(status: Status) -> str:
    """Return the number, or for an edited post the number, a colon and when it got these words, in milliseconds."""
    own_id, edited_at = name_of(status.get("id")), moment_of(status.get("edited_at"))
    return f"{own_id}:{round(edited_at.timestamp() * 1000)}" if own_id and edited_at else own_id


def author_of(status: Status) -> Author:
    """Return who wrote a post."""
    account = mapping_of(status.get("account"))
    handle = name_of(account.get("acct"))
    name = text_of(account.get("display_name")).strip() or handle
    return Author(external_id=name_of(account.get("id")), name=name, handle=handle)


def full_text(status: Status) -> str:
    """Return the words as plain text, behind the content warning if there is one."""
    parts = (text_of(status.get("spoiler_text")).strip(), words_of(status.get("content")))
    return "\n\n".join(part for part in parts if part)


def pictures_of(status: Status) -> tuple[InboundPicture, ...]:
    """Return the pictures and films of a post, as they lie on our own server where it keeps a copy."""
    attached = [mapping_of(each) for each in list_of(status.get("media_attachments"))]
    return tuple(
        InboundPicture(
            url=text_of(each.get("url")),
            media_type=MEDIA.get(name_of(each.get("type")), ""),
            alt=text_of(each.get("description")),
        )
        for each in attached
        if text_of(each.get("url"))
    )


def address_of(status: Status) -> str:
    """Return the address of a post for people."""
    url = text_of(status.get("url"))
    return url if url.startswith(("https://", "http://")) else ""


def said(account: Account, status: Status) -> Said | None:
    """Read a post that stands around another; None unless it is whole and everybody may read it."""
    own_id, author, occurred_at = name_of(status.get("id")), author_of(status), moment_of(status.get("created_at"))
    if not own_id or not author.external_id or occurred_at is None or side_of(status) is not Side.PUBLIC:
        return None
    return Said(
        external_id=own_id,
        author=author,
        text=full_text(status),
        occurred_at=occurred_at,
        parent_id=name_of(status.get("in_reply_to_id")),
        is_ours=author.external_id == account.external_id,
        permalink=address_of(status),
    )
