"""Reads a mail's headers: words, addresses, Message-IDs. Total and quick on whatever is in them."""

import binascii
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from channels_email.parsing.charsets import clean_line, decode

MAX_HEADERS = 1000
MAX_ADDRESS_HEADER = 8192
MAX_IDS = 40
MAX_ID = 290
"""Characters of a Message-ID, brackets aside: what the service can keep, cut alike wherever it is named."""
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_MESSAGE_ID = re.compile(r"<([^<>]{1,500})>")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,128}@[^\s@<>()\[\],;:\\\"]{1,253}")


class Headers:
    """All headers of one part by lower-case name, decoded from bytes but with encoded words still in them."""

    def __init__(self, part: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in part.items()[:MAX_HEADERS]:
            self._values.setdefault(name.strip().lower(), []).append(str(value))

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def first(self, name: str) -> str:
        """Return the top-most value of `name`, unfolded; "" where there is none."""
        return " ".join(self._values.get(name, [""])[0].split())

    def each(self, *names: str) -> list[str]:
        """Return all values of `names`, name by name, top to bottom."""
        return [value for name in names for value in self._values.get(name, [])]

    def text(self, name: str, *, limit: int) -> str:
        """Return the top-most value of `name` as a person should read it, on one line."""
        return clean_line(decode_words(self.first(name)), limit=limit)


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One address with the name beside it. The domain is in lower case; the local part is as written."""

    address: str
    name: str = ""


def decode_words(value: str) -> str:
    """Undo RFC 2047. Neighbouring words are joined as bytes first: some mailers split in the middle of a character."""
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for match in _WORD.finditer(value):
        gap = value[end : match.start()]
        joined = end > 0 and not gap.strip()
        if pending and not (joined and match[1].lower() == charset):
            pieces.append(decode(pending, declared=charset))
            pending = b""
        if not joined:
            pieces.append(gap)
        charset, end = match[1].lower(), match.end()
        pending += _word_bytes(encoding=match[2], data=match[3])
    if pending:
        pieces.append(decode(pending, declared=charset))
    return "".join(pieces) + value[end:]


def _word_bytes(*, encoding: str, data: str) -> bytes:
    source = data.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(source.replace(b" ", b"_"), header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", source)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def message_ids(value: str) -> list[str]:
    """Return the Message-IDs in `value` in their order, each in its brackets, without spaces that crept in."""
    found = ["".join(name.split()) for name in _MESSAGE_ID.findall(value)]
    if not found and value.strip() and not re.search(r"[\s<>]", value.strip()) and len(value) < 500:
        found = [value.strip()]
    clean = (clean_line(name, limit=MAX_ID) for name in found[-MAX_IDS:])
    return [f"<{name}>" for name in clean if name]


def mailboxes(value: str) -> list[Mailbox]:
    """Return the addresses of a From or To header that can be written to, in their order.

    Addresses are read before encoded words are undone, so that nothing encoded can pose as an address.
    """
    cut = value[:MAX_ADDRESS_HEADER]
    try:
        # Comments nest by recursion in the standard library.
        pairs = [] if cut.count("(") > 50 else getaddresses([cut])
    except (ValueError, LookupError, AttributeError, TypeError):
        pairs = []
    found = [_mailbox(name=name, address=address) for name, address in pairs if _stands_alone(address, cut)]
    return found or _only_address(cut)


def _stands_alone(address: str, value: str) -> bool:
    """Say whether a whole address was found. Older Pythons take `a@x)b@y` for a@x, others for b@y (CVE-2023-27043)."""
    if not _ADDRESS.fullmatch(address):
        return False
    at = value.find(address)
    while at >= 0:  # by hand: every citizen's address would be a pattern of its own to be compiled
        before, after = value[at - 1 : at], value[at + len(address) :][:1]
        if (not before or before.isspace() or before in ",;:<") and (not after or after.isspace() or after in ",;>("):
            return True
        at = value.find(address, at + 1)
    return False


def _only_address(value: str) -> list[Mailbox]:
    """Read a header that breaks the grammar, if there is no doubt about which address is meant."""
    candidates = {match.casefold(): match for match in _ADDRESS.findall(value)}
    return [_mailbox(name="", address=address) for address in candidates.values()] if len(candidates) == 1 else []


def _mailbox(*, name: str, address: str) -> Mailbox:
    local, _, domain = address.rpartition("@")
    address = clean_line(f"{local}@{domain.lower()}", limit=320)
    shown = clean_line(decode_words(name), limit=200).strip("\"'")
    # A name that is another address is how impostors write: it is not shown.
    return Mailbox(address=address, name="" if "@" in shown and shown.lower() != address.lower() else shown)
