"""Tells mails that machines wrote: out-of-office notes, lists, receipts, our own automatic mails coming back."""

import re
from email.message import Message

from channels_email.marks import BY_MACHINES, IN_BULK, suppresses
from channels_email.parsing.headers import Headers
from channels_email.parsing.structure import parameter

_ROBOT = re.compile(r"(mailer-daemon|postmaster|(do-?)?no-?t?-?reply|bounces?([+=-].*)?)", re.IGNORECASE)


def is_automatic(*, headers: Headers, part: Message, sender: str) -> bool:
    """Say whether a machine wrote this mail. It is kept and shown; nobody is written to because of it."""
    return (
        any(mark in headers for mark in BY_MACHINES)
        or headers.first("return-path") == "<>"
        or headers.first("auto-submitted").lower().partition(";")[0].strip() not in ("", "no")
        or headers.first("precedence").lower() in IN_BULK
        or suppresses(headers.first("x-auto-response-suppress").lower())
        or part.get_content_type() == "multipart/report"
        or _ROBOT.fullmatch(sender.partition("@")[0]) is not None
        or _answers_an_invitation(part)
    )


def _answers_an_invitation(part: Message) -> bool:
    return any(
        leaf.get_content_type() == "text/calendar" and parameter(part=leaf, name="method").lower() == "reply"
        for leaf in part.walk()
    )
