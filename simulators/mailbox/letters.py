"""Mails as the simulator keeps and shows them: raw bytes, and what a reader sees of them."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid
from html.parser import HTMLParser
from typing import Any


@dataclass(frozen=True)
class Letter:
    """One mail that was accepted for one or more mailboxes."""

    id: str
    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    created_at: datetime
    visible_at: datetime
    to_city: bool
    by: str

    @property
    def message(self) -> EmailMessage:
        """The parsed mail; parsing never fails, headers may be missing."""
        return BytesParser(EmailMessage, policy=default).parsebytes(self.raw)

    def header(self, name: str) -> str:
        """A header's text, empty if missing or beyond reading."""
        try:
            return str(self.message.get(name, ""))
        except (ValueError, IndexError, AttributeError):  # headers broken in ways that the parser does not expect
            return ""

    @property
    def text(self) -> str:
        """The readable text: plain part first, else the HTML part without its tags."""
        try:
            part = self.message.get_body(("plain", "html"))
            content = str(part.get_content()) if part else ""
        except (LookupError, ValueError, AttributeError):  # unknown charsets and broken structures
            return self.raw.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
        return _without_tags(content) if part and part.get_content_subtype() == "html" else content

    def entry(self) -> dict[str, Any]:
        """What the ledger says of it."""
        return {
            "id": self.id,
            "message_id": self.header("Message-ID"),
            "author": self.sender,
            "from": self.header("From"),
            "target": list(self.recipients),
            "reply_to": self.header("Reply-To"),
            "subject": self.header("Subject"),
            "text": self.text,
            "in_reply_to": self.header("In-Reply-To"),
            "references": self.header("References"),
            "auto_submitted": self.header("Auto-Submitted"),
            "headers": [name for name, _ in self.message.items()],
            "created_at": self.created_at.isoformat(),
            "visible_at": self.visible_at.isoformat(),
            "deleted": False,
            "to_city": self.to_city,
            "by": self.by,
            "bytes": len(self.raw),
        }


def compose(fields: dict[str, Any], *, to: str, answered: Letter | None, now: datetime) -> bytes:
    """Write a mail as a citizen's mail program would; `answered` puts it into that mail's thread."""
    address = str(fields["from_address"])
    mail = EmailMessage()
    mail["From"] = Address(str(fields.get("from_name", "")), addr_spec=address)
    mail["To"] = to
    mail["Subject"] = " ".join(_subject(fields, answered).split())
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = make_msgid(domain=address.partition("@")[2])
    if answered:
        mail["In-Reply-To"] = answered.header("Message-ID")
        mail["References"] = f"{answered.header('References')} {answered.header('Message-ID')}".strip()
    for name, value in dict(fields.get("headers") or {}).items():
        mail[name] = str(value)
    mail.set_content(str(fields.get("text", "")))
    if fields.get("html"):
        mail.add_alternative(str(fields["html"]), subtype="html")
    for attached in fields.get("attachments") or ():
        _attach(mail, attached)
    return mail.as_bytes(policy=SMTP)


def _attach(mail: EmailMessage, attached: dict[str, str]) -> None:
    main, _, sub = attached.get("content_type", "application/octet-stream").partition("/")
    content = base64.b64decode(attached["content_base64"])
    mail.add_attachment(content, maintype=main, subtype=sub, filename=attached.get("filename", "file"))


def _subject(fields: dict[str, Any], answered: Letter | None) -> str:
    given = str(fields.get("subject") or "")
    if given or not answered:
        return given
    known = answered.header("Subject")
    return known if known.lower().startswith("re:") else f"Re: {known}"


class _Text(HTMLParser):
    BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3"})
    HIDDEN = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN
        if tag in self.BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in self.HIDDEN and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def _without_tags(content: str) -> str:
    reader = _Text()
    reader.feed(content)
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return "\n".join(line for line in lines if line)
