"""A platform of the proof's own behind a real socket: it takes the same text twice, shows posts late, and breaks calls as told.

It is stricter than the real ones where it counts: nothing on its side keeps us from posting twice. Its clock is moved by hand.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import requests

from channels_social.transport import certainly_not_sent, leaving_by, open_session
from enquiries.contract import (
    Account,
    CannotTell,
    Limits,
    NotSent,
    NotThere,
    OutboundReply,
    Receipt,
    Refused,
    Side,
    Throttled,
    Traits,
    Uncertain,
)
from tests.enquiries.forum import Forum

PUBLIC = "https://square.example/"
PATIENCE = 0.15
"""Seconds that the channel waits for an answer."""
REST = 40
"""Seconds that a throttled account has to rest."""
LONGEST = 60
SETTLES = timedelta(seconds=20)
"""A post shows at the latest after so long."""
STORING = ("store_then_500", "store_then_timeout", "store_then_reset", "garbage", "without_id", "half_body")
LOSING = ("500", "timeout", "reset")
CLEAR = ("refuse", "throttle")
WRITE_FAULTS = (*STORING, *LOSING, *CLEAR)
READ_FAULTS = ("500", "timeout", "reset", "garbage", "half_body")


class Killed(BaseException):
    """The worker's process ends here."""


@dataclass
class Platform:
    """What stands on the square, and what it does to the next calls."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    write_faults: deque[str] = field(default_factory=deque)
    read_faults: deque[str] = field(default_factory=deque)
    lag: float = 0
    clock: float = 0

    def visible(self) -> list[dict[str, Any]]:
        return [post for post in self.posts if post["shows_at"] <= self.clock]

    def store(self, target: str, text: str, key: str) -> dict[str, Any]:
        number = f"post-{key}-{len(self.posts) + 1}"
        self.posts.append({"id": number, "target": target, "text": text, "shows_at": self.clock + self.lag})
        return self.posts[-1]


PLATFORM = Platform()


class Door(BaseHTTPRequestHandler):
    """The platform's side of a call."""

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = PLATFORM.write_faults.popleft() if PLATFORM.write_faults else ""
        if fault in LOSING:
            return self._break(fault, b"")
        if fault == "throttle":
            return self._answer(429, b"{}")
        if fault == "refuse" or told["target"] in PLATFORM.gone:
            return self._answer(422, b"{}")
        stored = json.dumps(PLATFORM.store(told["target"], told["text"], told["key"])).encode()
        return self._break(fault, stored)

    def do_GET(self) -> None:
        fault = PLATFORM.read_faults.popleft() if PLATFORM.read_faults else ""
        self._break(fault, json.dumps(PLATFORM.visible()).encode())

    def _break(self, fault: str, body: bytes) -> None:
        match fault.removeprefix("store_then_"):
            case "":
                self._answer(200, body)
            case "500":
                self._answer(500, b"<html>Sorry</html>")
            case "timeout":
                time.sleep(2 * PATIENCE)
            case "garbage":
                self._answer(200, b'{"posts": [')
            case "without_id":
                self._answer(200, b"{}")
            case "half_body":
                self._answer(200, body, told=len(body) + 50)
        self.close_connection = True

    def _answer(self, status: int, body: bytes, *, told: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if told is None else told))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class Dying(Receipt):
    """A proof over which the worker dies while it writes it down: its transaction is open then."""

    def __getattribute__(self, name: str) -> Any:
        if name == "detail":
            raise Killed
        return super().__getattribute__(name)


class Square(Forum):
    """The channel: the service's own transport, and a reading of answers as every channel has one."""

    kind = "square"
    label = "City square"
    traits = Traits(icon="globe", people_per_account=True, is_public=True)
    dies: ClassVar[deque[str]] = deque()
    """Where the next calls end their worker: "before" the call, "after" it, or while "recording" it."""
    meanwhile: ClassVar[Callable[[], None] | None] = None
    """What happens while the next call's worker is frozen, its words on the platform already."""

    def limits(self, account: Account, side: Side) -> Limits:
        return Limits(max_length=LONGEST, settle=SETTLES)

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        dies = Square.dies.popleft() if Square.dies else ""
        if dies == "before":
            raise Killed
        receipt = self._sent(account, reply)
        if dies == "after":
            raise Killed
        happens, Square.meanwhile = Square.meanwhile, None
        if happens:
            happens()
        return Dying(external_id=receipt.external_id) if dies == "recording" else receipt

    def _sent(self, account: Account, reply: OutboundReply) -> Receipt:
        told = {"target": reply.target_id, "text": reply.text, "key": reply.key[:8]}
        session, adapter = open_session(account, public=PUBLIC)
        try:
            with leaving_by(reply.send_by):
                session.post(PUBLIC + "posts", json=told)
        except requests.RequestException as error:
            if certainly_not_sent(error):
                raise NotSent("The square is closed.") from error
            raise Uncertain("The square did not answer.") from error
        answer = adapter.answer
        match answer.status if answer else 0:
            case 429:
                raise Throttled("The square asks for a rest.", after=timedelta(seconds=REST))
            case 422:
                raise Refused("The square does not take it.", fix="Answer another way.")
            case 200 if answer and (name := answer.json().get("id")):
                return Receipt(external_id=name)
        raise Uncertain("The square's answer is not understood.")

    def find_sent(  # type: ignore[override]
        self, account: Account, reply: OutboundReply, *, since: datetime
    ) -> Receipt | NotThere | CannotTell:
        session, _ = open_session(account, public=PUBLIC)
        try:
            found = session.get(PUBLIC + "mine")
            found.raise_for_status()
            posts: Sequence[dict[str, Any]] = found.json()
        except (requests.RequestException, ValueError):
            return CannotTell(reason="The square cannot be read.")
        ours = [post["id"] for post in posts if (post["target"], post["text"]) == (reply.target_id, reply.text)]
        if len(ours) > 1:
            return CannotTell(reason="It is there twice.")
        return Receipt(external_id=ours[0]) if ours else NotThere()


@contextmanager
def opened() -> Iterator[str]:
    """Open the square; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def forget() -> None:
    """Begin anew."""
    PLATFORM.__init__()  # type: ignore[misc]
    Square.dies, Square.meanwhile = deque(), None
