"""A scripted clamd: it reads what the protocol says and answers as told, on a port of its own."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner calls a virus."""


@dataclass
class Script:
    """What it answers, and what it was shown. `answer` None means that it hangs up without a word."""

    answer: bytes | None = b""
    most: int = 25_000_000
    seen: list[bytes] = field(default_factory=list)
    address: str = ""


@contextmanager
def clamd() -> Iterator[Script]:
    """Run it. It finds EICAR by itself; `answer` is said instead where it is set."""
    script = Script()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack(">I", self.rfile.read(4))[0]:
                content += self.rfile.read(length)
                if len(content) > script.most:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            script.seen.append(content)
            found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
            if script.answer is not None:
                self.wfile.write(script.answer or found)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        script.address = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join(timeout=5)
