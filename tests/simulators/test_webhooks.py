"""What the simulators push: signed raw bytes, after the receiver has proved itself, with patience."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from simulators import credentials
from simulators.facebook.proof import webhook_signature as facebook_signature
from simulators.x.oauth import webhook_signature as x_signature

DANA = {"author_handle": "dana", "author_name": "Dana"}


class Receiver:
    """The city's server: answers handshakes and keeps what it gets; `statuses` are answered first, then 200."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.knows_the_secret = True
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply(200, receiver.proof(parse_qs(urlsplit(self.path).query)))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.reply(receiver.statuses.pop(0) if receiver.statuses else 200, b"")

            def reply(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def proof(self, query: dict[str, list[str]]) -> bytes:
        if not self.knows_the_secret:
            return b"nonsense"
        if "hub.challenge" in query:
            assert query["hub.verify_token"] == [credentials.FACEBOOK_VERIFY_TOKEN]
            return query["hub.challenge"][0].encode()
        digest = hmac.new(credentials.X_CONSUMER_SECRET.encode(), query["crc_token"][0].encode(), hashlib.sha256)
        return json.dumps({"response_token": "sha256=" + base64.b64encode(digest.digest()).decode()}).encode()

    def wait(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        end = time.monotonic() + 8
        while len(self.received) < count:
            assert time.monotonic() < end, f"only {len(self.received)} webhooks came"
            time.sleep(0.02)
        return self.received


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def told_by_x(x, receiver):
    x.act("subscribe", {"url": receiver.url})
    yield receiver
    x.act("subscribe", {"url": ""})


@pytest.fixture
def told_by_facebook(facebook, receiver):
    facebook.act("subscribe", {"url": receiver.url})
    yield receiver
    facebook.act("subscribe", {"url": ""})


def test_mention_is_pushed_signed(x, told_by_x):
    post = x.write(text="@northwell hello", **DANA)

    headers, body = told_by_x.wait(1)[0]

    data = json.loads(body)["data"]
    assert (data["event_type"], data["payload"]["id"]) == ("post.mention.create", post["id"])
    assert headers["x-twitter-webhooks-signature"] == x_signature(body)


def test_post_that_names_nobody_is_not_pushed(x, told_by_x):
    x.write(text="hello", **DANA)
    x.write(text="@northwell hello", **DANA)

    told_by_x.wait(1)
    time.sleep(0.2)

    assert len(told_by_x.received) == 1


def test_direct_reply_is_pushed_as_reply(x, told_by_x, tweepy_client):
    root = x.write(text="@northwell hello", **DANA)["id"]
    reply = tweepy_client.create_tweet(text="Hello Dana", in_reply_to_tweet_id=root).data["id"]
    x.write(text="thanks", in_reply_to=reply, **DANA)

    _, body = told_by_x.wait(2)[1]

    assert json.loads(body)["data"]["event_type"] == "post.reply.create"


def test_event_waits_until_the_receiver_is_well(x, told_by_x):
    told_by_x.statuses = [503, 500]
    x.write(text="@northwell hello", **DANA)

    bodies = {body for _, body in told_by_x.wait(3)}

    assert len(bodies) == 1
    assert x.wait_for(lambda ledger: ledger["webhook"]["delivered"] == 1)


def test_receiver_that_fails_the_challenge_gets_nothing(x, receiver):
    receiver.knows_the_secret = False
    x.act("subscribe", {"url": receiver.url})
    x.write(text="@northwell hello", **DANA)

    assert x.act("crc", {}) == {"ok": False}
    assert receiver.received == []
    x.act("subscribe", {"url": ""})


@pytest.mark.parametrize("signature", ["wrong", "none"])
def test_unproved_webhook_can_be_sent(x, told_by_x, signature):
    post = x.write(text="@northwell hello", push="no", **DANA)

    statuses = x.act("webhook", {"id": post["id"], "signature": signature, "times": 2})["statuses"]

    assert statuses == [200, 200]
    given = [headers.get("x-twitter-webhooks-signature") for headers, _ in told_by_x.received]
    assert all(one != x_signature(body) for one, (_, body) in zip(given, told_by_x.received, strict=True))


def test_comment_is_pushed_with_escaped_bytes_and_their_signature(facebook, told_by_facebook):
    comment = facebook.write(text="नमस्ते / hello", author_name="Dana")

    headers, body = told_by_facebook.wait(1)[0]

    assert body.isascii()
    assert rb"\/ hello" in body
    assert headers["x-hub-signature-256"] == facebook_signature(body)
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    assert (value["comment_id"], value["parent_id"], value["verb"]) == (comment["id"], comment["post_id"], "add")


def test_own_message_is_echoed_with_its_metadata(facebook, told_by_facebook, graph):
    person = facebook.write(kind="message", text="Hello", author_name="Dana")["author_id"]
    message = json.dumps({"text": "Good day", "metadata": "posting:1"})
    graph.put_object(
        credentials.FACEBOOK_PAGE_ID,
        "messages",
        recipient=json.dumps({"id": person}),
        message=message,
        messaging_type="RESPONSE",
    )

    events = [json.loads(body)["entry"][0]["messaging"][0] for _, body in told_by_facebook.wait(2)]

    echo = next(event for event in events if event["message"].get("is_echo"))
    assert (echo["recipient"]["id"], echo["message"]["metadata"]) == (person, "posting:1")


def test_deletion_is_pushed_without_text(facebook, told_by_facebook):
    comment = facebook.write(text="hello", author_name="Dana", push="no")["id"]
    facebook.act("delete", {"id": comment})

    _, body = told_by_facebook.wait(1)[0]

    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    assert (value["verb"], "message" in value) == ("remove", False)


def test_many_changes_come_in_one_webhook_in_the_asked_order(facebook, told_by_facebook):
    ids = [facebook.write(text=str(number), author_name="Dana", push="no")["id"] for number in range(3)][::-1]

    facebook.act("webhook", {"ids": ids})

    changes = json.loads(told_by_facebook.received[0][1])["entry"][0]["changes"]
    assert [change["value"]["comment_id"] for change in changes] == ids


def test_page_that_is_not_subscribed_hears_nothing(facebook, told_by_facebook, graph):
    graph.request(f"v26.0/{credentials.FACEBOOK_PAGE_ID}/subscribed_apps", method="DELETE")

    facebook.write(text="hello", author_name="Dana")
    time.sleep(0.2)

    assert told_by_facebook.received == []
