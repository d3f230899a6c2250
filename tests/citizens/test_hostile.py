"""Whatever is sent to the public pages: never a 500, never a script that runs, never words lost without saying so."""

import json

import pytest
from django.test import Client

from citizens import caps
from enquiries.models import Enquiry, Message, Payload
from tests.citizens.site import Visitor, enquiry_of
from tests.people import City

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
NAUGHTY = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus=alert(1) autofocus='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}{% include 'x' %}",
    "javascript:alert(1)",
    "${7*7}#{7*7}",
    "<svg/onload=alert(1)>",
    "<!--", "]]>", "&lt;b&gt;", "\u2028\u2029", "\u202eabc", "\ufeff", "%s %(x)s {0}",
]  # fmt: skip


def form_bytes(fields: dict[str, bytes], boundary: bytes = b"XX") -> bytes:
    parts = [
        b"--"
        + boundary
        + b'\r\nContent-Disposition: form-data; name="'
        + name.encode()
        + b'"\r\n\r\n'
        + value
        + b"\r\n"
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--" + boundary + b"--\r\n"


MULTIPART = "multipart/form-data; boundary=XX"
URLENCODED = "application/x-www-form-urlencoded"
HOSTILE: dict[str, tuple[bytes, str, set[int]]] = {
    "nothing at all": (b"", URLENCODED, {422}),
    "nothing in parts": (b"", MULTIPART, {400, 422}),
    "no boundary": (b"abc", "multipart/form-data", {400}),
    "broken boundary": (b"abc", "multipart/form-data; boundary=\xff", {400}),
    "cut off": (form_bytes({"text": b"abc"})[:-20], MULTIPART, {303, 400, 422}),
    "json": (json.dumps({"text": "abc"}).encode(), "application/json", {422}),
    "no type": (b"text=abc", "", {422}),
    "strange type": (b"text=abc", "x/y; charset=nonsense", {422}),
    "NUL": (form_bytes({"text": b"a\0b", "name": b"a\0b", "email": b"a@b\0.org"}), MULTIPART, {303, 422}),
    "NUL in the number": (
        form_bytes({"text": b"abc", "nonce": b"\0", "opened": b"\0", "topic": b"\0"}),
        MULTIPART,
        {303},
    ),
    "only NUL": (form_bytes({"text": b"\0\0"}), MULTIPART, {422}),
    "only invisible": (form_bytes({"text": "\u202e \u202d\r\n".encode()}), MULTIPART, {422}),
    "lone surrogate": (form_bytes({"text": b"abc \xed\xa0\x80"}), MULTIPART, {303}),
    "no UTF-8": (form_bytes({"text": b"Stra\xdfe"}), MULTIPART, {303}),
    "escaped surrogate": (b"text=abc%ED%A0%80&topic=%ED%A0%80", URLENCODED, {303}),
    "charset that is none": (form_bytes({"text": b"abc"}), MULTIPART + "; charset=base64", {303}),
    "urlencoded in UTF-16": (b"text=abc", URLENCODED + "; charset=utf-16", {303}),
    "10 MB of text": (b"text=" + b"a" * 10 * MB, URLENCODED, {413}),
    "10 MB of text in parts": (form_bytes({"text": b"a" * 10 * MB}), MULTIPART, {413}),
    "5 MB of text": (b"text=" + b"a" * 5 * MB, URLENCODED, {422}),
    "many fields": (b"&".join(b"a%d=1" % n for n in range(3000)), URLENCODED, {413}),
    "long e-mail": (b"text=abc&email=" + b"a" * 5000 + b"@example.org", URLENCODED, {422}),
    "e-mail with a header in it": (b"text=abc&email=a%40b.org%0ABcc:c%40d.org", URLENCODED, {422}),
    "two e-mails": (b"text=abc&email=a%40b.org,c%40d.org", URLENCODED, {422}),
    "text as a file": (
        b'--XX\r\nContent-Disposition: form-data; name="text"; filename="t"\r\n\r\nabc\r\n--XX--\r\n',
        MULTIPART,
        {422},
    ),
    "file field as words": (form_bytes({"text": b"abc", "files": b"abc"}), MULTIPART, {303}),
    "right-to-left": (form_bytes({"text": "الحاوية ممتلئة".encode()}), MULTIPART, {303}),
}


@pytest.mark.parametrize("page", ["ask", "follow"])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_form_gets_a_clear_answer(city: City, page: str, case: str):
    path = "/ask/" if page == "ask" else f"/follow/{Visitor().asked()}/"
    body, kind, statuses = HOSTILE[case]

    response = Client().generic("POST", path, body, content_type=kind)

    expected = statuses | {303} if page == "follow" and "email" in str(body[:200]) else statuses
    assert response.status_code in expected
    assert response.status_code == 303 or "<h1" in response.content.decode()


def test_far_too_large_a_request_is_not_even_read(city: City):
    response = Client().generic(
        "POST", "/ask/", b"text=abc", content_type=URLENCODED, headers={"content-length": str(300 * MB)}
    )

    assert response.status_code == 413
    assert "That was too much to send" in response.content.decode()


@pytest.mark.parametrize("length", ["x", "-1", ""])
def test_strange_length_is_no_harm(city: City, length: str):
    response = Client().generic("POST", "/ask/", b"", content_type=URLENCODED, headers={"content-length": length})

    assert response.status_code in (400, 422)


@pytest.mark.parametrize("words", NAUGHTY)
def test_words_come_back_escaped_from_a_form_with_errors(city: City, words: str):
    response = Visitor().ask(
        text=words * 10_000, name=words, email=words, topic=words, opened=words, nonce=words, website=""
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert not [raw for raw in ("<script>", "<img", "<svg/", " onfocus=alert(1) autofocus='") if raw in page]


@pytest.mark.parametrize("words", NAUGHTY)
def test_words_are_shown_escaped_on_the_private_page(city: City, words: str):
    visitor = Visitor()
    secret = visitor.asked(
        text=f"x {words}", name=words, files=[(f"{words}.png".replace("/", ""), b"\x89PNG\r\n\x1a\n")]
    )

    page = visitor.page(secret) + visitor.client.get(f"/asked/{secret}/").content.decode()

    assert not [raw for raw in ("<script>", "<img", "<svg/", " onfocus=alert(1) autofocus='") if raw in page]
    assert Message.objects.get().text.startswith("x")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/ask/", "/privacy/"])
def test_other_methods_are_refused(city: City, method: str, path: str):
    assert Client().generic(method, path).status_code == 405


def test_field_that_people_do_not_see_asks_to_send_again_and_keeps_the_words(city: City):
    visitor = Visitor()

    trapped = visitor.ask(text="Precious words", website="http://spam.example")

    page = trapped.content.decode()
    assert trapped.status_code == 422
    assert "Precious words" in page
    assert "spam.example" not in page
    assert not Payload.objects.exists()


def test_quick_form_is_taken_and_a_quick_machine_is_slowed_down(city: City):
    visitor = Visitor()

    answers = [visitor.ask(text=f"Number {n}").status_code for n in range(caps.MOST_SUSPICIOUS + 1)]

    assert answers == [303] * caps.MOST_SUSPICIOUS + [429]


def test_form_over_the_cap_comes_back_with_its_words(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(caps, "MOST_OF_ONE", 1)
    visitor = Visitor()
    visitor.ask()

    response = visitor.ask(text="Precious words", email="dana@example.org")

    page = response.content.decode()
    assert response.status_code == 429
    assert response["Retry-After"] == "600"
    assert "Precious words" in page
    assert "dana@example.org" in page
    assert "info@northwell.example" in page
    assert Enquiry.objects.count() == 1


def test_cap_of_one_is_not_the_cap_of_another(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(caps, "MOST_OF_ONE", 1)
    here, there = Visitor(Client(REMOTE_ADDR="192.0.2.1")), Visitor(Client(REMOTE_ADDR="192.0.2.2"))

    answers = [visitor.ask().status_code for visitor in (here, there, here)]

    assert answers == [303, 303, 429]


def test_words_of_a_confirmed_form_are_those_that_were_typed(city: City):
    secret = Visitor().asked(text="  Straße नमस्ते 🙂 & <b>\r\n\r\nMill Lane  ")

    assert Message.objects.get(enquiry=enquiry_of(secret)).text == "Straße नमस्ते 🙂 & <b>\n\nMill Lane"
