"""Asks clamd whether a file is dangerous: the INSTREAM command of its own manual page, over TCP or a local socket.

It stands here because only channels speak to the outside; everybody else reaches it through `registry.scanner()`.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from typing import Final

from django.conf import settings

from enquiries.contract import Clean, Infected, NotSent

CONNECT_SECONDS: Final = 3.0
TOTAL_SECONDS: Final = 30.0
PIECE: Final = 64 * 1024
MOST_ANSWER: Final = 4096
FOUND: Final = re.compile(r"stream: (.{1,200}) FOUND")
AWAY: Final = "The virus scanner cannot be reached"


class Clamd:
    """One look for each file, on a connection of its own: clamd answers once and hangs up."""

    def scan(self, content: bytes) -> Clean | Infected:
        """Look into one file. Raises NotSent for whatever is no plain yes or no: then the file stays held."""
        ends = time.monotonic() + TOTAL_SECONDS
        try:
            with _connected() as line:
                _tell(line, content, ends)
                answer = _heard(line, ends)
        except OSError as error:
            raise NotSent(AWAY, code=type(error).__name__) from None
        if answer == "stream: OK":
            return Clean()
        found = FOUND.fullmatch(answer)
        if found:
            return Infected(name=found[1])
        raise NotSent("The virus scanner gave no verdict", code=answer[:80])


def _connected() -> socket.socket:
    """Connect to `settings.CLAMD`: a path of a local socket, or host:port."""
    where = str(settings.CLAMD)
    if where.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(where)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), timeout=CONNECT_SECONDS)


def _tell(line: socket.socket, content: bytes, ends: float) -> None:
    """Send the file in pieces, each behind its length; a length of nothing ends it."""
    line.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        line.settimeout(_left(ends))
        try:
            line.sendall(struct.pack(">I", len(piece)) + piece)
        except BrokenPipeError:
            return  # it has said already why it takes no more: its answer is read below
    line.sendall(struct.pack(">I", 0))


def _heard(line: socket.socket, ends: float) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < MOST_ANSWER:
        line.settimeout(_left(ends))
        piece = line.recv(MOST_ANSWER)
        if not piece:
            break
        heard += piece
    if not heard.endswith(b"\0"):
        raise ConnectionError("The answer broke off")
    return heard.rstrip(b"\0").decode("utf-8", "replace").strip()


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("It takes too long")
    return left
