"""Small pictures, written byte by byte, with what cameras and programs leave in them."""

from __future__ import annotations

import struct
import zlib

SECRET = b"52.3731 N, 4.8922 E; Dana's telephone"
"""What must never leave with a picture."""


def png(width: int = 2, height: int = 2, *, color: bytes = b"\x20\x60\xa0", extra: bytes = b"") -> bytes:
    """A PNG of one colour; `extra` are further chunks behind the head."""
    rows = b"".join(b"\0" + color * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def chatty_png() -> bytes:
    """A PNG that tells where it was taken, in four ways, and once more behind its end."""
    names = (b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME")
    return png(extra=b"".join(chunk(name, SECRET) for name in names)) + SECRET


def segment(mark: int, content: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes([0xFF, mark]) + struct.pack(">H", len(content) + 2) + content


def exif(orientation: int) -> bytes:
    """An Exif block with an orientation and a place."""
    tiff = struct.pack("<4sIH", b"II*\0", 8, 2)
    tiff += struct.pack("<HHII", 0x0112, 3, 1, orientation) + struct.pack("<HHII", 0x8825, 4, 1, 38)
    return b"Exif\0\0" + tiff + struct.pack("<I", 0) + SECRET


def jpeg(width: int = 3, height: int = 5, *, orientation: int = 1) -> bytes:
    """A JPEG in two scans, as a telephone writes it: Exif, XMP, a comment, and a second picture behind the first."""
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(0xE1, exif(orientation)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
            segment(0xE2, b"ICC_PROFILE\0\x01\x01colours"),
            segment(0xED, SECRET),
            segment(0xFE, SECRET),
            segment(0xDB, b"\0" + bytes(64)),
            segment(0xC2, size),
            scan,
            segment(0xC4, b"\0" + bytes(16)),
            scan,
            b"\xff\xd9",
            b"\xff\xd8" + SECRET,
        ]
    )


def gif() -> bytes:
    """A GIF that is played for ever, with a comment, XMP and something behind its end."""
    blocks = b"".join(
        [
            b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00",
            b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\x00",
            b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\x00",
            b"\x21\xf9\x04\x00\x0a\x00\x00\x00",
            b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00",
        ]
    )
    return b"GIF89a\x04\x00\x06\x00\x80\x00\x00" + bytes(6) + blocks + b"\x3b" + SECRET


def webp() -> bytes:
    """An extended WebP with Exif and XMP."""
    flags = bytes([0x08 | 0x04 | 0x10, 0, 0, 0]) + (7).to_bytes(3, "little") + (9).to_bytes(3, "little")
    body = b"WEBP" + _riff(b"VP8X", flags) + _riff(b"VP8L", b"\x2f" + bytes(8))
    body += _riff(b"EXIF", SECRET) + _riff(b"XMP ", SECRET)
    return b"RIFF" + struct.pack("<I", len(body)) + body + SECRET


def _riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
