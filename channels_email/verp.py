"""Gives every reply an envelope sender of its own, so that a bounce says by its address which reply came back (VERP).

The address carries the posting's key and a seal that only the mailbox's own secret can make: a stranger who knows a key
cannot pretend that our mail came back.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

from enquiries.contract import Account

SECRET = "verp_key"  # noqa: S105 - the secret's name
MAX_LOCAL = 64
"""Characters before the @ that every mail server takes (RFC 5321)."""


def bounce_address(*, account: Account, key: str) -> str:
    """Return where a bounce of posting `key` shall go: a plus address of the mailbox, or the mailbox itself.

    It is the mailbox itself where no secret is set, or where the address would become too long.
    """
    local, _, domain = account.external_id.rpartition("@")
    try:
        name = UUID(key)
    except ValueError:
        return account.external_id
    tagged = f"{local}+{_letters(name.bytes)}.{_seal(account, name)}"
    fits = account.secrets.get(SECRET) and len(tagged) <= MAX_LOCAL
    return f"{tagged}@{domain}" if fits else account.external_id


def bounced_key(*, account: Account, recipients: Iterable[str]) -> str:
    """Return the key of the posting whose bounce address is among `recipients`; "" where none is, or the seal is wrong."""
    if not account.secrets.get(SECRET):
        return ""
    local, _, domain = account.external_id.rpartition("@")
    ours = re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([a-z2-7]{{26}})\.([a-z2-7]{{13}})@{re.escape(domain)}(?![\w.-]*\w)",
        re.IGNORECASE,
    )
    for value in recipients:
        for match in ours.finditer(value):
            name = _name(match[1])
            if name and hmac.compare_digest(_seal(account, name), match[2].lower()):
                return str(name)
    return ""


def _name(letters: str) -> UUID | None:
    try:
        return UUID(bytes=base64.b32decode(letters.upper() + "======"))
    except ValueError:
        return None


def _seal(account: Account, name: UUID) -> str:
    words = f"bounce {account.external_id.lower()} {name}".encode()
    return _letters(hmac.digest(account.secrets.get(SECRET, "").encode(), words, hashlib.sha256)[:8])


def _letters(data: bytes) -> str:
    """Write bytes in letters that survive a mail address in any case."""
    return base64.b32encode(data).decode().rstrip("=").lower()
