"""Reads what mail servers report on mails of ours: not delivered, late, read, unwanted. None of it is an enquiry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from typing import cast

from channels_email.parsing.dates import written_at
from channels_email.parsing.headers import Headers, message_ids
from channels_email.parsing.structure import content_of, parameter
from channels_email.parsing.threads import posting_key, recipients
from channels_email.verp import bounced_key
from enquiries.contract import Account, Bounce, BounceKind, Ignored, Parsed, Reached, Receipted

DELIVERY, RECEIPT, FEEDBACK = "delivery-status", "disposition-notification", "feedback-report"
_KINDS = {
    "failed": BounceKind.FAILED,
    "delayed": BounceKind.DELAYED,
    "delivered": BounceKind.DELIVERED,
    "relayed": BounceKind.DELIVERED,
    "expanded": BounceKind.DELIVERED,
}
_WORST_FIRST = (BounceKind.FAILED, BounceKind.DELAYED, BounceKind.DELIVERED)
_BY_CLASS = {"2": BounceKind.DELIVERED, "4": BounceKind.DELAYED}
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MEANINGS = (
    (r"\d\.1\.[0-46]", "The mail server says that this address does not exist."),
    (r"\d\.1\.10", "The domain of this address takes no mails."),
    (r"\d\.1\.[78]", "The mail server does not accept our own address as a sender."),
    (r"\d\.2\.1", "The mailbox is closed."),
    (r"\d\.2\.2", "The mailbox is full."),
    (r"\d\.(2\.3|3\.4)", "The mail is too large for the recipient."),
    (r"\d\.4\.", "The recipient's mail server cannot be reached."),
    (r"\d\.7\.", "The recipient's mail server turned the mail away by its rules, often as unwanted mail."),
)
"""What a code of RFC 3463 means to a person; the first that fits."""
_OTHERWISE = {
    BounceKind.FAILED: "The recipient's mail server did not take the mail.",
    BounceKind.DELAYED: "The mail is late; the mail server still tries.",
    BounceKind.DELIVERED: "The recipient's mail server took the mail.",
}
_UNWANTED = "The mail was delivered, and its recipient's provider reports that it was marked as unwanted."
_MESSAGE_ID_LINE = re.compile(rb"^message-id:\s*(<[^<>\r\n]{1,500}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What every report has in common: which mail of ours it is about, as far as it says, and when it was written."""

    posting_key: str
    known_as: str
    at: datetime

    def bounce(self, kind: BounceKind, *, status: str = "", detail: str = "") -> Bounce:
        """Say what became of the mail."""
        return Bounce(
            kind=kind,
            at=self.at,
            posting_key=self.posting_key,
            known_as=self.known_as,
            status=status,
            detail=detail or meaning(kind=kind, status=status),
        )


def read_report(*, part: Message, headers: Headers, account: Account) -> Parsed | None:
    """Return what a report by the book (RFC 3464, 8098, 5965) says; None for every other mail."""
    if part.get_content_type() != "multipart/report":
        return None
    leaves = list(part.walk())
    types = {leaf.get_content_type() for leaf in leaves}
    told = parameter(part=part, name="report-type").lower()
    kind = next((each for each in (DELIVERY, RECEIPT, FEEDBACK) if told == each or f"message/{each}" in types), "")
    report = report_on(leaves=leaves, headers=headers, account=account)
    if kind == DELIVERY:
        return _delivery(report, leaves=leaves, account=account)
    if kind == RECEIPT:
        return _receipt(report, leaves=leaves)
    return report.bounce(BounceKind.DELIVERED, status="unwanted", detail=_UNWANTED) if kind == FEEDBACK else None


def report_on(*, leaves: Sequence[Message], headers: Headers, account: Account) -> Report:
    """Find which mail of ours is meant: by the address it was sent from, else by its Message-ID in the report."""
    name = _original_id(leaves)
    addressed = bounced_key(account=account, recipients=recipients(headers=headers))
    key = addressed or posting_key(name, mailbox=account.external_id)
    return Report(posting_key=key, known_as=name, at=written_at(headers=headers))


def _delivery(report: Report, *, leaves: Sequence[Message], account: Account) -> Parsed:
    """Take the worst that is said of the citizen's address. What became of the archive's copy is another matter."""
    archive = str(account.settings.get("archive_address") or "").lower()
    told = [
        _outcome(leaf)
        for leaf in leaves
        if ("action" in leaf or "status" in leaf) and not (archive and archive in _recipient(leaf))
    ]
    if not told:
        about_archive = archive and any(archive in _recipient(leaf) for leaf in leaves)
        return _about_copy(report, account=account) if about_archive else report.bounce(BounceKind.FAILED)
    kind, status = min(told, key=lambda each: _WORST_FIRST.index(each[0]))
    return report.bounce(kind, status=status)


def _about_copy(report: Report, *, account: Account) -> Parsed:
    """Say that the archive has no copy, so that nobody takes its absence there for not having been sent."""
    if not report.posting_key:
        return Ignored(reason=f"delivery report on the archive's copy of {report.known_as or 'an unnamed mail'}")
    name = report.known_as or f"<{report.posting_key}@{account.external_id.rpartition('@')[2]}>"
    detail = "The archive mailbox did not take its copy. The mail itself was taken by our server."
    return replace(report, known_as=name).bounce(BounceKind.COPY_FAILED, detail=detail)


def _outcome(block: Message) -> tuple[BounceKind, str]:
    status = _STATUS.search(str(block.get("status", "")))
    code = status[0] if status else ""
    action = re.sub(r"[^a-z]", "", str(block.get("action", "")).lower())[:20]
    return _KINDS.get(action) or _BY_CLASS.get(code[:1], BounceKind.FAILED), code


def _recipient(block: Message) -> str:
    return f"{block.get('final-recipient', '')} {block.get('original-recipient', '')}".lower()


def _receipt(report: Report, *, leaves: Sequence[Message]) -> Parsed:
    told = " ".join(str(leaf.get("disposition", "")) for leaf in leaves).lower()
    if "displayed" in told and report.posting_key:
        return Receipted(kind=Reached.READ, at=report.at, posting_key=report.posting_key)
    return Ignored(reason=f"read receipt for {report.known_as or 'an unnamed mail'}")


def meaning(*, kind: BounceKind, status: str) -> str:
    """Say in a sentence what a mail server's code means."""
    if kind == BounceKind.DELIVERED:
        return _OTHERWISE[kind]
    found = next((words for pattern, words in _MEANINGS if re.match(pattern, status)), _OTHERWISE[kind])
    return f"{found} It still tries." if kind == BounceKind.DELAYED and found != _OTHERWISE[kind] else found


def _original_id(leaves: Sequence[Message]) -> str:
    """Return the Message-ID of the mail that a report is about; "" where it does not name one."""
    for leaf in leaves:
        if leaf.get_content_type() == "message/rfc822" and leaf.is_multipart():
            inner = cast("list[Message]", leaf.get_payload())[0]
            ids = message_ids(str(inner.get("message-id", "")))
        elif leaf.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers", "message/rfc822"):
            match = _MESSAGE_ID_LINE.search(content_of(part=leaf))
            ids = message_ids(match[1].decode("latin-1")) if match else []
        else:
            ids = message_ids(str(leaf.get("original-message-id", "")))
        if ids:
            return ids[0]
    return ""
