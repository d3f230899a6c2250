"""Finds what a mail answers: our token in the address it was sent to, and the Message-IDs it refers to."""

import base64
import binascii
import re
from uuid import UUID

from channels_email.parsing.headers import Headers, message_ids

MAX_REFERENCES = 20
ROOT_BYTES = 22
_RECIPIENT_HEADERS = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "to", "cc")


def reply_token(*, headers: Headers, mailbox: str) -> str:
    """Return the token of a plus address of `mailbox` among the recipients, the envelope's first; "" if there is none.

    The token is a secret that only our own mail to this citizen carried: it is proof by itself.
    """
    local, _, domain = mailbox.partition("@")
    ours = re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([a-z0-9]{{26}})@{re.escape(domain)}(?![\w.-]*\w)", re.IGNORECASE
    )
    for value in recipients(headers=headers):
        match = ours.search(value)
        if match:
            return match[1].lower()
    return ""


def recipients(*, headers: Headers) -> list[str]:
    """Return every header that says to whom this mail was sent, those of the envelope first."""
    return headers.each(*_RECIPIENT_HEADERS)


def posting_key(name: str, *, mailbox: str) -> str:
    """Return the key of the posting that the Message-ID `name` was made for; "" if it is not one of ours."""
    key, _, domain = name.strip("<>").rpartition("@")
    try:
        return str(UUID(key)) if domain.lower() == mailbox.rpartition("@")[2].lower() else ""
    except ValueError:
        return ""


def thread_index(*, headers: Headers) -> str:
    """Return the root of the thread as Outlook and Exchange count it, in hexadecimal; "" where they did not write this.

    Their mails often come without References. The first 22 bytes are the same in all mails of a thread.
    """
    try:
        index = base64.b64decode("".join(headers.first("thread-index").split())[:4096], validate=True)
    except (binascii.Error, ValueError):
        return ""
    return index[:ROOT_BYTES].hex() if len(index) >= ROOT_BYTES and (len(index) - ROOT_BYTES) % 5 == 0 else ""


def references(*, headers: Headers) -> tuple[str, ...]:
    """Return the Message-IDs that this mail refers to, nearest first, at most 20, none twice."""
    nearest = message_ids(" ".join(headers.each("in-reply-to")))
    earlier = message_ids(" ".join(headers.each("references")))
    return tuple(dict.fromkeys(nearest + earlier[::-1]))[:MAX_REFERENCES]


def own_name(*, headers: Headers) -> str:
    """Return the mail's own Message-ID in brackets; "" if it has none."""
    return next(iter(message_ids(headers.first("message-id"))), "")
