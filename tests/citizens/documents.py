"""Files as citizens have them, and as attackers make them."""

from __future__ import annotations

import io
import zipfile

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 32
GIF = b"GIF89a" + b"\0" * 32
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 32
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ODT_KIND = b"application/vnd.oasis.opendocument.text"


def zipped(*names: str, mimetype: bytes = b"") -> bytes:
    """A zip with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
ODT = zipped("content.xml", mimetype=ODT_KIND)

GOOD = {
    "photo.jpg": JPEG,
    "picture.png": PNG,
    "moving.gif": GIF,
    "new.webp": WEBP,
    "letter.pdf": PDF,
    "plain.txt": b"Mill Lane 14\n",
    "utf8.txt": "Straße नमस्ते 🙂".encode(),
    "old.txt": "Straße".encode("cp1252"),
    "utf16.txt": "Straße".encode("utf-16"),
    "letter.docx": DOCX,
    "letter.odt": ODT,
}

WRONG_KIND = {
    "program.jpg": b"MZ\x90\0\x03\0\0\0" + b"\0" * 64,
    "page.pdf": b"<!DOCTYPE html><script>alert(1)</script>",
    "page.txt": b"\xef\xbb\xbf  <html><body onload=alert(1)>",
    "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "data.txt": b'<?xml version="1.0"?><x/>',
    "script.txt": b"#!/bin/sh\nrm -rf /\n",
    "code.txt": b"<?php system('id');",
    "sheet.docx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "macros.docx": zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "archive.docx": zipped("a.txt"),
    "jar.odt": zipped("META-INF/MANIFEST.MF", "content.xml"),
    "broken.docx": DOCX[:40],
    "many.docx": zipped("[Content_Types].xml", "word/document.xml", *(f"f{n}" for n in range(2001))),
    "late.pdf": b"\0" * 20 + b"%PDF-1.7",
    "nul.txt": b"Mill\0Lane",
    "elf": b"\x7fELF\x02\x01\x01",
    "spaces.txt": b"   \n",
}
