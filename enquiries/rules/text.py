"""Texts that came from outside, made fit to be kept and shown: no NUL, no broken characters, no invisible tricks."""

from __future__ import annotations

import re
import unicodedata

# Controls but tab and newline; bidi overrides (they make a line read differently from what it says); isolates stay.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]")


def clean(text: str) -> str:
    """Drop what PostgreSQL or a reader cannot take: NUL, controls, lone surrogates, bidi overrides. NFC, \\n line ends."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    plain = FORBIDDEN.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", plain)


def one_line(text: str, *, most: int) -> str:
    """Make a heading of a text: one line, at most `most` characters, cut at a word where that is possible."""
    line = " ".join(clean(text).split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > most // 2 else cut) + "…"
