"""Says what makes two mails the same mail, however often and by whichever way they arrive.

A mail that comes by IMAP and by SMTP, or twice because we are in To and in Cc, differs only in what the servers on the
way wrote into it. So the identity is a digest of what its writer wrote. The Message-ID alone is no identity: it may be
missing, repeated or forged.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from channels_email.marks import is_by_machine, is_refuted

_WRITERS_HEADERS = frozenset(
    [
        b"from",
        b"sender",
        b"reply-to",
        b"to",
        b"cc",
        b"subject",
        b"date",
        b"message-id",
        b"in-reply-to",
        b"references",
        b"auto-submitted",
        b"mime-version",
        b"content-type",
        b"content-transfer-encoding",
        b"content-disposition",
        b"x-citizenservice-oversize",
    ]
)
"""An allow-list, because every gateway adds headers of its own and no list of those is ever complete."""

_REFUTED, _BY_MACHINE = "+refuted", "+machine"
_MARKS = ("", _REFUTED, _BY_MACHINE)
"""What may stand behind a plus in the identity of a copy; those before count for more."""
_UNFOLD = re.compile(rb"\n[ \t]+")
OVERSIZE = "X-Citizenservice-Oversize"
"""Marks a stand-in for a mail too large to take in: its headers only, with its size in bytes as this header's value."""


def mail_identity(*, raw: bytes) -> str:
    """Return `sha256:…` of what the writer wrote: the same for every copy, line endings and transport aside."""
    head, body = _taken_apart(raw)
    return _digest(_fields(head=head), body=body)


def copy_identity(*, raw: bytes) -> str:
    """Return `mail_identity` and, behind a plus, what servers on the way say against this copy; mostly nothing.

    So a copy that came by a list, or whose sender failed, never stands for the one that came straight from its writer.
    """
    head, body = _taken_apart(raw)
    fields = _fields(head=head)
    return _digest(fields, body=body) + _mark(fields)


def counting_more(identity: str) -> tuple[str, ...]:
    """Name the copies of the same mail that count for more than this one, the straight one first."""
    plain, plus, mark = identity.partition("+")
    return tuple(plain + better for better in _MARKS[: _MARKS.index(plus + mark)])


def _taken_apart(raw: bytes) -> tuple[bytes, bytes]:
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    return head, body


def _fields(*, head: bytes) -> list[tuple[bytes, bytes]]:
    parts = (field.partition(b":") for field in _UNFOLD.sub(b" ", head).split(b"\n"))
    return [(name.strip().lower(), value) for name, colon, value in parts if colon]


def _digest(fields: Sequence[tuple[bytes, bytes]], *, body: bytes) -> str:
    digest = hashlib.sha256()
    for header in sorted(name + b":" + b" ".join(value.split()) for name, value in fields if name in _WRITERS_HEADERS):
        digest.update(header + b"\n")
    digest.update(b"\n" + body.rstrip(b"\n"))
    return "sha256:" + digest.hexdigest()


def _mark(fields: Sequence[tuple[bytes, bytes]]) -> str:
    if any(is_by_machine(name, value) for name, value in fields):
        return _BY_MACHINE
    return _REFUTED if any(is_refuted(name, value) for name, value in fields) else ""


def with_envelope(*, raw: bytes, sender: str, recipients: Sequence[str], host: str, now: datetime) -> bytes:
    """Put what the SMTP envelope said in front of a mail, as a final delivery does (RFC 5321, section 4.4)."""
    lines = [f"Return-Path: <{_one_line(sender)}>"]
    lines += [f"X-Original-To: {_one_line(recipient)}" for recipient in recipients]
    lines.append(f"Received: by {_one_line(host)} with SMTP; {format_datetime(now)}")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape") + raw


def headers_only(*, head: bytes, size: int) -> bytes:
    """Return the stand-in for a mail of `size` bytes, too large to take in, so that a person sees that it came."""
    return f"{OVERSIZE}: {size}\r\n".encode() + head.rstrip(b"\r\n") + b"\r\n\r\n"


def _one_line(value: str) -> str:
    return "".join(character for character in value if character.isprintable() or "\udc80" <= character <= "\udcff")
