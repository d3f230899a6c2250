"""Delivers signed webhooks at a fixed rate, however slowly they are answered, and counts from when each should have left.

So a service that stands still for a second shows a second for all that came meanwhile, not for one request per connection.
"""

from __future__ import annotations

import argparse
import gc
import json
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load import answer_of, percentile, request

GRACE_SECONDS = 30.0
"""So long after the last was due the answers are waited for; what is unanswered then is told as status "none"."""

KEPT_FOR = 100
"""Requests on one connection before it is opened anew. A platform sends from many hosts; whoever keeps a few connections for
ever measures how the server's processes happened to share them in the first moment."""


@dataclass(kw_only=True, slots=True)
class Line:
    """One kept connection: when what it carries should have left, what of its answer came, and how much it has carried."""

    socket: socket.socket
    due: float = 0.0
    answer: bytes = b""
    carried: int = 0


@dataclass(kw_only=True)
class Fixed:
    """What came of it; latencies in seconds from the intended moment to the answer."""

    statuses: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    sent: int = 0
    seconds: float = 0.0
    busy_seconds: float = 0.0
    """Processor time of this process while it delivered."""


class OpenLoop:
    """One process, some kept connections, one request on each; what is due and finds no free one waits, and that counts.

    At most `connections`, each opened when it is needed: one that brings nothing would hold a thread of the server.
    """

    def __init__(self, *, port: int, connections: int) -> None:
        self._port, self._most = port, connections
        self._poll = select.epoll()
        self._lines: dict[int, Line] = {}
        self._free: deque[Line] = deque()

    def open_all(self) -> None:
        """Open all connections now, where each is sure to be used within a second: they spread over the server's processes."""
        while len(self._lines) < self._most:
            self._open()

    def _open(self) -> None:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(socket=made)
        self._lines[made.fileno()] = line
        self._poll.register(made.fileno(), select.EPOLLIN)
        self._free.append(line)

    def deliver(self, requests: Sequence[bytes], *, rate: float) -> Fixed:
        """Deliver `rate` a second, evenly, and wait for the answers."""
        result = Fixed()
        gc.disable()  # a pause of ours would look like one of theirs
        worked, begun = time.process_time(), time.perf_counter() + 0.05
        until = begun + len(requests) / rate + GRACE_SECONDS
        left = len(requests)
        while left and time.perf_counter() < until:
            self._send_due(requests, rate, begun, result)
            for number, _ in self._poll.poll(self._pause(result.sent, len(requests), rate, begun)):
                left -= self._take(self._lines[number], result)
        gc.enable()
        result.seconds = time.perf_counter() - begun
        result.busy_seconds = time.process_time() - worked
        if left:
            result.statuses["none"] = left
        return result

    def _send_due(self, requests: Sequence[bytes], rate: float, begun: float, result: Fixed) -> None:
        now = time.perf_counter()
        while result.sent < len(requests) and self._has_room() and (due := begun + result.sent / rate) <= now:
            if not self._free:
                self._open()
            line = self._free.popleft()
            line.due, line.answer = due, b""
            line.socket.sendall(requests[result.sent])
            result.sent += 1

    def _has_room(self) -> bool:
        return bool(self._free) or len(self._lines) < self._most

    def _pause(self, sent: int, count: int, rate: float, begun: float) -> float:
        """Say how long nothing has to be sent, in seconds."""
        if sent == count or not self._has_room():
            return 1.0
        return min(1.0, max(0.0, begun + sent / rate - time.perf_counter()))

    def _take(self, line: Line, result: Fixed) -> bool:
        """Read what has come; True when that was the end of an answer, or of its connection."""
        try:
            piece = line.socket.recv(65536)
        except ConnectionError:
            piece = b""
        line.answer += piece
        status = answer_of(line.answer)
        if piece and status is None:
            return False
        if status is None:
            return self._lost(line, result)
        result.statuses[status] = result.statuses.get(status, 0) + 1
        result.latencies.append(time.perf_counter() - line.due)
        line.due = 0.0
        line.carried += 1
        if line.carried == KEPT_FOR:
            self._hang_up(line)
        else:
            self._free.append(line)
        return True

    def _hang_up(self, line: Line) -> None:
        self._poll.unregister(line.socket.fileno())
        del self._lines[line.socket.fileno()]
        line.socket.close()

    def _lost(self, line: Line, result: Fixed) -> bool:
        """Forget a connection that was closed. What it carried was not accepted; a platform would bring it again."""
        self._hang_up(line)
        was_carrying = line.due > 0
        if was_carrying:
            result.statuses["broken"] = result.statuses.get("broken", 0) + 1
        else:
            self._free.remove(line)
        return was_carrying

    def close(self) -> None:
        """Close all connections."""
        for line in self._lines.values():
            line.socket.close()
        self._poll.close()


def figures_of(result: Fixed, *, rate: float, seconds: float) -> dict[str, object]:
    """Lay out what came of it. Raises NoLatencies when nothing was answered."""
    slowest = sorted(result.latencies)
    return {
        "sent": result.sent,
        "statuses": result.statuses,
        "wanted_per_second": rate,
        "per_second": round(len(slowest) / max(result.seconds, seconds), 1),
        **{f"p{share:g}_ms": percentile(slowest, share / 100) for share in (50, 95, 99, 99.9)},
        "slowest_ms": percentile(slowest, 1),
        "load_cores": round(result.busy_seconds / result.seconds, 3),
    }


def main() -> None:
    """Deliver, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/webhooks/facebook/")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rate", type=float, required=True, help="webhooks a second")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--warm-up", type=float, default=2, help="seconds before, at the same rate, not counted")
    parser.add_argument("--first", type=int, default=0, help="number of the first webhook; each number is new once")
    options = parser.parse_args()
    numbers = range(options.first, options.first + round(options.rate * (options.seconds + options.warm_up)))
    requests = [request(number=number, path=options.path) for number in numbers]
    cold = round(options.rate * options.warm_up)
    loop = OpenLoop(port=options.port, connections=options.connections)
    if options.rate > 2 * options.connections:
        loop.open_all()
    warm = loop.deliver(requests[:cold], rate=options.rate)
    figures = figures_of(loop.deliver(requests[cold:], rate=options.rate), rate=options.rate, seconds=options.seconds)
    loop.close()
    print(json.dumps(figures | {"warm_up_200s": warm.statuses.get("200", 0)}))


if __name__ == "__main__":
    main()
