"""Picks up mails by IMAP, so that none is missed, none is taken twice, and nobody's `seen` marks are touched.

A mail's place is (mailbox, UIDVALIDITY, UID). The cursor holds the last UID that is stored; it is mark enough.
When UIDVALIDITY changes (mailbox restored or moved), everything is read again and the content's digest absorbs it.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from imaplib import Internaldate2tuple
from time import mktime
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import MailboxFetchError, MailboxMoveError
from imap_tools.utils import check_command_status, encode_folder

from channels_email.connecting import imap_session
from channels_email.identity import copy_identity, headers_only
from enquiries.contract import Account, Incoming, NotSent, Polled

MAX_BYTES = 64 * 1024 * 1024
"""The largest mail that is taken in whole, and the most that one look brings."""
MAX_MAILS = 50
FETCH_FOR = 45.0
"""Seconds after which a look brings what it has: a worker is stopped after 120, and then it would bring nothing, ever."""
MAX_HEADER_BYTES = 256 * 1024
MAX_TRIES = 5
MAX_COMPARED = 5_000
"""So many mails that should be here are looked up in one look."""
COMPARED_TO = "compared_to"
"""The mark in the cursor of how far the mailbox was compared, while that is not finished."""
OWN_MARKS = ("uidvalidity", "uid", "tries")
TOLD_FOR = timedelta(days=3)
"""So long is said that mails had been missed."""
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A mail on the server that was not fetched yet."""

    uid: int
    size: int
    received_at: datetime | None


def poll(*, account: Account, cursor: Mapping[str, Any]) -> Polled:
    """Bring the next mails after `cursor`, at most 50 and about 64 MB.

    Cursor: {"uidvalidity": int, "uid": int}, {} at first; what else stands in it is handed on. Raises NotSent or
    AccountUnusable.
    """
    folder = str(account.settings.get("folder") or "INBOX")
    with imap_session(account=account, folder=folder, readonly=True) as mailbox:
        validity = _uidvalidity(mailbox)
        renewed = bool(cursor) and cursor.get("uidvalidity") != validity
        last = 0 if renewed else int(cursor.get("uid", 0))
        tries = 0 if renewed else int(cursor.get("tries", 0))
        waiting = _waiting(mailbox, after=last)
        batch = _within_limits(_listed(mailbox, uids=waiting[:MAX_MAILS]))
        where = f"{folder}/{validity}"
        incoming, reached, refused = _fetch_all(mailbox, batch=batch, where=where, last=last, tries=tries)
    stuck = {"tries": tries + 1} if refused and reached == last else {}
    return Polled(
        incoming=tuple(incoming),
        cursor=_handed_on(cursor, renewed=renewed) | {"uidvalidity": validity, "uid": reached} | stuck,
        more=bool(waiting) and reached < waiting[-1] and not refused,
        warning=_warning(renewed=renewed, refused=refused, cursor=cursor),
    )


def missing(*, account: Account, cursor: Mapping[str, Any], known: Callable[[Sequence[str]], set[str]]) -> Polled:
    """Bring mails up to the cursor's mark that lie in the mailbox and of which `known` knows no place, at most 50.

    What is found removed, or is refused, is passed over; the cursor says how far it looked, so that the next look goes on.
    Nothing where the mailbox was replaced meanwhile: then everything is read again anyway. Raises NotSent or
    AccountUnusable.
    """
    folder = str(account.settings.get("folder") or "INBOX")
    with imap_session(account=account, folder=folder, readonly=True) as mailbox:
        validity = _uidvalidity(mailbox)
        rest = {name: value for name, value in cursor.items() if name != COMPARED_TO}
        if validity != cursor.get("uidvalidity"):
            return Polled(incoming=(), cursor=rest)
        behind = [uid for uid in _waiting(mailbox, after=int(cursor.get(COMPARED_TO, 0))) if uid <= cursor["uid"]]
        hand = behind[:MAX_COMPARED]
        places = {f"{folder}/{validity}/{uid}": uid for uid in hand}
        there = known(list(places))
        unknown = [uid for place, uid in places.items() if place not in there]
        found, reached = _found(mailbox, unknown, where=f"{folder}/{validity}")
    if hand and (not unknown or reached == unknown[-1]):
        reached = hand[-1]
    more = bool(behind) and reached < behind[-1]
    return Polled(incoming=tuple(found), cursor=rest | ({COMPARED_TO: reached} if more else {}), more=more)


