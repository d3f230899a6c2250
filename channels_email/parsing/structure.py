"""Takes a mail apart into its parts, within limits that are kept while it is read and not only afterwards.

The standard library's modern policy parses each header by a grammar that is slow on hostile input and raises on odd
input; the old policy hands out `Header` objects for 8-bit headers. So this keeps the old parser, which never fails, and
gives it a policy of its own: each header is one plain string, decoded from its bytes and cut to a length.
"""

from email.errors import MessageError
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32
from typing import Any

from channels_email.parsing.charsets import decode_header_bytes

MAX_BYTES = 65 * 1024 * 1024
"""The receiver's 64 MB, and room for the envelope headers."""
MAX_HEADER_BLOCK = 2 * 1024 * 1024
MAX_DEPTH = 20
MAX_PARTS = 500
MAX_LINES = 2_000_000
"""64 MB of base64 have 0.9 million lines; empty lines alone would keep the parser busy for a minute."""
MAX_STRUCTURE_HEADER = 4096
"""Characters of a Content-* header: the standard library reads its parameters in quadratic time."""
MAX_HEADER = 65_536

FOREIGN_ERRORS = (MessageError, ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)
"""What the standard library has been seen to raise on the content of broken mails."""


class TooComplex(Exception):
    """The mail has more bytes, lines, parts or levels than we read. The text says which, for a person."""


class _Plain(Compat32):
    def header_fetch_parse(self, name: str, value: str) -> str:
        limit = MAX_STRUCTURE_HEADER if name.lower().startswith("content-") else MAX_HEADER
        cut = str(value)[:limit]
        return cut if cut.isascii() else decode_header_bytes(cut.encode("utf-8", "surrogateescape"))


_POLICY: Any = _Plain()


class Part(Message):
    """One part of a mail that knows how deep it lies, and refuses children that lie too deep.

    Of what type it is everybody asks, again and again, so it is read out of its header once.
    """

    depth = 0
    _type = ""

    def set_raw(self, name: str, value: str) -> None:
        """Take a header, as the parser found it."""
        super().set_raw(name, value)
        self._type = ""

    def get_content_type(self) -> str:
        """Return its media type in lower case."""
        self._type = self._type or super().get_content_type()
        return self._type

    def attach(self, payload: Any) -> None:
        """Take `payload` as a child. The parser calls this when a part begins, before it reads the part."""
        payload.depth = self.depth + 1
        if payload.depth > MAX_DEPTH:
            raise TooComplex(f"its parts are nested more than {MAX_DEPTH} levels deep")
        super().attach(payload)


class _Census:
    """Makes the parts and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *, policy: Any) -> Part:
        self.count += 1
        if self.count > MAX_PARTS:
            raise TooComplex(f"it has more than {MAX_PARTS} parts")
        return Part(policy=policy)


def take_apart(*, raw: bytes) -> Part:
    """Return the mail's top part. Raises TooComplex where reading it would take too long or too much."""
    if len(raw) > MAX_BYTES:
        raise TooComplex(f"it is larger than {MAX_BYTES // 1024 // 1024} MB")
    if raw.count(b"\n") + raw.count(b"\r") > 2 * MAX_LINES:
        raise TooComplex(f"it has more than {MAX_LINES} lines")
    if _header_block(raw) > MAX_HEADER_BLOCK:
        raise TooComplex(f"its headers are larger than {MAX_HEADER_BLOCK // 1024 // 1024} MB")
    census: Any = _Census()  # the parser passes the policy, which its type does not tell
    parser: BytesFeedParser[Part] = BytesFeedParser(census, policy=_POLICY)
    parser.feed(raw)
    return parser.close()


def _header_block(raw: bytes) -> int:
    """Return how many bytes come before the first empty line."""
    ends = [end for end in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n"), raw.find(b"\r\r")) if end >= 0]
    return min(ends, default=len(raw))


def content_of(*, part: Message) -> bytes:
    """Return a leaf's bytes with the transfer encoding undone; where that fails, as they came."""
    try:
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            return payload
        return str(part.get_payload()).encode("utf-8", "surrogateescape")
    except FOREIGN_ERRORS:
        return str(part._payload).encode("utf-8", "replace") if hasattr(part, "_payload") else b""


def parameter(*, part: Message, name: str, header: str = "content-type") -> str:
    """Return a parameter of a structural header, "" where there is none or it cannot be read."""
    try:
        if name not in str(part.get(header, "")).lower():
            return ""  # taking all parameters apart to find that this one is not among them takes its time
        value = part.get_param(name, "", header=header)
    except FOREIGN_ERRORS:
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        return _rfc2231(text=text, charset=charset or "utf-8")
    return str(value)


def _rfc2231(*, text: str, charset: str) -> str:
    data = text.encode("latin-1", "replace")
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return decode_header_bytes(data)
