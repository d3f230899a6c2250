"""What the simulated Facebook pushes of things that are not new words: hidden, taken back, delivered, read, named."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import sims

Heard = list[dict[str, Any]]


class Ear(BaseHTTPRequestHandler):
    """Says yes to the handshake and keeps what it is told."""

    heard: Heard = []

    def do_GET(self) -> None:
        challenge = parse_qs(urlsplit(self.path).query)["hub.challenge"][0]
        self._answer(challenge.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.extend(json.loads(body)["entry"])
        self._answer(b"ok")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@pytest.fixture
def heard() -> Iterator[tuple[str, Heard]]:
    Ear.heard = []
    server = HTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", Ear.heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def facebook(heard: tuple[str, Heard]) -> Iterator[sims.Simulator]:
    with sims.facebook_simulator("--webhook", heard[0]) as simulator:
        yield simulator


def last(facebook: sims.Simulator, heard: tuple[str, Heard], number: int) -> dict[str, Any]:
    facebook.wait_for(lambda ledger: ledger["webhook"]["delivered"] >= number)
    return heard[1][-1]


def value(entry: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = entry["changes"][0]["value"]
    return found


@pytest.mark.parametrize(("act", "verb"), [("hide", "hide"), ("unhide", "unhide"), ("delete", "remove")])
def test_change_of_a_comment_is_told_by_its_verb(facebook, heard, act: str, verb: str):
    number = facebook.write(kind="comment", author_name="Dana", text="Hello", push="no")["id"]

    facebook.act(act, {"id": number})

    told = value(last(facebook, heard, 1))
    assert (told["verb"], told["comment_id"]) == (verb, number)


def test_message_that_is_taken_back_keeps_its_number_and_loses_its_words(facebook, heard):
    number = facebook.write(kind="message", author_name="Dana", text="Secret", push="no")["id"]

    facebook.act("delete", {"id": number})

    assert last(facebook, heard, 1)["messaging"][0]["message"] == {"mid": number, "is_deleted": True}


def test_message_that_is_edited_is_told_with_its_new_words(facebook, heard):
    number = facebook.write(kind="message", author_name="Dana", text="One", push="no")["id"]

    facebook.act("edit", {"id": number, "text": "Two"})

    told = last(facebook, heard, 1)["messaging"][0]
    assert told["message_edit"] == {"mid": number, "text": "Two", "num_edit": 1}


@pytest.mark.parametrize(("act", "name"), [("read", "read"), ("deliver", "delivery")])
def test_receipt_carries_a_watermark_in_milliseconds(facebook, heard, act: str, name: str):
    facebook.act(act, {"author_id": "77", "ids": ["m_1"]})

    told = last(facebook, heard, 1)["messaging"][0]
    assert told[name]["watermark"] > 10**12
    assert told["sender"] == {"id": "77"}


def test_message_for_another_app_comes_under_standby(facebook, heard):
    facebook.write(kind="message", author_name="Dana", text="Hello", standby=True)

    assert last(facebook, heard, 1)["standby"][0]["message"]["text"] == "Hello"


def test_mention_is_a_field_of_its_own_and_names_nobody(facebook, heard):
    facebook.write(kind="mention", author_name="Dana", text="Ask @Northwell")

    entry = last(facebook, heard, 1)
    assert entry["changes"][0]["field"] == "mention"
    assert "from" not in value(entry)


@pytest.mark.parametrize(
    "lost",
    [lambda facebook: facebook.act("drop", {}), lambda facebook: facebook.act("condition", {"app_fields": None})],
)
def test_page_or_app_that_is_not_subscribed_is_told_nothing(facebook, heard, lost: Callable[[sims.Simulator], Any]):
    lost(facebook)

    facebook.write(kind="comment", author_name="Dana", text="Hello")

    assert facebook.ledger()["webhook"]["pending"] == 0
    assert not heard[1]
