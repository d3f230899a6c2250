"""Which files a citizen may send: how large, how many, and of which kind by what their bytes say, never by their name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from enquiries.contract import InboundFile
from enquiries.rules.text import one_line

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
MOST_BYTES_IN_ALL = 20 * 1024 * 1024
MOST_ZIP_ENTRIES = 2000

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
PDF, TEXT = "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ENDINGS = {
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    GIF: (".gif",),
    WEBP: (".webp",),
    PDF: (".pdf",),
    TEXT: (".txt",),
    DOCX: (".docx",),
    ODT: (".odt",),
}
"""Kind → the endings that tell the truth about it, the usual one first."""
ACCEPT = ",".join([*ENDINGS, *(ending for endings in ENDINGS.values() for ending in endings)])
"""What the file field offers; browsers only hint with it."""
KINDS_IN_WORDS = "JPG, PNG, GIF, WEBP, PDF, TXT, DOCX, ODT"

FIRST_BYTES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(rb"^\s*(<!doctype|<html|<svg|<\?xml|<script|<\?php|#!)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """What came of the files of one form: those that are fine, and why the others are not, in words for the citizen."""

    taken: tuple[InboundFile, ...]
    refusals: tuple[str, ...]


def sift(uploads: Sequence[UploadedFile[Any]], *, held: Sequence[InboundFile] = ()) -> Sifted:
    """Take the files that are fine. `held` are files of the same form from before; they count towards the limits.

    An upload's `size` is the true one, also where its bytes were not kept.
    """
    if len(uploads) + len(held) > MOST_FILES:
        too_many = _("You chose %(count)d files. Choose at most %(most)d.")
        return Sifted(taken=(), refusals=(too_many % {"count": len(uploads) + len(held), "most": MOST_FILES},))
    taken: list[InboundFile] = []
    refusals: list[str] = []
    room = MOST_BYTES_IN_ALL - sum(len(file.content) for file in held)
    for upload in uploads:
        room -= upload.size or 0
        refusal = _("“%(name)s” is too much: all files together may have at most 20 MB.") if room < 0 else ""
        file = None if refusal else _taken(upload)
        if isinstance(file, InboundFile):
            taken.append(file)
        else:
            refusals.append((refusal or file or "") % {"name": one_line(upload.name or "", most=80)})
    return Sifted(taken=tuple(taken), refusals=tuple(refusals))


def _taken(upload: UploadedFile[Any]) -> InboundFile | str:
    if (upload.size or 0) > MOST_BYTES:
        return _("“%(name)s” is larger than 10 MB. Choose a smaller file.")
    content = upload.read()
    if not content:
        return _("“%(name)s” is empty. Choose another file.")
    kind = kind_of(content)
    if kind is None:
        return _("We cannot take “%(name)s”. Choose a JPG, PNG, GIF, WEBP, PDF, TXT, DOCX or ODT file.")
    return InboundFile(name=true_name(upload.name or "", kind=kind), media_type=kind, content=content)


def kind_of(content: bytes) -> str | None:
    """Say of which kind these bytes are, one of `ENDINGS`. None for everything else. Nothing is ever unpacked."""
    for start, kind in FIRST_BYTES:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    return TEXT if _is_text(content) else None


def _kind_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename for entry in archive.infolist()[: MOST_ZIP_ENTRIES + 1]}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if len(names) > MOST_ZIP_ENTRIES or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if content[30:].startswith(b"mimetype" + ODT.encode()) and "content.xml" in names:
        return ODT
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return DOCX
    return None


def _is_text(content: bytes) -> bool:
    """Say whether these are plain words. Old 8-bit character sets pass, controls and anything that looks like code do not."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode("utf-8", "replace")
        except UnicodeDecodeError:
            return False
    return (
        bool(content.strip())
        and not CONTROLS.search(content)
        and not MARKUP.match(content.removeprefix(b"\xef\xbb\xbf"))
    )


def true_name(name: str, *, kind: str) -> str:
    """Keep what the citizen called the file, without a path and with an ending that is true.

    A file a.html with words in it becomes a.html.txt, so that opening it can do no harm.
    """
    last = re.split(r"[/\\]", one_line(name, most=2000))[-1]
    plain = re.sub(r'[<>:"|?*\u200b-\u200f\ufeff]', "", last).strip(". ") or "file"
    endings = ENDINGS[kind]
    if plain.lower().endswith(endings) and len(plain) <= 120:
        return plain
    return plain[:110].rstrip(". ") + endings[0]
