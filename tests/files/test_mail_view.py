"""A mail shown as its sender laid it out: nothing in it acts, nothing is fetched, and its own pictures are seen."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from enquiries.contract import InboundFile
from enquiries.models import Attachment, Message
from enquiries.rules.html import MOST_HTML, MOST_PICTURES, safe
from tests.files.drawn import png
from tests.files.payloads import PAYLOADS
from tests.people import PASSWORD, City, arrive

ACTS = re.compile(
    r"<\s*(script|iframe|object|embed|form|input|button|meta|link|base|svg|math|video|audio|style)\b"
    r"|<[^>]*\s(on\w+|href|src(?!=\"data:image/)|srcset|action|formaction|style|background|poster|xlink:href)\s*=",
    re.IGNORECASE,
)
LEFT_OUT = '<span class="left-out" dir="auto">'


class Tags(HTMLParser):
    """Reads the tags of a document with their values, as a browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.append((tag, attrs))


@pytest.fixture
def desk(city: City) -> Client:
    client = Client()
    assert client.login(username=city.alice.email, password=PASSWORD)
    return client


def view(desk: Client, message: Message) -> str:
    answer = desk.get(reverse("desk:mail_view", args=[message.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def body(document: str) -> str:
    return document.partition('<body dir="auto">')[2].rpartition("</body>")[0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_acts_or_is_fetched_is_left(payload: str):
    assert not ACTS.search(safe(payload, pictures={}))


def test_words_and_shape_stay():
    html = "<h1>Dear city</h1><p dir=rtl>hello <b>there</b><table><tr><td colspan=2>1</td></tr></table>"

    assert safe(html, pictures={}) == (
        '<h1>Dear city</h1><p dir="rtl">hello <b>there</b></p>'
        '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    )


def test_very_long_mail_is_cut():
    assert len(safe("a" * (MOST_HTML + 10), pictures={})) == MOST_HTML


def test_picture_that_is_named_ten_thousand_times_does_not_swell_the_document():
    picture = "data:image/png;base64," + "A" * 1_000_000

    shown = safe('<img src="cid:a" alt="A map">' * 10_000, pictures={"a": picture})

    assert shown.count(picture) == MOST_PICTURES // len(picture)
    assert shown.count("A map") == 10_000


@pytest.mark.parametrize("source", ['src="https://mails.example/a.png"', 'src="cid:none@mail"', 'src="cid:"', ""])
def test_picture_that_is_left_out_shows_its_words_and_no_broken_picture(source: str):
    assert safe(f'<p>See <img {source} alt=" A map "></p>', pictures={}) == f"<p>See {LEFT_OUT}A map</span></p>"


def test_picture_without_words_leaves_a_quiet_place_and_one_for_the_eye_alone_leaves_none():
    assert safe('<img src="cid:a">', pictures={}) == f"{LEFT_OUT}</span>"
    assert safe('<img src="cid:a" alt=""><img alt=" ">', pictures={}) == ""


@pytest.mark.parametrize(
    "words", ["<b>bold</b>", '"><script>alert(1)</script>', 'a \'b\' " src="data:image/png;base64,AA" &amp; <', "<img>"]
)
def test_words_of_a_picture_stay_words(words: str):
    shown = safe(f'<img src="cid:a" alt="{escape(words)}">', pictures={})

    assert shown == f"{LEFT_OUT}{escape(words)}</span>"


@pytest.mark.parametrize(
    "words", ["<img>", "<img onerror=alert(1)>", " <img alt='A map'> ", "a > <img> onclick=alert(1)"]
)
def test_picture_that_is_only_written_in_a_value_stays_a_value(words: str):
    reader = Tags()

    reader.feed(safe(f'<p lang="{escape(words)}">Hello</p>', pictures={}))

    assert reader.read == [("p", [("lang", words)])]


@pytest.mark.django_db
def test_document_is_allowed_its_own_style_and_nothing_else(city: City, desk: Client):
    answer = desk.get(reverse("desk:mail_view", args=[arrive(city, html="<p>Hello</p>").pk]))

    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.django_db
def test_picture_of_the_mail_itself_is_in_its_place(city: City, desk: Client):
    picture = InboundFile(name="a.png", media_type="image/png", content=png(), content_id="<map@mail>")
    message = arrive(city, html='<p>See <img src="cid:map@mail" alt="A map"></p>', files=(picture,))

    assert 'src="data:image/png;base64,' in body(view(desk, message))


@pytest.mark.django_db
@pytest.mark.parametrize("scan", ["PENDING", "INFECTED", "FAILED"])
def test_held_picture_is_not_in_its_place(city: City, desk: Client, scan: str):
    picture = InboundFile(name="a.png", media_type="image/png", content=png(), content_id="map@mail")
    message = arrive(city, html='<img src="cid:map@mail" alt="A map">', files=(picture,))
    Attachment.objects.update(scan=scan)

    assert body(view(desk, message)) == f"{LEFT_OUT}A map</span>"


@pytest.mark.django_db
def test_file_that_only_calls_itself_a_picture_is_not_in_its_place(city: City, desk: Client):
    false = InboundFile(name="a.png", media_type="image/png", content=b"<svg onload=alert(1)>", content_id="map@mail")

    assert "data:" not in view(desk, arrive(city, html='<img src="cid:map@mail">', files=(false,)))


@pytest.mark.django_db
def test_page_around_it_is_a_closed_frame(city: City, desk: Client):
    answer = desk.get(reverse("desk:mail", args=[arrive(city, html="<p>Hello</p>").pk]))

    assert b'sandbox=""' in answer.content
    assert "frame-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_thread_offers_it_only_for_what_was_html(city: City, desk: Client):
    written, plain = arrive(city, html="<p>Hello</p>"), arrive(city)
    pages = [desk.get(reverse("desk:enquiry", args=[one.enquiry.reference])).content for one in (written, plain)]

    assert [b"Show as mail" in page for page in pages] == [True, False]
