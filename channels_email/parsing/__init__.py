"""Reads a mail: whatever the bytes are, they become a message, an own post, something to ignore, or unreadable."""

import re
from uuid import UUID

from channels_email.identity import OVERSIZE, mail_identity
from channels_email.parsing.automatic import is_automatic, report_reason
from channels_email.parsing.body import Body, read_body
from channels_email.parsing.dates import written_at
from channels_email.parsing.files import files_of
from channels_email.parsing.headers import Headers, Mailbox, mailboxes
from channels_email.parsing.structure import Part, TooComplex, take_apart
from channels_email.parsing.threads import own_name, references, reply_token
from enquiries.contract import Account, Author, Ignored, InboundMessage, OwnPost, Parsed, Side, Unreadable

MAX_SUBJECT = 500
_TELLING = ("from", "sender", "to", "subject", "date", "message-id", "return-path")
_NO_SENDER = "This mail has no sender address that could be written to."
_OWN_SENDER = "This mail names our own address as its sender. Look in its text for the address of the citizen."


def read_mail(*, account: Account, raw: bytes) -> Parsed:
    """Read one mail that came to `account`. Pure and total: the same bytes give the same result, and none raises."""
    try:
        return _read(account=account, raw=raw)
    except TooComplex as refusal:
        return Unreadable(raw=raw, error=f"This mail was not read because {refusal}.")
    except Exception as error:  # noqa: BLE001 - the contract promises a result for any bytes: the last net, seen by a person
        return Unreadable(raw=raw, error=f"This mail could not be read ({type(error).__name__}).")


def _read(*, account: Account, raw: bytes) -> Parsed:
    part = take_apart(raw=raw)
    headers = Headers(part)
    if OVERSIZE.lower() in headers:
        return Unreadable(raw=raw, error=_oversize(headers))
    if not any(name in headers for name in _TELLING):
        return Unreadable(raw=raw, error="This is no mail: no header tells a sender, a subject or a date.")
    sender = _sender(headers)
    reason = report_reason(part=part) or _loop(headers=headers, account=account, sender=sender)
    if reason:
        return Ignored(reason=reason)
    body = read_body(part=part)
    if is_own_address(sender.address, account=account) and _posting_key(own_name(headers=headers), account=account):
        return _own_post(headers=headers, body=body, account=account, raw=raw)
    return _message(headers=headers, part=part, body=body, sender=sender, account=account, raw=raw)


def _message(
    *, headers: Headers, part: Part, body: Body, sender: Mailbox, account: Account, raw: bytes
) -> InboundMessage:
    identity = mail_identity(raw=raw)
    hindrance = _hindrance(sender.address, account=account)
    return InboundMessage(
        external_id=identity,
        # Not a Message-ID: anybody can write one, and messages of one thread key join without further proof.
        thread_key=identity,
        author=Author(external_id=sender.address, name=sender.name, handle=sender.address),
        text=body.text + ("\n\n[…]" if body.cut else ""),
        html=body.html,
        side=Side.PRIVATE,
        occurred_at=written_at(headers=headers),
        subject=headers.text("subject", limit=MAX_SUBJECT),
        known_as=own_name(headers=headers),
        references=references(headers=headers),
        reply_token=reply_token(headers=headers, mailbox=account.external_id),
        reply_to="" if hindrance else sender.address,
        language=_language(headers),
        answerable=not hindrance,
        hindrance=hindrance,
        automatic=is_automatic(headers=headers, part=part, sender=sender.address),
        files=files_of(attached=body.attached),
    )


def _hindrance(sender: str, *, account: Account) -> str:
    """Say why a mail cannot be answered; "" when it can. A site that mails its forms under our own name is not a citizen."""
    if not sender:
        return _NO_SENDER
    return _OWN_SENDER if is_own_address(sender, account=account) else ""


def _own_post(*, headers: Headers, body: Body, account: Account, raw: bytes) -> OwnPost:
    name = own_name(headers=headers)
    return OwnPost(
        external_id=name or mail_identity(raw=raw),
        text=body.text,
        occurred_at=written_at(headers=headers),
        parent_id=next(iter(references(headers=headers)), ""),
        posting_key=_posting_key(name, account=account),
    )


def _sender(headers: Headers) -> Mailbox:
    """Return who wrote: From, else Sender, else the envelope. Never Reply-To: it would let a stranger be answered."""
    for name in ("from", "sender", "return-path"):
        found = mailboxes(headers.first(name))
        if found:
            return found[0]
    return Mailbox(address="")


def is_own_address(address: str, *, account: Account) -> bool:
    """Say whether `address` is the account's own, with or without a token behind a plus."""
    local, _, domain = address.lower().rpartition("@")
    return bool(local) and f"{local.partition('+')[0]}@{domain}" == account.external_id.lower()


def _loop(*, headers: Headers, account: Account, sender: Mailbox) -> str:
    """Return why a mail is an automatic mail of ours that somebody's machine sent back; "" for all others."""
    marked = any(value.strip().lower() == account.external_id.lower() for value in headers.each("x-loop"))
    return (
        "an automatic mail of ours came back" if marked and not is_own_address(sender.address, account=account) else ""
    )


def _posting_key(name: str, *, account: Account) -> str:
    key, _, domain = name.strip("<>").rpartition("@")
    try:
        return str(UUID(key)) if domain.lower() == account.external_id.rpartition("@")[2].lower() else ""
    except ValueError:
        return ""


def _language(headers: Headers) -> str:
    match = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", headers.first("content-language"))
    return match[1].lower() if match else ""


def _oversize(headers: Headers) -> str:
    size = headers.first(OVERSIZE.lower())
    megabytes = int(size) // 1024 // 1024 if size.isdecimal() and len(size) < 15 else 0
    return f"This mail is too large to be taken in ({megabytes} MB). Only its headers were kept; look in the mailbox."