def _found(mailbox: BaseMailBox, unknown: Sequence[int], *, where: str) -> tuple[list[Incoming], int]:
    """Bring a hand of these mails, as far as they are there. Returns them and the last UID that was asked for."""
    incoming: list[Incoming] = []
    reached, until = 0, time.monotonic() + FETCH_FOR
    for listed in _within_limits(_listed(mailbox, uids=unknown[:MAX_MAILS])):
        if reached and time.monotonic() > until:
            break
        with suppress(MailboxFetchError):
            incoming += _fetched(mailbox, listed, where=where)
        reached = listed.uid
    return incoming, reached


def _handed_on(cursor: Mapping[str, Any], *, renewed: bool) -> dict[str, Any]:
    """Keep what others wrote into the cursor, but nothing that was said of a mailbox that is gone."""
    return {} if renewed else {name: value for name, value in cursor.items() if name not in OWN_MARKS}


def _missed(cursor: Mapping[str, Any]) -> str:
    at = cursor.get("missed_at")
    if not at or datetime.now(UTC) - datetime.fromisoformat(str(at)) > TOLD_FOR:
        return ""
    return (
        f"{cursor.get('missed')} mails lay in the mailbox and were not here; they were fetched at {str(at)[:16]} UTC."
    )


def _warning(*, renewed: bool, refused: bool, cursor: Mapping[str, Any]) -> str:
    if refused:
        return "The mail server does not hand out one of the mails. It will be asked again."
    if renewed:
        return "The mailbox was replaced on the server: all its mails are read again."
    return _missed(cursor)


def _fetch_all(
    mailbox: BaseMailBox, *, batch: Sequence[Listed], where: str, last: int, tries: int
) -> tuple[list[Incoming], int, bool]:
    """Bring the mails of `batch`. Returns them, the last UID that is dealt with, and whether the server refused one.

    A mail that is refused holds up the others for a few looks only; then a stand-in makes it visible to a person.
    """
    incoming: list[Incoming] = []
    reached, until = last, time.monotonic() + FETCH_FOR
    for listed in batch:
        if incoming and time.monotonic() > until:
            break
        try:
            incoming += _fetched(mailbox, listed, where=where)
        except MailboxFetchError:
            if incoming or reached != last or tries + 1 < MAX_TRIES:
                return incoming, reached, True
            incoming.append(_stand_in(listed, where=where))
        reached = listed.uid
    return incoming, reached, False


def _uidvalidity(mailbox: BaseMailBox) -> int:
    _, values = mailbox.client.response("UIDVALIDITY")
    if not values or values[0] is None:
        raise NotSent("The IMAP server does not say which mailbox this is (no UIDVALIDITY).")
    return int(values[0])


def _waiting(mailbox: BaseMailBox, *, after: int) -> list[int]:
    """Return the UIDs after `after`, lowest first. A server answers `n:*` with its last even below n."""
    uids = (int(uid) for uid in mailbox.uids(f"UID {after + 1}:*", charset=None))
    return sorted(uid for uid in uids if uid > after)


def _listed(mailbox: BaseMailBox, *, uids: Sequence[int]) -> list[Listed]:
    """Ask for sizes and dates. A mail that the server leaves out of its answer is listed all the same."""
    if not uids:
        return []
    answer = mailbox.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
    check_command_status(answer, MailboxFetchError)
    found = {entry.uid: entry for entry in map(_entry, _lines(answer[1])) if entry is not None}
    return [found.get(uid, Listed(uid=uid, size=0, received_at=None)) for uid in uids]


def _lines(data: Sequence[Any]) -> Iterator[bytes]:
    """Join the literal pieces that imaplib hands out as tuples."""
    for item in data:
        if isinstance(item, tuple):
            yield b" ".join(piece for piece in item if isinstance(piece, bytes))
        elif isinstance(item, bytes):
            yield item


