"""Delivers signed webhooks as fast as they are answered: one process, some kept connections, one request on each."""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

PAGE, APP_SECRET = "2000000001", "bench-app-secret"
COMMENT = "9000000001_"
"""How the name of each comment begins."""
TEXT = "The street light at the corner of Mill Lane and Station Road has been out for a week. Who mends it? 💡"


@dataclass(kw_only=True)
class Connection:
    """One connection: when its request left, and what has been answered so far."""

    socket: socket.socket
    sent_at: float = 0.0
    answer: bytes = b""


@dataclass(kw_only=True)
class Tally:
    """What was answered. Latencies are those after the warm-up, in seconds."""

    statuses: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    sent: int = 0


class NoLatencies(Exception):
    """There is nothing of which a share could be told."""


def comment(number: int) -> bytes:
    """Make the webhook of one comment on the page, as Facebook sends it."""
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": f"{COMMENT}{number}",
        "post_id": f"{PAGE}_9000000001",
        "parent_id": f"{PAGE}_9000000001",
        "created_time": 1763700000 + number,
        "from": {"id": str(3000000000 + number % 5000), "name": "Dana Citizen"},
        "message": TEXT,
    }
    entry = {"id": PAGE, "time": 1763700000 + number, "changes": [{"field": "feed", "value": value}]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def request(*, number: int, path: str, secret: str = APP_SECRET) -> bytes:
    """Make a whole HTTP request around it, signed as Meta signs."""
    body = comment(number)
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nX-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def deliver(*, port: int, path: str, connections: int, warm_up: float, seconds: float) -> Tally:
    """Deliver until the time is over, and wait for the answer of whatever was sent."""
    tally = Tally()
    counting_from = time.perf_counter() + warm_up
    until = counting_from + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(socket=socket.create_connection(("127.0.0.1", port), timeout=30))
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            _send(connection, tally, path)
        while selector.get_map():
            for key, _ in selector.select(timeout=30) or _nobody_answers():
                if not _is_answered(key.data, tally, counting_from, until):
                    continue
                if time.perf_counter() < until:
                    _send(key.data, tally, path)
                else:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    return tally


def _nobody_answers() -> list[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError("No webhook was answered within 30 seconds.")


def _send(connection: Connection, tally: Tally, path: str) -> None:
    content = request(number=tally.sent, path=path)
    tally.sent += 1
    connection.answer, connection.sent_at = b"", time.perf_counter()
    connection.socket.sendall(content)


def _is_answered(connection: Connection, tally: Tally, counting_from: float, until: float) -> bool:
    piece = connection.socket.recv(65536)
    if not piece:
        raise ConnectionError("The server closed a kept connection before it had answered.")
    connection.answer += piece
    status = answer_of(connection.answer)
    if status is None:
        return False
    tally.statuses[status] = tally.statuses.get(status, 0) + 1
    answered_at = time.perf_counter()
    if counting_from <= answered_at <= until:
        tally.latencies.append(answered_at - connection.sent_at)
    return True


def answer_of(piece: bytes) -> str | None:
    """Tell the status of an answer; None when it is not whole yet."""
    head, end, body = piece.partition(b"\r\n\r\n")
    return head[9:12].decode() if end and len(body) >= _length(head) else None


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the sorted `values` do not exceed, in milliseconds.

    Raises NoLatencies when there is no value: nothing was answered while it counted.
    """
    if not values:
        raise NoLatencies("Nothing was answered while it counted, so there are no latencies. Let the load last longer.")
    return round(values[min(int(len(values) * share), len(values) - 1)] * 1000, 2)


def main() -> None:
    """Deliver, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/webhooks/facebook/")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--warm-up", type=float, default=2)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    tally = deliver(**vars(options))
    slowest = sorted(tally.latencies)
    try:
        shares = {f"p{round(share * 100)}_ms": percentile(slowest, share) for share in (0.5, 0.95, 0.99)}
    except NoLatencies as nothing:
        sys.exit(f"{nothing} Statuses: {tally.statuses}")
    figures = {"sent": tally.sent, "statuses": tally.statuses, "per_second": round(len(slowest) / options.seconds, 1)}
    print(json.dumps(figures | shares))


if __name__ == "__main__":
    main()
