"""Writes the mail that carries an approved reply: the same bytes at each attempt, and nothing smuggled into a header.

The header lines are written here and not by `EmailMessage`, whose folding turns long Message-IDs and addresses into
encoded words (seen in Python 3.11 to 3.13): the citizen's mail program would lose the thread.
"""

import re
from email.header import Header
from email.utils import format_datetime, quote

from channels_email.content import body_of
from channels_email.parsing.charsets import clean_line
from enquiries.contract import Account, OutboundReply, Refused

MAX_REFERENCES = 20
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,253}")
_RE = re.compile(r"(re|aw|sv|vs|antw|odp|r|res|rv|ynt)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_BREAKS_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ID = re.compile(r"<[^<>\s\x00-\x20\x7f]{1,500}>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_FOLD = "\r\n "


def message_id(*, account: Account, reply: OutboundReply) -> str:
    """Return the Message-ID that this reply has at every attempt."""
    return f"<{reply.key}@{ascii_domain(account.external_id)}>"


def ascii_domain(address: str) -> str:
    """Return the domain of `address` as DNS writes it. Raises UnicodeError for what is no domain."""
    return address.rpartition("@")[2].encode("idna").decode()


def compose(*, account: Account, reply: OutboundReply) -> bytes:
    """Return the mail: one recipient, text and HTML, no byte that differs from one attempt to the next.

    Raises Refused where a header would break, the recipient is no address, or the text cannot be written.
    """
    head = [
        ("From", _mailbox(name=account.name, address=account.external_id)),
        ("To", _mailbox(name=reply.recipient_name, address=recipient_address(reply))),
        ("Subject", _words(subject(reply), name="Subject")),
        ("Date", format_datetime(reply.approved_at)),
        ("Message-ID", message_id(account=account, reply=reply)),
    ]
    if reply.reply_token:
        answers_to = _with_token(account.external_id, reply.reply_token)
        head.append(("Reply-To", _mailbox(name=account.name, address=answers_to)))
    answered = [name for name in reply.references if _ID.fullmatch(name)][-MAX_REFERENCES:]
    if answered:
        head += [("In-Reply-To", answered[-1]), ("References", _FOLD.join(answered))]
    head += _told_of_itself(account=account, reply=reply)
    return b"".join(_line(name, value) for name, value in head) + body_of(reply)


def _told_of_itself(*, account: Account, reply: OutboundReply) -> list[tuple[str, str]]:
    """Name the language, and mark what no person wrote, so that no other machine answers it."""
    told = [("Content-Language", reply.language)] if _LANGUAGE.fullmatch(reply.language) else []
    if not reply.automatic:
        return told
    return [
        *told,
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "auto_reply"),
        ("X-Loop", account.external_id),
    ]


def recipient_address(reply: OutboundReply) -> str:
    """Return where the mail goes, its domain as DNS writes it. Raises Refused for anything but one plain address."""
    try:
        local = reply.recipient.rpartition("@")[0]
        address = f"{local}@{ascii_domain(reply.recipient)}" if len(reply.recipient) <= 320 else ""
    except UnicodeError:
        address = ""
    if not _ADDRESS.fullmatch(address) or _BREAKS_A_LINE.search(address):
        raise Refused(
            "The recipient is not a mail address.", fix="Correct the citizen's mail address, then approve again."
        )
    return address


def subject(reply: OutboundReply) -> str:
    """Return the subject line: the citizen's own behind one `Re:`, our reference at its end, always the same."""
    if _BREAKS_A_LINE.search(reply.subject):
        raise Refused("The subject has a line break in it.", fix="Write the subject on one line, then approve again.")
    own = clean_line(reply.subject, limit=300)
    line = f"Re: {own}" if own and reply.references and not _RE.match(own) else own
    return line if not reply.reference or reply.reference in line else f"{line} [{reply.reference}]".strip()


def _line(name: str, value: str) -> bytes:
    """Return one header line. The last gate: a line break that is no fold of ours ends here, whatever came before."""
    if _BREAKS_A_LINE.search(value.replace(_FOLD, " ")):
        raise Refused(f"The mail's {name} has a line break in it.", fix="Correct it, then approve the reply again.")
    return f"{name}: {value}\r\n".encode("utf-8", "replace")


def _words(text: str, *, name: str) -> str:
    """Write text as a header may hold it: ASCII as it is, all else as encoded words (RFC 2047)."""
    if text.isascii() and "=?" not in text:
        return text
    header = Header(text.encode("utf-8", "replace").decode(), charset="utf-8", header_name=name, maxlinelen=75)
    return header.encode(linesep="\r\n")


def _mailbox(*, name: str, address: str) -> str:
    shown = clean_line(name, limit=100)
    if not shown:
        return address
    words = f'"{quote(shown)}"' if shown.isascii() and "=?" not in shown else _words(shown, name="Reply-To")
    return f"{words}{_FOLD}<{address}>"


def _with_token(address: str, token: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"
