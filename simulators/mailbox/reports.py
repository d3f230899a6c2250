"""What mail servers send back by themselves after they said yes: not delivered, late, or somebody is away (RFC 3464, 3834)."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final

from simulators.mailbox.letters import Letter

OUTCOMES: Final = {"gone": ("failed", "5.1.1"), "late": ("delayed", "4.4.1"), "told": ("delivered", "2.0.0")}
"""Local parts that take every mail and report on it afterwards → action and status of the report."""
AWAY: Final = "away"
"""The local part whose owner is always away."""


def answers_to(letter: Letter, *, now: datetime) -> list[bytes]:
    """Write what the recipients' servers send to the envelope sender; nothing where there is none to write to."""
    sender = letter.sender.strip("<>")
    if not sender:
        return []
    found: list[bytes] = []
    for recipient in letter.recipients:
        local = recipient.lower().partition("@")[0]
        if local in OUTCOMES:
            found.append(_report(letter, recipient=recipient, sender=sender, now=now))
        if local == AWAY and letter.header("Auto-Submitted") in ("", "no"):
            found.append(_away(letter, recipient=recipient, sender=sender, now=now))
    return found


def _report(letter: Letter, *, recipient: str, sender: str, now: datetime) -> bytes:
    action, status = OUTCOMES[recipient.lower().partition("@")[0]]
    head = letter.raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    parts = [
        "Content-Type: text/plain; charset=utf-8\r\n\r\nThis is the mail server. Your mail could not be delivered.",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.citizens.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} <{recipient}>: no such user",
        f"Content-Type: text/rfc822-headers\r\n\r\n{head}",
    ]
    fields = {
        "From": "MAILER-DAEMON@mx.citizens.example",
        "Subject": "Undelivered Mail Returned to Sender",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/report; report-type=delivery-status; boundary="=_report"',
    }
    body = "".join(f"--=_report\r\n{part}\r\n" for part in parts) + "--=_report--\r\n"
    return _envelope(sender, now) + (_lines(fields) + "\r\n" + body).encode()


def _away(letter: Letter, *, recipient: str, sender: str, now: datetime) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = recipient
    mail["Subject"] = "Out of office"
    mail["Auto-Submitted"] = "auto-replied"
    mail["In-Reply-To"] = letter.header("Message-ID")
    mail.set_content("I am away until Monday.\n")
    return _envelope(sender, now) + mail.as_bytes()


def _envelope(sender: str, now: datetime) -> bytes:
    """Write what the final delivery puts in front: nobody can be answered, and where the mail was sent to."""
    fields = {
        "Return-Path": "<>",
        "X-Original-To": sender,
        "To": sender,
        "Date": format_datetime(now.astimezone(UTC)),
        "Message-ID": make_msgid(domain="mx.citizens.example"),
    }
    return _lines(fields).encode()


def _lines(fields: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items())
