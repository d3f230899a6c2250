"""Our words are found again although X changes them."""

import time

import pytest

from channels_social.x.adapter import XChannel
from channels_social.x.readback import comparable, matches


def post(text, **more):
    return {"id": "9", "text": text, "referenced_tweets": [{"type": "replied_to", "id": "1"}], **more}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Thank you", "@dana @eli Thank you"),
        ("@dana Thank you", "@dana Thank you"),
        ("a  b\n c", "a b c"),
        ("cafe\u0301", "café"),
        ("A & B <c>", "A &amp; B &lt;c&gt;"),
    ],
)
def test_text_that_x_changed_is_recognised(ours, theirs):
    assert matches([{"data": [post(theirs)]}], text=ours, targets={"1"}) == ["9"]


@pytest.mark.parametrize(
    ("ours", "long"), [("see gov.in", "http://gov.in"), ("see https://a.example/", "https://a.example")]
)
def test_address_that_x_shortened_is_recognised(ours, long):
    theirs = post("see https://t.co/q", entities={"urls": [{"url": "https://t.co/q", "expanded_url": long}]})

    assert matches([{"data": [theirs]}], text=ours, targets={"1"}) == ["9"]


def test_link_to_an_attached_picture_does_not_count():
    link = {"url": "https://t.co/p", "expanded_url": "https://x.com/n/status/9/photo/1", "media_key": "3_1"}

    assert matches([{"data": [post("Done https://t.co/p", entities={"urls": [link]})]}], text="Done", targets={"1"})


def test_same_words_under_another_post_are_not_ours():
    assert matches([{"data": [post("Thank you")]}], text="Thank you", targets={"2"}) == []


def test_two_posts_with_the_same_words_are_both_told():
    assert len(matches([{"data": [post("Hi")]}, {"data": [post("Hi")]}], text="Hi", targets={"1"})) == 2


@pytest.mark.parametrize("page", [{}, {"data": None}, {"data": [None, 3, {}]}, {"data": "x"}])
def test_strange_pages_match_nothing(page):
    assert matches([page], text="Hi", targets={"1"}) == []


def test_handles_alone_are_not_stripped_to_nothing():
    assert comparable("write to dana@example.org") == "write to dana@example.org"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Test", 4),
        ("cafe\u0301", 4),
        ("नमस्ते", 6),
        ("Добрый день", 11),
        ("₹…", 4),
        ("你好", 4),
        ("👨‍👩‍👧", 2),
        ("see gov.in", 27),
        ("https://example.org/" + "a" * 300, 23),
        ("wait" + "." * 60, 64),
        ("\ud800", 2),
    ],
)
def test_length_is_weighed_as_x_does(text, weight):
    assert XChannel().length(text) == weight


@pytest.mark.parametrize("text", ["a.b." * 6000, "http://" + "a.b." * 6000, "a.b.c/" * 4000, "." * 25000])
def test_text_made_to_be_slow_is_weighed_in_time(text):
    began = time.monotonic()

    assert XChannel().length(text) > 280
    assert time.monotonic() - began < 2
