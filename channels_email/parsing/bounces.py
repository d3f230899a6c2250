"""Reads bounces that mail servers write in words of their own, and only those: a citizen's mail must never pass for one."""

import re
from collections.abc import Sequence
from email.message import Message
from email.utils import getaddresses

from flufl.bounce import all_failures

from channels_email.parsing.headers import Headers
from channels_email.parsing.reports import Report, report_on
from channels_email.parsing.structure import FOREIGN_ERRORS
from channels_email.parsing.threads import posting_key
from enquiries.contract import Account, Bounce, BounceKind

MAX_WORDS = 65_536
_SERVER = re.compile(r"mailer-?daemon|postmaster|mail-?delivery.*|smtp-?daemon", re.IGNORECASE)
_CODE = re.compile(r"(?<![\d.])[45]\.\d\.\d{1,3}(?![\d.])")
_LATE = re.compile(
    r"\b(delayed|will (?:keep trying|be retried)|not yet been delivered|warning: message)\b", re.IGNORECASE
)
_NAME = re.compile(r"<[0-9a-f-]{36}@[^<>\s]{1,253}>", re.IGNORECASE)


def read_bounce(*, part: Message, headers: Headers, sender: str, text: str, account: Account) -> Bounce | None:
    """Return what an odd bounce says. None for everything that is not certainly one: it goes on as a message.

    Certain is what a mail server wrote, and either came to the address that only our reply was sent from, or names that
    reply, or is written as one of the servers writes that are known for it, or says so in its subject.
    """
    if not _is_by_a_server(headers, sender) or _answers_by_itself(headers):
        return None
    words = text[:MAX_WORDS]
    report = _report(part=part, headers=headers, words=words, account=account)
    late, failed = _failures(part)
    if not (report.posting_key or late or failed or (_is_failure(headers) and _has_no_author(headers, sender))):
        return None
    code = _CODE.search(words)
    status = code[0] if code else ""
    is_late = not failed and bool(late or status.startswith("4") or _LATE.search(words))
    return report.bounce(BounceKind.DELAYED if is_late else BounceKind.FAILED, status=status)


def _is_by_a_server(headers: Headers, sender: str) -> bool:
    return headers.first("return-path") == "<>" or _SERVER.fullmatch(sender.partition("@")[0]) is not None


def _has_no_author(headers: Headers, sender: str) -> bool:
    """Say whether nobody can have written this by hand; behind "postmaster" there are people."""
    return headers.first("return-path") == "<>" or sender.lower().startswith("mailer-daemon@")


def _answers_by_itself(headers: Headers) -> bool:
    """Say whether this is an out-of-office note: those come with an empty sender too, and mean nobody's mail failed."""
    told = headers.first("auto-submitted").lower()
    return told.startswith("auto-replied") and "x-failed-recipients" not in headers and not _is_failure(headers)


def _is_failure(headers: Headers) -> bool:
    return re.search(r"undeliver|returned|failure|failed|delivery status", headers.first("subject"), re.I) is not None


def _report(*, part: Message, headers: Headers, words: str, account: Account) -> Report:
    report = report_on(leaves=list(part.walk()), headers=headers, account=account)
    if report.posting_key:
        return report
    for name in _NAME.findall(words):
        key = posting_key(name, mailbox=account.external_id)
        if key:
            return Report(posting_key=key, known_as=name, at=report.at)
    return report


def _failures(part: Message) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Ask the library who is said to be late and who to have failed. It gives up on some broken mails."""
    try:
        late, failed = all_failures(part)
    except FOREIGN_ERRORS:
        return (), ()
    return _addresses(late), _addresses(failed)


def _addresses(found: frozenset[bytes]) -> Sequence[bytes]:
    return tuple(one for one in found if getaddresses([one.decode("latin-1")])[0][1])
