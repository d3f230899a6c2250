"""The stores on which Facebook keeps what people send: a picture, a film, a file for every address that it gave out."""

import struct
import zlib
from typing import Any, Final

from simulators.serving import Request, Response

STORE: Final = "https://scontent.xx.fbcdn.net"
PREFIX: Final = "/v/"
TYPES: Final = {"png": "image/png", "mp4": "video/mp4", "pdf": "application/pdf", "ogg": "audio/ogg"}
ENDINGS: Final = {"image": "png", "sticker": "png", "photo": "png", "video": "mp4", "audio": "ogg", "file": "pdf"}
HEADS: Final = {"mp4": b"\x00\x00\x00\x18ftypmp42", "pdf": b"%PDF-1.4\n%%EOF\n", "ogg": b"OggS\x00\x02"}


def address(kind: str, name: str) -> str:
    """Where a thing lies; the signature at its end is another each time it is told, as on the real stores."""
    return f"{STORE}{PREFIX}{name}.{ENDINGS.get(kind, 'png')}?oh=00_sig&oe={zlib.crc32(name.encode()):X}"


def attachment(kind: str, name: str) -> dict[str, Any]:
    """What Messenger pushes of one thing that hangs on a message."""
    if kind == "location":
        return {"type": kind, "payload": {"coordinates": {"lat": 52.3702, "long": 4.8952}}}
    if kind == "fallback":
        return {"type": kind, "payload": {"url": "https://news.example/article", "title": "An article"}}
    return {"type": kind, "payload": {"url": address(kind, name)}}


def read_back(kind: str, name: str) -> dict[str, Any]:
    """What the conversations edge says of the same thing."""
    url, ending = address(kind, name), ENDINGS.get(kind, "png")
    facts: dict[str, Any] = {"id": f"a_{name}", "name": f"{name}.{ending}", "mime_type": TYPES[ending], "size": 70}
    if kind == "image":
        return facts | {"image_data": {"url": url, "width": 1, "height": 1}}
    return facts | ({"video_data": {"url": url}} if kind == "video" else {"file_url": url})


def respond(request: Request) -> Response | None:
    """Serve a thing from the stores, or None for other addresses."""
    if request.method not in ("GET", "HEAD") or not request.path.startswith(PREFIX):
        return None
    ending = request.path.rpartition(".")[2]
    if ending not in TYPES or request.arguments.get("oh") != "00_sig":
        return Response(status=403, body=b"URL signature mismatch", content_type="text/plain")
    return Response(body=HEADS.get(ending) or pixel(), content_type=TYPES[ending])


def pixel() -> bytes:
    """One grey pixel as PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    )
