"""Finds what a mail answers: our token in the address it was sent to, and the Message-IDs it refers to."""

import re

from channels_email.parsing.headers import Headers, message_ids

MAX_REFERENCES = 20
_RECIPIENT_HEADERS = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "to", "cc")


def reply_token(*, headers: Headers, mailbox: str) -> str:
    """Return the token of a plus address of `mailbox` among the recipients, the envelope's first; "" if there is none.

    The token is a secret that only our own mail to this citizen carried: it is proof by itself.
    """
    local, _, domain = mailbox.partition("@")
    ours = re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([a-z0-9]{{26}})@{re.escape(domain)}(?![\w.-]*\w)", re.IGNORECASE
    )
    for value in headers.each(*_RECIPIENT_HEADERS):
        match = ours.search(value)
        if match:
            return match[1].lower()
    return ""


def references(*, headers: Headers) -> tuple[str, ...]:
    """Return the Message-IDs that this mail refers to, nearest first, at most 20, none twice."""
    nearest = message_ids(" ".join(headers.each("in-reply-to")))
    earlier = message_ids(" ".join(headers.each("references")))
    return tuple(dict.fromkeys(nearest + earlier[::-1]))[:MAX_REFERENCES]


def own_name(*, headers: Headers) -> str:
    """Return the mail's own Message-ID in brackets; "" if it has none."""
    return next(iter(message_ids(headers.first("message-id"))), "")
