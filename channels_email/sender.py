"""Sends a mail by SMTP step by step, because what a failure means depends on the step it happens in.

Until the final dot nothing was sent; the server's answer to the dot is the proof; losing that answer leaves it open.
"""

import re
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta

from channels_email.connecting import smtp_session
from channels_email.letter import compose, message_id, recipient_address
from channels_email.verp import bounce_address
from enquiries.contract import (
    Account,
    AccountUnusable,
    ChannelError,
    NotSent,
    OutboundReply,
    Receipt,
    Refused,
    Throttled,
    Uncertain,
)

_START_WITHIN = 30
"""Seconds from the first step within which the final dot must be written, where the letter does not say until when."""
_STEP_WITHIN = 10
_ANSWER_WITHIN = 20
"""Seconds to wait for the answer to the dot; a server may look for viruses first. The worker's lease has room for it."""
_LEAVE_WITHIN = 2
"""Seconds for the goodbye: the answer is known, and the lease is running out."""
_BUSY = timedelta(minutes=5)
_TOO_FAST = re.compile(r"too (many|fast)|\brate\b|throttl|4\.7\.28", re.IGNORECASE)


def send(*, account: Account, reply: OutboundReply) -> Receipt:
    """Mail `reply` to its one recipient, and blind to the archive address where one is set. Raises ChannelError.

    The final dot is written by `reply.send_by` or not at all, whatever the steps before it took.
    """
    data = compose(account=account, reply=reply)
    until = time.monotonic() + _START_WITHIN if reply.send_by is None else reply.send_by
    _hurry(None, until=until)
    with smtp_session(account=account) as server:
        _hurry(server, until=until)
        _envelope(server, account=account, reply=reply, until=until)
        _step(lambda: server.docmd("DATA"), good=354, refused=_data_refused)
        _hurry(server, until=until)
        _content(server, data=data)
        _hurry(server, until=until)
        answer = _final_dot(server)
        if server.sock is not None:
            server.sock.settimeout(_LEAVE_WITHIN)
    return Receipt(external_id=message_id(account=account, reply=reply), detail=answer)


def _hurry(server: smtplib.SMTP | None, *, until: float) -> None:
    """Give the next step what is left of the time, at most ten seconds; where nothing is left, nothing is sent."""
    left = until - time.monotonic()
    if left <= 0:
        if server is not None:
            server.close()
        raise NotSent("The SMTP server is too slow.", after=_BUSY)
    if server is not None and server.sock is not None:
        server.sock.settimeout(min(left, _STEP_WITHIN))


def _envelope(server: smtplib.SMTP, *, account: Account, reply: OutboundReply, until: float) -> None:
    """Say from whom and to whom. What a machine wrote has no sender to whom anything could come back."""
    sender = "" if reply.automatic else bounce_address(account=account, key=reply.key)
    recipient = recipient_address(reply)
    options = [] if recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
    if options and not server.has_extn("smtputf8"):
        raise Refused(
            "The mail server cannot write to addresses with such letters.", fix="Ask the citizen for another address."
        )
    server.command_encoding = "utf-8" if options else "ascii"
    _step(lambda: server.mail(sender, options), good=250, refused=_sender_refused)
    _hurry(server, until=until)
    _step(lambda: server.rcpt(recipient), good=250, refused=_recipient_refused)
    archive = str(account.settings.get("archive_address") or "")
    _hurry(server, until=until)
    if archive:
        _step(lambda: server.rcpt(archive), good=250, refused=_archive_refused)


def _step(command: Callable[[], tuple[int, bytes]], *, good: int, refused: Callable[[int, str], ChannelError]) -> None:
    """Run one step before the final dot: whatever goes wrong here, nothing was sent."""
    try:
        code, _ = answer = command()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The SMTP server broke off ({type(error).__name__}).") from error
    if code != good and not (good == 250 and code == 251):
        raise _classified(code, _printable(answer[1]), refused=refused)


def _classified(code: int, text: str, *, refused: Callable[[int, str], ChannelError]) -> ChannelError:
    """Say what an answer means that is not the good one: RFC 5321 has 4xx and 5xx mean that nothing was done."""
    if code == 421 or (code < 500 and _TOO_FAST.search(text)):
        return Throttled("The mail server asks to slow down.", after=_BUSY, code=str(code), trace_id=text)
    if code < 500:
        return NotSent("The mail server put the mail off.", after=_BUSY, code=str(code), trace_id=text)
    if code in (530, 535):
        return _unusable(str(code), text)
    return refused(code, text)


def _content(server: smtplib.SMTP, *, data: bytes) -> None:
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in data.split(b"\r\n"))
    try:
        server.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The SMTP server broke off ({type(error).__name__}).") from error


def _final_dot(server: smtplib.SMTP) -> str:
    """Write the dot and read the answer. From here on no answer means that nobody knows."""
    if server.sock is not None:
        server.sock.settimeout(_ANSWER_WITHIN)
    try:
        server.send(b".\r\n")
        code, message = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise Uncertain(f"The SMTP server did not confirm the mail ({type(error).__name__}).") from error
    text = _printable(message)
    if code == 250:
        return text
    if 400 <= code < 600:
        raise _classified(code, text, refused=_data_refused)
    server.close()
    raise Uncertain("The SMTP server gave an answer that says nothing.", code=str(code), trace_id=text)


def _printable(message: bytes) -> str:
    """Return the server's words without what could be an address: they go into logs and audit."""
    words = message.decode("utf-8", "replace").split()
    return " ".join("…" if "@" in word else word for word in words if word.isprintable())[:300]


def _recipient_refused(code: int, text: str) -> ChannelError:
    if "relay" in text.lower():
        return _unusable(str(code), text)
    if "5.2.2" in text or code == 552:
        return NotSent("The citizen's mailbox is full.", after=timedelta(hours=1), code=str(code), trace_id=text)
    return Refused(
        "The mail server does not accept the recipient.",
        fix="Check the citizen's mail address, or answer another way.",
        code=str(code),
        trace_id=text,
    )


def _sender_refused(code: int, text: str) -> ChannelError:
    return _unusable(str(code), text)


def _archive_refused(code: int, text: str) -> ChannelError:
    return AccountUnusable(
        "The archive mailbox does not take mails.", fix="Mend the archive address.", code=str(code), trace_id=text
    )


def _data_refused(code: int, text: str) -> ChannelError:
    return Refused(
        "The mail server does not accept this mail.",
        fix="Read the server's words, change the text if they ask for it, then approve again.",
        code=str(code),
        trace_id=text,
    )


def _unusable(code: str, text: str) -> AccountUnusable:
    return AccountUnusable(
        "The mail server does not let this mailbox send.",
        fix="Check the mailbox's SMTP user, password and right to send.",
        code=code,
        trace_id=text,
    )
