"""Sends the planned requests of one page over some kept connections, and tells how long each took."""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from bench.load import Connection, Tally, percentile

BARE = {"method": "POST", "path": "/", "cookie": "", "body": "x"}
"""The bare view tells the length of its answer to those who send something."""
WARM_UP = (10, 60)
"""Requests before measuring begins; each open page has to be told its stamp first."""


@dataclass(kw_only=True)
class Asking(Connection):
    """A connection, and which request of the plan it waits for."""

    number: int = 0


class Planned:
    """The requests of one page, in turn; those that change something are sent once.

    An open page asks its pulse with the stamp it was told last: so do these.
    """

    def __init__(self, requests: list[dict[str, str]], *, skip: int, repeats: bool) -> None:
        self.written = [written(request) for request in requests]
        self.requests, self.next, self.repeats = requests, skip, repeats

    def take(self, connection: Asking) -> bytes | None:
        """Give the next request; None when all were sent."""
        if not self.repeats and self.next >= len(self.written):
            return None
        connection.number = self.next % len(self.written)
        self.next += 1
        return self.written[connection.number]

    def learn(self, number: int, status: str, body: str) -> None:
        """Ask the next time with the stamp that an answer tells."""
        request = self.requests[number]
        if status == "200" and request["path"].startswith("/desk/pulse/"):
            self.written[number] = written(request | {"path": f"/desk/pulse/?v={json.loads(body)['v']}"})


def written(request: dict[str, str]) -> bytes:
    """Write one request as a browser on a kept connection does."""
    body = request["body"].encode()
    kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
    head = f"{request['method']} {request['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {request['cookie']}\r\n"
    return f"{head}{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body


def deliver(
    *, port: int, requests: Planned, connections: int, seconds: float, most: int
) -> tuple[Tally, list[int], str]:
    """Send until the time is over or all is sent. Returns the tally, the statements told of, and one odd answer."""
    tally, statements, odd = Tally(), [], ""
    until = time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Asking(socket=_connected(port))
            if _next(connection, requests, tally):
                selector.register(connection.socket, selectors.EVENT_READ, connection)
        while selector.get_map():
            for key, _ in selector.select(timeout=60):
                done = _answer(key.data)
                if done is None:
                    continue
                status, head, body = done
                requests.learn(key.data.number, status, body)
                tally.statuses[status] = tally.statuses.get(status, 0) + 1
                tally.latencies.append(time.perf_counter() - key.data.sent_at)
                statements += [
                    int(line[13:]) for line in head.split("\r\n") if line.lower().startswith("x-statements:")
                ]
                if status not in ("200", "204", "302"):
                    odd = f"{head}\n{body[:3000]}"
                if "\r\nconnection: close" in head.lower():
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
                    key.data.socket = _connected(port)
                    selector.register(key.data.socket, selectors.EVENT_READ, key.data)
                if tally.sent >= most or time.perf_counter() > until or not _next(key.data, requests, tally):
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    return tally, statements, odd


def _connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=60)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _next(connection: Asking, requests: Planned, tally: Tally) -> bool:
    content = requests.take(connection)
    if content is None:
        return False
    tally.sent += 1
    connection.answer, connection.sent_at = b"", time.perf_counter()
    connection.socket.sendall(content)
    return True


def _answer(connection: Connection) -> tuple[str, str, str] | None:
    """Read on; the answer once it is whole: status, head, body."""
    piece = connection.socket.recv(262144)
    if not piece:
        raise ConnectionError(
            f"The server closed a kept connection before it had answered {connection.answer[:200]!r}."
        )
    connection.answer += piece
    head, end, body = connection.answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    if not end or len(body) < length:
        return None
    return head[9:12].decode(), head.decode("latin-1"), body.decode(errors="replace")


def main() -> None:
    """Send, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--page", required=True)
    parser.add_argument("--skip", type=int, default=0, help="requests of the plan that were sent before")
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--most", type=int, required=True)
    options = parser.parse_args()
    planned = [BARE] if options.page == "bare" else json.loads(options.plan.read_text())[options.page]
    if not planned:
        raise SystemExit(f"There is nothing to send for {options.page}: take a bigger size.")
    repeats = options.page == "bare" or planned[0]["method"] == "GET"
    requests = Planned(planned, skip=options.skip, repeats=repeats)
    send = {"port": options.port, "requests": requests}
    warm, _, _ = deliver(**send, connections=options.connections, seconds=30, most=WARM_UP[options.page == "pulse"])
    begun = time.perf_counter()
    tally, statements, odd = deliver(
        **send, connections=options.connections, seconds=options.seconds, most=options.most
    )
    spent = time.perf_counter() - begun
    slowest = sorted(tally.latencies)
    shares = {f"p{round(share * 100)}_ms": percentile(slowest, share) for share in (0.5, 0.95)} if slowest else {}
    figures = {"sent": tally.sent + warm.sent, "statuses": tally.statuses, "per_second": round(len(slowest) / spent, 1)}
    print(json.dumps(figures | shares | {"statements": max(statements, default=None), "odd": odd}))


if __name__ == "__main__":
    main()
