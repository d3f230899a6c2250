"""Turns bytes of unknown or wrongly declared charset into text that PostgreSQL and a browser can hold."""

import codecs
import re

from charset_normalizer import from_bytes

_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "cp-850": "cp850",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
}
"""What senders call it → what it is. Latin-1 is read as Windows writes it, as every browser does (WHATWG Encoding)."""

_NOT_CHARSETS = frozenset(["idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape"])
"""Python codecs that are no charset of any mail; some of them take quadratic time."""

_SEVERAL_BYTES = ("utf-16", "utf-32", "gb18030", "big5", "cp949", "cp932", "euc", "iso-2022", "shift")
_GUESS_BYTES = 65_536
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_BREAKERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def decode(data: bytes, *, declared: str = "") -> str:
    """Decode `data` by what was declared, else as UTF-8, else by a guess, else as Latin-1: something always fits.

    A declared charset of several bytes per character may have a few broken ones: better than any guess.
    """
    name = declared.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name in ("", "us-ascii", "ascii", "x-unknown", "unknown-8bit", "cp1252", "iso-8859-15"):
        name = _utf8_or(data, name)
    for charset in (name, "utf-8"):
        text = _strictly(data, charset)
        if text is not None:
            return text
    return _leniently(data, name) or _guessed(data)


def _leniently(data: bytes, charset: str) -> str | None:
    if not charset.startswith(_SEVERAL_BYTES):
        return None
    try:
        text = data.decode(charset, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") * 10 <= len(text) else None


def _utf8_or(data: bytes, name: str) -> str:
    """Say UTF-8 where the bytes prove it: Western text is hardly ever valid UTF-8 by chance, but often mislabelled."""
    return name if _strictly(data, "utf-8") is None else "utf-8"


def _strictly(data: bytes, charset: str) -> str | None:
    if not charset or charset in _NOT_CHARSETS:
        return None
    try:
        if codecs.lookup(charset).name in _NOT_CHARSETS:
            return None
        return data.decode(charset)
    except (LookupError, ValueError):
        return None


def _guessed(data: bytes) -> str:
    best = from_bytes(data[:_GUESS_BYTES]).best()
    guess = None if best is None else _strictly(data, best.encoding)
    return data.decode("latin-1") if guess is None else guess


def decode_header_bytes(data: bytes) -> str:
    """Decode raw 8-bit header bytes: UTF-8 if it is, else as Windows writes Western text. Too short to guess more."""
    for charset in ("utf-8", "cp1252"):
        text = _strictly(data, charset)
        if text is not None:
            return text
    return data.decode("latin-1")


def clean_text(text: str) -> str:
    r"""Return `text` with `\n` as its only line break and without NUL, control characters and lone surrogates."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", lines))


def clean_line(text: str, *, limit: int) -> str:
    """Return `text` as one line of `limit` characters that breaks no header and turns no reading direction."""
    line = _BIDI_OVERRIDES.sub("", _LINE_BREAKERS.sub(" ", _SURROGATES.sub("\ufffd", text)))
    return " ".join(line.split())[:limit].rstrip()
