"""Pushes signed webhooks to the city's server from a background thread, with the patience of the real platforms."""

import heapq
import http.client
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

TIMEOUT_SECONDS: Final = 10.0
HANDSHAKE_EVERY_SECONDS: Final = 1.0
PAUSES_SECONDS: Final = (0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)


@dataclass(frozen=True)
class Answer:
    """What the receiver said; status 0 means that it could not be reached."""

    status: int
    body: bytes = b""


@dataclass(order=True)
class Delivery:
    """One event on its way; ordered by the monotonic moment of its next try."""

    next_at: float
    number: int
    body: bytes = field(compare=False)
    tries: int = field(default=0, compare=False)


def call(method: str, url: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    """Make one HTTP request; a receiver that cannot be reached or breaks off answers status 0."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(method, target, body=body or None, headers=headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    except (OSError, http.client.HTTPException):
        return Answer(0)
    finally:
        connection.close()


class Pusher:
    """Delivers events in order of their due moment once the receiver has proved that it is the right one."""

    def __init__(self, *, url: str, sign: Callable[[bytes], dict[str, str]], handshake: Callable[[str], bool]) -> None:
        self.url = url
        self._sign = sign
        self._handshake = handshake
        self._changed = threading.Condition()
        self._heap: list[Delivery] = []
        self._number = self._delivered = self._given_up = 0
        self._proved = False
        self._dice, self._within, self._twice = random.Random(0), 0.0, 0.0
        threading.Thread(target=self._run, daemon=True).start()

    def subscribe(self, url: str) -> None:
        """Point at another receiver, which has to prove itself again; an empty address stops all pushing."""
        with self._changed:
            self.url, self._proved = url, False
            self._changed.notify()

    def prove(self) -> bool:
        """Do the handshake now; whether it succeeded decides if events are delivered."""
        proved = bool(self.url) and self._handshake(self.url)
        with self._changed:
            self._proved = proved
            self._changed.notify()
        return proved

    def push(self, body: bytes, *, after_seconds: float = 0.0) -> None:
        """Queue one event; without a receiver it is lost, as on the real platforms."""
        with self._changed:
            if self.url:
                for _ in range(2 if self._dice.random() < self._twice else 1):
                    self._number += 1
                    at = time.monotonic() + after_seconds + self._dice.random() * self._within
                    heapq.heappush(self._heap, Delivery(at, self._number, body))
                self._changed.notify()

    def scatter(self, *, within_seconds: float, twice: float, seed: int) -> None:
        """From now on deliver each event up to so much later, so in any order, and a share of them twice; 0 and 0 end it."""
        with self._changed:
            self._dice.seed(seed)
            self._within, self._twice = within_seconds, twice

    def send_now(self, body: bytes, *, signature: str) -> int:
        """Deliver at once with a "good", "wrong" or missing ("none") signature and answer the receiver's status."""
        signed = {} if signature == "none" else self._sign(body if signature == "good" else body + b" ")
        return call("POST", self.url, body=body, headers={"Content-Type": "application/json", **signed}).status

    def forget(self) -> None:
        """Drop every event that has not been delivered."""
        with self._changed:
            self._heap.clear()
            self._delivered = self._given_up = 0

    def state(self) -> dict[str, Any]:
        """Counts for the ledger."""
        with self._changed:
            counts = {"pending": len(self._heap), "delivered": self._delivered, "given_up": self._given_up}
            return {"url": self.url, "proved": self._proved, **counts}

    def _run(self) -> None:
        while True:
            if self.url and not self._proved and not self.prove():
                time.sleep(HANDSHAKE_EVERY_SECONDS)
                continue
            due = self._next()
            if due is not None:
                self._deliver(due)

    def _next(self) -> Delivery | None:
        with self._changed:
            if not self._proved or not self._heap:
                self._changed.wait(timeout=60)
                return None
            wait = self._heap[0].next_at - time.monotonic()
            if wait > 0:
                self._changed.wait(timeout=wait)
                return None
            return heapq.heappop(self._heap)

    def _deliver(self, due: Delivery) -> None:
        status = self.send_now(due.body, signature="good")
        with self._changed:
            if 200 <= status < 300:
                self._delivered += 1
            elif due.tries < len(PAUSES_SECONDS):
                due.next_at = time.monotonic() + PAUSES_SECONDS[due.tries]
                due.tries += 1
                heapq.heappush(self._heap, due)
            else:
                self._given_up += 1
