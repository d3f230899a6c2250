"""Reads a mail: whatever the bytes are, they become a message, an own post, something to ignore, or unreadable."""

import re

from channels_email.identity import OVERSIZE, copy_identity, counting_more, mail_identity
from channels_email.parsing.automatic import is_automatic
from channels_email.parsing.body import Body, read_body
from channels_email.parsing.bounces import read_bounce
from channels_email.parsing.dates import written_at
from channels_email.parsing.files import files_of
from channels_email.parsing.headers import Headers, Mailbox, mailboxes
from channels_email.parsing.quotes import quote_from
from channels_email.parsing.remarks import remarks_on
from channels_email.parsing.reports import read_report
from channels_email.parsing.structure import Part, TooComplex, take_apart
from channels_email.parsing.threads import own_name, posting_key, references, reply_token, thread_index
from channels_email.parsing.tnef import open_tnef
from channels_email.trust import sender_trust
from enquiries.contract import (
    EVERYTHING,
    Account,
    Author,
    Ignored,
    InboundMessage,
    OwnPost,
    Parsed,
    SenderTrust,
    Side,
    Unreadable,
)

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
    if account.settings.get(EVERYTHING):
        body = read_body(part=part)
        return _message(headers=headers, part=part, body=body, sender=sender, account=account, raw=raw)
    report = read_report(part=part, headers=headers, account=account)
    if report:
        return report
    if _is_loop(headers=headers, account=account, sender=sender):
        return Ignored(reason="an automatic mail of ours came back")
    body = read_body(part=part)
    bounce = read_bounce(part=part, headers=headers, sender=sender.address, text=body.text, account=account)
    if bounce:
        return bounce
    is_ours = posting_key(own_name(headers=headers), mailbox=account.external_id)
    if is_ours and is_own_address(sender.address, account=account):
        return _own_post(headers=headers, body=body, account=account, raw=raw)
    return _message(headers=headers, part=part, body=body, sender=sender, account=account, raw=raw)


def _message(
    *, headers: Headers, part: Part, body: Body, sender: Mailbox, account: Account, raw: bytes
) -> InboundMessage:
    identity = copy_identity(raw=raw)
    hindrance = _hindrance(sender.address, account=account)
    trust = _trust(headers=headers, account=account)
    text, quoted_from = _text(part=part, body=body)
    return InboundMessage(
        external_id=identity,
        copies=counting_more(identity),
        # Not a Message-ID: anybody can write one, and messages of one thread key join without further proof.
        thread_key=identity.partition("+")[0],
        more_threads=_more_threads(headers=headers, trust=trust),
        author=Author(external_id=sender.address, name=sender.name, handle=sender.address),
        text=text,
        quote_from=quoted_from,
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
        sender_trust=trust,
        files=files_of(attached=body.attached),
    )


def _text(*, part: Part, body: Body) -> tuple[str, int | None]:
    """Return the mail's words with what else is to be said of it, and where they begin to repeat earlier ones."""
    words = body.text
    if not words.strip():
        packed = (open_tnef(part=one) for one in body.attached)
        words = "\n\n".join(one.text for one in packed if one and one.text)
    words += "\n\n[…]" if body.cut else ""
    place = quote_from(words)
    remarks = "\n".join(remarks_on(part=part, text=words))
    if not remarks:
        return words, place
    own, quoted = (words, "") if place is None else (words[:place], words[place:])
    own = f"{own.rstrip()}\n\n{remarks}".lstrip("\n")
    return (own, None) if place is None else (f"{own}\n\n{quoted}", len(own) + 2)


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
        posting_key=posting_key(name, mailbox=account.external_id),
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


def _is_loop(*, headers: Headers, account: Account, sender: Mailbox) -> bool:
    """Say whether a mail is an automatic mail of ours that somebody's machine sent back."""
    marked = any(value.strip().lower() == account.external_id.lower() for value in headers.each("x-loop"))
    return marked and not is_own_address(sender.address, account=account)


def _trust(*, headers: Headers, account: Account) -> SenderTrust:
    named = [found for value in headers.each("from") for found in mailboxes(value)]
    return sender_trust(
        results=headers.each("authentication-results"),
        gateway_id=str(account.settings.get("gateway_id") or ""),
        sender=named[0].address if len(named) == 1 else "",
    )


def _more_threads(*, headers: Headers, trust: SenderTrust) -> tuple[str, ...]:
    """Name the thread as Outlook counts it. Of a sender who may be forged it is not asked: any participant knows it."""
    root = thread_index(headers=headers)
    return (f"thread-index:{root}",) if root and trust in (SenderTrust.PASS, SenderTrust.UNKNOWN) else ()


def _language(headers: Headers) -> str:
    match = re.match(r"([A-Za-z]{2,3})(?![A-Za-z])", headers.first("content-language"))
    return match[1].lower() if match else ""


def _oversize(headers: Headers) -> str:
    size = headers.first(OVERSIZE.lower())
    megabytes = int(size) // 1024 // 1024 if size.isdecimal() and len(size) < 15 else 0
    return f"This mail is too large to be taken in ({megabytes} MB). Only its headers were kept; look in the mailbox."
