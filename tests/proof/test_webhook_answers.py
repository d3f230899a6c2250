"""What the webhook answers whom: plain words, the right number, and to the last byte what it takes."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory
from django.utils import timezone

from audit.ledger import record
from audit.models import Event
from channels_social.facebook import signature as facebook_signature
from channels_social.views import FORGED, MOST_BYTES, MOST_FORGED, receive
from channels_social.x import signature as x_signature
from enquiries.models import ChannelAccount, Payload
from simulators import credentials
from tests.people import City

WEBHOOK = json.dumps({"object": "page", "entry": [{"id": "2000000001", "time": 1, "changes": []}]}).encode()
PLAIN = "text/plain"


@pytest.fixture
def page(city: City) -> ChannelAccount:
    account = city.accounts["facebook"]
    account.keep_secrets({"app_secret": credentials.FACEBOOK_APP_SECRET})
    account.save()
    return account


def headers(body: bytes, key: str = credentials.FACEBOOK_APP_SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": facebook_signature.sign(key, body)}


def deliver(body: bytes, *, key: str = credentials.FACEBOOK_APP_SECRET, kind: str = "facebook", where: str = ""):
    signed = headers(body, key)
    return Client().post(f"/webhooks/{kind}/{where}", body, content_type="application/json", headers=signed)


class Counting(io.BytesIO):
    """A body that knows how many bytes of it were asked for at a time."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked: list[int | None] = []

    def read(self, size: int | None = -1) -> bytes:
        self.asked.append(size)
        return super().read(size)


def said_to_be_long(length: str) -> tuple[WSGIRequest, Counting]:
    """A request that says so of its length, and its body, one byte longer than any webhook."""
    content = padded(MOST_BYTES + 1)
    request = RequestFactory().post("/", b"", content_type="application/json", headers=headers(content))
    body = request.__dict__["_stream"] = Counting(content)
    request.META["CONTENT_LENGTH"] = length
    return request, body


def padded(size: int) -> bytes:
    """A webhook of exactly so many bytes."""
    return WEBHOOK + b" " * (size - len(WEBHOOK))


def test_answer_of_each_kind_is_plain_text_that_says_something(page):
    answers = {
        200: deliver(WEBHOOK),
        401: deliver(WEBHOOK, key="another"),
        404: deliver(WEBHOOK, kind="telegraph"),
        413: deliver(padded(MOST_BYTES + 1)),
    }

    for status, answer in answers.items():
        assert (answer.status_code, answer["Content-Type"]) == (status, PLAIN)
    words = {status: answer.content for status, answer in answers.items()}
    assert words == {200: b"ok", 401: b"Not proven", 404: b"Unknown", 413: b"Too large"}


def test_webhook_that_breaks_off_is_answered_so_that_it_comes_again(page):
    class Broken(io.BytesIO):
        def read(self, *_size: int | None) -> bytes:
            raise UnreadablePostError("the line broke")

    request = RequestFactory().post("/webhooks/facebook/", WEBHOOK, content_type="application/json")
    request.__dict__["_stream"] = Broken()

    answer = receive(request, kind="facebook")

    assert (answer.status_code, answer["Content-Type"]) == (400, PLAIN)
    assert answer.content == b"Broken off"
    assert not Payload.objects.exists()


def test_webhook_of_the_largest_size_is_kept_whole(page):
    assert deliver(padded(MOST_BYTES)).status_code == 200
    assert len(bytes(Payload.objects.get().raw)) == MOST_BYTES


@pytest.mark.parametrize("length", ["", str(len(WEBHOOK))])
def test_body_that_is_longer_than_it_says_is_read_to_the_limit_and_refused(page, length: str):
    request, body = said_to_be_long(length)

    assert receive(request, kind="facebook").status_code == 413
    assert body.asked == [MOST_BYTES + 1]


def test_body_that_says_it_is_too_large_is_refused_unread(page):
    request, body = said_to_be_long(str(MOST_BYTES + 1))

    assert receive(request, kind="facebook").status_code == 413
    assert body.asked == []


def test_webhook_of_the_second_app_is_taken_although_the_first_does_not_know_it(page, city):
    second = ChannelAccount.objects.create(
        organisation=city.organisation, kind="facebook", name="Museum", external_id="2000000002"
    )
    second.keep_secrets({"app_secret": "the museum's own"})
    second.save()
    body = WEBHOOK.replace(b"2000000001", b"2000000002")

    assert deliver(body, key="the museum's own").status_code == 200
    assert Payload.objects.get().account == second


@pytest.mark.parametrize("where", ["", "2000000001/"])
def test_webhook_of_an_account_that_was_seen_before_is_kept_at_once(page, django_assert_num_queries, where: str):
    assert deliver(WEBHOOK, where=where).status_code == 200

    with django_assert_num_queries(1):
        assert deliver(padded(200), where=where).status_code == 200

    assert Payload.objects.count() == 2


def test_address_of_one_account_remembers_that_account_alone(page):
    assert deliver(WEBHOOK).status_code == 200

    assert deliver(padded(200), where="77/").status_code == 401
    assert Payload.objects.count() == 1


def test_kept_webhook_alarms_nobody(page, caplog):
    assert deliver(WEBHOOK).status_code == 200

    assert "speaks of no account" not in caplog.text


def test_forged_webhooks_are_told_again_once_a_minute_is_over(page):
    before = timezone.now() - timedelta(seconds=90)
    for _ in range(MOST_FORGED):
        record(verb=FORGED, data={}, now=before)

    assert deliver(WEBHOOK, key="another").status_code == 401

    assert Event.objects.filter(verb=FORGED).count() == MOST_FORGED + 1


@pytest.mark.parametrize(
    ("since", "told"), [(timedelta(minutes=1), True), (timedelta(seconds=59, microseconds=999_999), False)]
)
def test_minute_of_forged_webhooks_ends_to_the_microsecond(page, monkeypatch, since: timedelta, told: bool):
    now = timezone.now()
    for _ in range(MOST_FORGED):
        record(verb=FORGED, data={}, now=now - since)
    monkeypatch.setattr(timezone, "now", lambda: now)

    assert deliver(WEBHOOK, key="another").status_code == 401

    facts = {"kind": "facebook", "method": "POST", "bytes": len(WEBHOOK)}
    assert list(Event.objects.filter(verb=FORGED, at=now).values_list("data", flat=True)) == [facts] * told


def test_newest_forged_webhooks_count_and_nothing_else(page, monkeypatch):
    monkeypatch.setattr("channels_social.views.MOST_FORGED", 3)
    now = timezone.now()
    for minutes in (9, 8, 7, 0, 0):
        record(verb=FORGED, data={}, now=now - timedelta(minutes=minutes))
    for _ in range(5):
        record(verb="some.thing_else", data={}, now=now)

    for _ in range(4):
        deliver(WEBHOOK, key="another")

    assert Event.objects.filter(verb=FORGED).count() == 6


def test_challenge_is_answered_by_nobody_who_has_no_key():
    assert (x_signature.answer("", "abc"), x_signature.answer("key", "{}")) == ("", "")
    assert x_signature.answer("key", "abc") == x_signature.sign("key", b"abc")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", "é".encode(), b"{}", b"a" * 201])
def test_signature_of_any_bytes_holds_for_them_alone(content: bytes):
    for signs in (x_signature, facebook_signature):
        assert signs.sign("key", content) != signs.sign("key", content + b" ")
        assert signs.sign("key", content) != signs.sign("kez", content)