def _entry(line: bytes) -> Listed | None:
    uid, size = _UID.search(line), _SIZE.search(line)
    if not uid or not size:
        return None
    local = Internaldate2tuple(line)
    received_at = None if local is None else datetime.fromtimestamp(mktime(local), tz=UTC)
    return Listed(uid=int(uid[1]), size=int(size[1]), received_at=received_at)


def _within_limits(listed: Sequence[Listed]) -> list[Listed]:
    """Keep the first mails as long as they fit; an oversized one costs only its headers. The first always comes."""
    total = 0
    for number, entry in enumerate(listed):
        total += entry.size if entry.size <= MAX_BYTES else MAX_HEADER_BYTES
        if number and total > MAX_BYTES:
            return list(listed[:number])
    return list(listed)


def _fetched(mailbox: BaseMailBox, listed: Listed, *, where: str) -> list[Incoming]:
    """Bring one mail without marking it as seen; of one that is too large only the headers, so that it is noticed.

    Returns nothing for a mail that somebody removed meanwhile. Raises MailboxFetchError.
    """
    whole = listed.size <= MAX_BYTES
    what = "(UID BODY.PEEK[])" if whole else f"(UID BODY.PEEK[HEADER]<0.{MAX_HEADER_BYTES}>)"
    answer = mailbox.client.uid("FETCH", str(listed.uid), what)
    check_command_status(answer, MailboxFetchError)
    content = next((item[1] for item in answer[1] if isinstance(item, tuple) and len(item) > 1), None)
    if content is None:
        is_there = any(f"UID {listed.uid}".encode() in line for line in _lines(answer[1]))
        return [_stand_in(listed, where=where)] if is_there else []
    raw = bytes(content) if whole else headers_only(head=bytes(content), size=listed.size)
    place = f"{where}/{listed.uid}"
    return [Incoming(external_id=copy_identity(raw=raw), raw=raw, received_at=listed.received_at, place=place)]


def _stand_in(listed: Listed, *, where: str) -> Incoming:
    """Stand for a mail that is there but has no content: it will be unreadable, and a person will look for it."""
    place = f"{where}/{listed.uid}"
    name = f"imap:{where.rpartition('/')[2]}:{listed.uid}"
    return Incoming(external_id=name, raw=b"\r\n", received_at=listed.received_at, place=place)


def settle(*, account: Account, polled: Polled) -> None:
    """Move what is stored to the processed folder, where one is set. Without one the cursor is mark enough.

    All mails up to the cursor are moved, also those of a look whose settling was lost.
    """
    target = str(account.settings.get("processed_folder") or "")
    if not target or not polled.incoming:
        return
    folder = str(account.settings.get("folder") or "INBOX")
    with imap_session(account=account, folder=folder, readonly=False) as mailbox:
        if _uidvalidity(mailbox) != polled.cursor["uidvalidity"]:
            return
        stored = [uid for uid in _waiting(mailbox, after=0) if uid <= polled.cursor["uid"]]
        if stored:
            _move(mailbox, uids=stored, target=target)


def _move(mailbox: BaseMailBox, *, uids: Sequence[int], target: str) -> None:
    """Move by UID MOVE. A server without it keeps the mails where they are: copying and deleting could lose one."""
    _, capabilities = mailbox.client.capability()
    if b"MOVE" not in b" ".join(capabilities).upper().split():
        return
    if not mailbox.folder.exists(target):
        mailbox.folder.create(target)
    answer = mailbox.client.uid("MOVE", ",".join(map(str, uids)), encode_folder(target).decode("ascii"))
    check_command_status(answer, MailboxMoveError)


def find_mail(*, account: Account, folder: str, user: str, password: str, message_id: str) -> bool:
    """Say whether a mail of this Message-ID is in `folder`. Raises NotSent or AccountUnusable where looking fails."""
    quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
    with imap_session(account=account, user=user, password=password, folder=folder, readonly=True) as mailbox:
        return bool(mailbox.uids(f'HEADER Message-ID "{quoted}"', charset=None))
