"""What Messenger's events become."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_social.facebook import mapping
from enquiries.contract import (
    ChangeKind,
    Ignored,
    InboundMessage,
    OwnPost,
    PostChanged,
    Reached,
    Receipted,
    Side,
    Unreadable,
)
from simulators import credentials
from tests.channels_social.accounts import facebook_account

PAGE = credentials.FACEBOOK_PAGE_ID
AT = 1_795_000_000_000
TEXT: dict[str, Any] = {
    "sender": {"id": "9001"},
    "recipient": {"id": PAGE},
    "timestamp": AT,
    "message": {"mid": "m_1", "text": "My bin was not emptied"},
}


def read(content: dict[str, Any]) -> Any:
    (part,) = mapping.parse(facebook_account(), json.dumps(content).encode())
    return part


def parsed(event, under="messaging"):
    entry = {"id": PAGE, "time": AT, under: [event]}
    return read({"object": "page", "entry": [entry]})


def said(**message):
    return TEXT | {"message": TEXT["message"] | message}


def test_text_becomes_a_private_message():
    message = parsed(TEXT)

    assert isinstance(message, InboundMessage)
    assert (message.external_id, message.thread_key, message.reply_to) == ("m_1", "psid:9001", "9001")
    assert (message.side, message.text) == (Side.PRIVATE, "My bin was not emptied")
    assert message.occurred_at == datetime.fromtimestamp(AT / 1000, UTC)
    assert message.answerable


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "sticker"])
def test_attachment_is_told_in_a_line_and_fetched(kind):
    url = "https://scontent.fbcdn.net/a"

    message = parsed(said(text=None, attachments=[{"type": kind, "payload": {"url": url}}]))

    assert message.text == f"[{kind}]"
    assert [each.url for each in message.pictures] == [url]


def test_place_is_told_in_numbers():
    place = {"type": "location", "payload": {"coordinates": {"lat": 52.1, "long": 4.3}}}

    message = parsed(said(text="Here", attachments=[place]))

    assert message.text == "Here\n[location] 52.1, 4.3"


def test_link_that_was_shared_stays_in_the_words():
    link = {"type": "fallback", "payload": {"url": "https://news.example/a", "title": "News"}}

    message = parsed(said(text=None, attachments=[link]))

    assert (message.text, message.pictures) == ("[link] https://news.example/a", ())


@pytest.mark.parametrize("broken", [None, 3, "x", [], [None], {"payload": 3}, {"type": "location", "payload": {}}])
def test_broken_attachment_does_not_lose_the_words(broken):
    message = parsed(said(attachments=broken if isinstance(broken, list) else [broken]))

    assert message.text.startswith("My bin was not emptied")


def test_echo_of_our_message_brings_back_the_key_of_its_posting():
    echo = said(is_echo=True, metadata="posting:5f0c", app_id=1) | {"sender": {"id": PAGE}, "recipient": {"id": "9001"}}

    own = parsed(echo)

    assert isinstance(own, OwnPost)
    assert (own.external_id, own.posting_key) == ("m_1", "5f0c")


@pytest.mark.parametrize("metadata", [None, "", "another app's", 7])
def test_echo_of_another_app_has_no_key(metadata):
    own = parsed(said(is_echo=True, metadata=metadata) | {"sender": {"id": PAGE}})

    assert isinstance(own, OwnPost)
    assert own.posting_key == ""


@pytest.mark.parametrize(
    "event",
    [{"reaction": {"mid": "m_1"}}, {"postback": {}}, {}],
)
def test_event_without_words_is_ignored_with_its_reason(event):
    part = parsed({"sender": {"id": "9001"}, "timestamp": AT} | event)

    assert isinstance(part, Ignored)
    assert next(iter(event), "new kind") in part.reason


def test_message_that_was_taken_back_is_told_as_gone():
    part = parsed(said(text=None, is_deleted=True))

    assert part == PostChanged(root_id="m_1", kind=ChangeKind.GONE, at=datetime.fromtimestamp(AT / 1000, UTC))


def test_delivery_names_the_messages_that_arrived():
    part = parsed({"sender": {"id": "9001"}, "timestamp": AT, "delivery": {"mids": ["m_8", "m_9"], "watermark": AT}})

    assert isinstance(part, Receipted)
    assert (part.kind, part.external_ids) == (Reached.DELIVERED, ("m_8", "m_9"))


@pytest.mark.parametrize(("name", "kind"), [("delivery", Reached.DELIVERED), ("read", Reached.READ)])
def test_watermark_counts_for_all_messages_to_the_person_until_then(name, kind):
    part = parsed({"sender": {"id": "9001"}, "timestamp": AT + 5000, name: {"watermark": AT}})

    assert part == Receipted(kind=kind, at=datetime.fromtimestamp(AT / 1000, UTC), person="9001")


@pytest.mark.parametrize("told", [None, {}, {"mids": 3}, {"mids": [None]}])
def test_receipt_that_names_nothing_is_ignored(told):
    assert isinstance(parsed({"timestamp": AT, "read": told}), Ignored)


def test_edited_message_is_one_of_its_own_in_the_same_thread():
    event = {name: value for name, value in TEXT.items() if name != "message"}

    edited = parsed(event | {"message_edit": {"mid": "m_1", "text": "My blue bin", "num_edit": 1}})

    assert edited.external_id.startswith("m_1:edited:")
    assert (edited.text, edited.thread_key) == ("My blue bin", "psid:9001")


def test_message_that_another_app_has_to_answer_is_shown_and_not_answered():
    message = parsed(TEXT, under="standby")

    assert message.text == "My bin was not emptied"
    assert not message.answerable
    assert message.hindrance


def test_message_of_a_kind_that_we_cannot_be_shown_is_told():
    assert "inbox" in parsed(said(text=None, is_unsupported=True)).text


@pytest.mark.parametrize(
    "event", [TEXT | {"sender": {}}, TEXT | {"timestamp": None}, said(mid=None), TEXT | {"message": 3}]
)
def test_message_that_lacks_what_we_need_is_unreadable(event):
    assert isinstance(parsed(event), Unreadable)


def test_polled_message_is_the_same_as_the_pushed_one():
    node = {
        "id": "m_1",
        "message": "My bin was not emptied",
        "from": {"id": "9001", "name": "Dana"},
        "created_time": "2026-11-18T11:06:40+0000",
    }

    polled = read({"polled": "message", "person": "9001", "node": node})
    pushed = parsed(TEXT)

    assert (polled.external_id, polled.thread_key, polled.text) == (pushed.external_id, pushed.thread_key, pushed.text)
    assert polled.author.name == "Dana"


def test_polled_message_of_the_page_is_no_message_of_a_citizen():
    node = {"id": "m_2", "message": "Hello", "from": {"id": PAGE}, "created_time": "2026-11-18T11:06:40+0000"}

    own = read({"polled": "message", "person": "9001", "node": node})

    assert isinstance(own, OwnPost)
