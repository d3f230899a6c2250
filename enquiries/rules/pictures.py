"""What bytes are, whatever anybody calls them, and pictures without what a camera or a program wrote beside them.

Written by hand and not with an image library: nothing is decoded, so a crafted picture finds no decoder to break, and what
is approved is what was drawn. Only the containers are walked, as their standards describe them: PNG (third edition), JPEG
(ITU-T T.81, Exif 2.3), GIF 89a, and RIFF for WebP.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MOST_PIXELS = 50_000_000
"""A picture of a few kilobytes may unfold to gigabytes in the program that shows it."""
PNG, JPEG, GIF, WEBP, PDF = "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"
RASTER = frozenset({PNG, JPEG, GIF, WEBP})
"""Pictures made of points: they can hold no program, and nothing that is fetched."""
OTHER = "application/octet-stream"
SIGNS = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF), (b"%PDF-", PDF))

PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD hIST cICP acTL fcTL fdAT".split()  # no text, no Exif
)
WEBP_LEFT_OUT = frozenset({b"EXIF", b"XMP "})
WEBP_FLAGS = 0x08 | 0x04
"""Of the flags of an extended WebP, those that announce Exif and XMP."""
GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""Extensions of a GIF that say how often it is played; all others are words and marks of programs."""
ORIENTATION = 0x0112


class NotAPicture(Exception):
    """The bytes are no picture of a kind that is known, or one that is broken or too large."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture without anything beside it. `width` and `height` are in points, as it is stored."""

    media_type: str
    width: int
    height: int
    content: bytes = field(repr=False)


def kind_of(content: bytes) -> str:
    """Say what bytes are, by their beginning; OTHER for what is neither a picture nor a PDF."""
    for sign, kind in SIGNS:
        if content.startswith(sign):
            return kind
    return WEBP if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else OTHER


def told_kind(content: bytes, claimed: str) -> str:
    """Say what a file is kept as: its bytes decide what is a picture or a PDF, `claimed` may only name something else."""
    kind = kind_of(content)
    if kind != OTHER:
        return kind
    is_false = claimed.partition(";")[0].strip().lower() in RASTER | {PDF}
    return OTHER if is_false or not claimed else claimed


def bare(content: bytes) -> Picture:
    """Take out of a picture all that is not drawn: place, time, camera, comments, thumbnails. Raises NotAPicture.

    How a JPEG has to be turned is kept, as the only thing of its Exif: else photos of telephones would lie on their side.
    """
    kind = kind_of(content)
    walk = READERS.get(kind)
    if walk is None:
        raise NotAPicture("unknown kind")
    try:
        width, height, kept = walk(content)
    except (struct.error, IndexError, ValueError) as error:
        raise NotAPicture("broken") from error
    if not (0 < width * height <= MOST_PIXELS):
        raise NotAPicture("too large")
    return Picture(media_type=kind, width=width, height=height, content=kept)


def _png(content: bytes) -> tuple[int, int, bytes]:
    kept, place, size = [content[:8]], 8, (0, 0)
    while True:
        length, name = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if (
            end > len(content)
            or zlib.crc32(content[place + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]
        ):
            raise ValueError("a chunk is broken")
        if name == b"IHDR":
            size = struct.unpack_from(">II", content, place + 8)
        if name in PNG_KEPT:
            kept.append(content[place:end])
        place = end
        if name == b"IEND":
            return size[0], size[1], b"".join(kept)


def _gif(content: bytes) -> tuple[int, int, bytes]:
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    place = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    kept = [content[:place]]
    while True:
        start, sign = place, content[place]
        if sign == 0x3B:
            return width, height, b"".join([*kept, b"\x3b"])
        if sign == 0x2C:
            local = content[place + 9]
            place = _after_blocks(content, place + 11 + (3 << ((local & 7) + 1) if local & 0x80 else 0))
            kept.append(content[start:place])
            continue
        if sign != 0x21:
            raise ValueError("no block of a GIF")
        label = content[place + 1]
        place = _after_blocks(content, place + 2)
        if label == 0xF9 or (label == 0xFF and content[start + 3 : start + 14] in GIF_KEPT):
            kept.append(content[start:place])


def _after_blocks(content: bytes, place: int) -> int:
    while content[place]:
        place += content[place] + 1
    return place + 1


def _webp(content: bytes) -> tuple[int, int, bytes]:
    end = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    kept, place, size = [], 12, (0, 0)
    while place + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, place)
        after = place + 8 + length + (length & 1)
        if after > len(content):
            raise ValueError("a chunk is cut")
        chunk = bytearray(content[place:after])
        if name == b"VP8X":
            chunk[8] &= ~WEBP_FLAGS & 0xFF
        if name not in WEBP_LEFT_OUT:
            kept.append(bytes(chunk))
            size = size if any(size) else _webp_size(name, chunk)
        place = after
    body = b"WEBP" + b"".join(kept)
    return size[0], size[1], b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_size(name: bytes, chunk: bytearray) -> tuple[int, int]:
    if name == b"VP8X":
        return int.from_bytes(chunk[12:15], "little") + 1, int.from_bytes(chunk[15:18], "little") + 1
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", chunk, 14)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        bits = struct.unpack_from("<I", chunk, 9)[0]
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return 0, 0


def _jpeg(content: bytes) -> tuple[int, int, bytes]:
    head, body, size, turned = [content[:2]], [], (0, 0), 1
    for mark, start, end in _segments(content):
        if mark == 0xE1 and content[start + 4 : start + 10] == b"Exif\0\0":
            turned = _orientation(content[start + 10 : end])
        elif _is_drawn(mark, content[start + 4 : end]):
            body.append(content[start:end])
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, start + 5)
            size = (width, height)
    jfif = [body.pop(0)] if body and body[0][1] == 0xE0 else []
    exif = [_only_orientation(turned)] if turned != 1 else []
    return size[0], size[1], b"".join([*head, *jfif, *exif, *body, b"\xff\xd9"])


def _is_drawn(mark: int, content: bytes) -> bool:
    """Say whether a segment belongs to the drawing: all but comments and what programs add, apart from colours."""
    if mark == 0xE0:
        return content.startswith(b"JFIF\0")
    if mark == 0xE2:
        return content.startswith(b"ICC_PROFILE\0")
    return mark == 0xEE or not (0xE0 <= mark <= 0xEF or mark == 0xFE)


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield mark, start and end of each segment up to the end of the picture; what stands behind that is no part of it."""
    place = 2
    while True:
        if content[place] != 0xFF:
            raise ValueError("no segment of a JPEG")
        while content[place + 1] == 0xFF:
            place += 1
        mark = content[place + 1]
        if mark == 0xD9:
            return
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        if end > len(content) or end < place + 4:
            raise ValueError("a segment is cut")
        if mark == 0xDA:
            end = _after_scan(content, end)
        yield mark, place, end
        place = end


def _after_scan(content: bytes, place: int) -> int:
    """Find where the points of a scan end: at a mark that is neither a stuffed byte nor a restart."""
    while True:
        place = content.index(b"\xff", place)
        following = content[place + 1]
        if following != 0x00 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return place
        place += 1 if following == 0xFF else 2


def _orientation(tiff: bytes) -> int:
    """Read how a picture has to be turned (1 to 8); 1 where nothing sensible says so."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for number in range(struct.unpack_from(f"{order}H", tiff, start)[0]):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == ORIENTATION:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _only_orientation(turned: int) -> bytes:
    tiff = struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


READERS: dict[str, Callable[[bytes], tuple[int, int, bytes]]] = {PNG: _png, GIF: _gif, WEBP: _webp, JPEG: _jpeg}
