"""What comments, visitors' posts and mentions become."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_social.facebook import mapping
from enquiries.contract import ChangeKind, Ignored, InboundMessage, OwnPost, PostChanged, Side, Unreadable
from simulators import credentials
from tests.channels_social.accounts import facebook_account

PAGE = credentials.FACEBOOK_PAGE_ID
POST = f"{PAGE}_500"
SENT_AT = 1_795_000_060
COMMENT = {
    "item": "comment",
    "verb": "add",
    "comment_id": "500_601",
    "post_id": POST,
    "parent_id": POST,
    "from": {"id": "77", "name": "Dana Ó"},
    "message": "The light is out",
    "created_time": 1_795_000_000,
}


def read(raw: bytes) -> Any:
    (part,) = mapping.parse(facebook_account(), raw)
    return part


def webhook(*values, field="feed", page=PAGE):
    changes = [{"field": field, "value": value} for value in values]
    return json.dumps({"object": "page", "entry": [{"id": page, "time": SENT_AT, "changes": changes}]}).encode()


def parsed(value, **more):
    return read(webhook(value, **more))


def test_comment_becomes_a_public_message():
    message = parsed(COMMENT)

    assert isinstance(message, InboundMessage)
    assert (message.external_id, message.thread_key) == ("500_601", "500_601:77")
    assert (message.text, message.author.name) == ("The light is out", "Dana Ó")
    assert message.side is Side.PUBLIC
    assert message.occurred_at == datetime.fromtimestamp(1_795_000_000, UTC)
    assert message.permalink == "https://www.facebook.com/500_601"


def test_answer_to_a_comment_belongs_to_the_thread_of_its_writer():
    message = parsed(COMMENT | {"comment_id": "500_602", "parent_id": "500_601"})

    assert (message.thread_key, message.parent_id) == ("500_601:77", "500_601")


def test_another_person_in_the_same_thread_is_another_enquiry():
    message = parsed(COMMENT | {"comment_id": "500_603", "parent_id": "500_601", "from": {"id": 88}})

    assert message.thread_key == "500_601:88"


def test_two_hidden_persons_do_not_share_a_thread():
    hidden = {name: value for name, value in COMMENT.items() if name != "from"} | {"parent_id": "500_601"}

    first, second = (parsed(hidden | {"comment_id": number}) for number in ("500_604", "500_605"))

    assert first.author.external_id == ""
    assert first.thread_key != second.thread_key


@pytest.mark.parametrize("verb", ["edit", "edited"])
def test_edit_is_a_message_of_its_own_in_the_same_thread(verb):
    edited = parsed(COMMENT | {"verb": verb, "message": "The light is on"})

    assert edited.external_id.startswith("500_601:edited:")
    assert edited.thread_key == "500_601:77"
    assert edited.occurred_at == datetime.fromtimestamp(SENT_AT, UTC)


def test_same_edit_delivered_twice_is_one_message():
    assert parsed(COMMENT | {"verb": "edited"}).external_id == parsed(COMMENT | {"verb": "edited"}).external_id


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("remove", ChangeKind.GONE),
        ("delete", ChangeKind.GONE),
        ("hide", ChangeKind.HIDDEN),
        ("unhide", ChangeKind.SHOWN),
    ],
)
def test_comment_that_was_taken_down_or_hidden_is_told_by_its_root(verb, kind):
    change = {name: value for name, value in COMMENT.items() if name not in ("message", "created_time")}

    part = parsed(change | {"verb": verb})

    assert part == PostChanged(root_id="500_601", kind=kind, at=datetime.fromtimestamp(SENT_AT, UTC))


def test_post_that_was_taken_down_is_told_by_its_number():
    part = parsed({"item": "status", "verb": "remove", "post_id": POST, "from": {"id": "77"}})

    assert isinstance(part, PostChanged)
    assert part.root_id == POST


def test_taken_down_thing_without_a_number_is_unreadable():
    assert isinstance(parsed({"item": "comment", "verb": "remove"}), Unreadable)


@pytest.mark.parametrize("verb", ["", "block"])
def test_other_change_of_a_comment_is_ignored_with_its_reason(verb):
    part = parsed(COMMENT | {"verb": verb})

    assert isinstance(part, Ignored)
    assert verb in part.reason


@pytest.mark.parametrize("item", ["reaction", "like", "album", "event", None, 7])
def test_reaction_to_a_comment_is_no_comment(item):
    assert isinstance(parsed(COMMENT | {"item": item, "reaction_type": "love"}), Ignored)


@pytest.mark.parametrize("item", ["post", "status", "photo", "video", "share"])
def test_post_of_a_visitor_is_a_message(item):
    post = {
        "item": item,
        "verb": "add",
        "post_id": POST,
        "from": {"id": "77"},
        "message": "Hi",
        "created_time": 1_795_000_000,
    }

    message = parsed(post)

    assert (message.external_id, message.thread_key) == (POST, f"{POST}:77")


def test_comment_and_post_of_the_page_itself_are_no_messages():
    own = COMMENT | {"from": {"id": int(PAGE)}}

    assert isinstance(parsed(own), OwnPost)
    assert isinstance(
        parsed({name: value for name, value in own.items() if name != "comment_id"} | {"item": "status"}), OwnPost
    )


def test_mention_elsewhere_is_kept_and_answered_by_hand():
    mention = {"item": "comment", "verb": "add", "post_id": "9_9", "comment_id": "9_10", "message": "Ask @Northwell"}

    message = parsed(mention | {"created_time": 1_795_000_000}, field="mention")

    assert message.text == "Ask @Northwell"
    assert not message.answerable
    assert message.hindrance


def test_picture_without_words_is_told():
    message = parsed({**COMMENT, "message": None, "photo": "https://scontent.fbcdn.net/p.jpg"})

    assert message.text == "[photo]"
    assert [each.url for each in message.pictures] == ["https://scontent.fbcdn.net/p.jpg"]


def test_several_photos_are_all_fetched():
    photos = [f"https://scontent.xx.fbcdn.net/{number}.jpg" for number in range(3)]

    message = parsed(COMMENT | {"item": "photo", "photos": photos})

    assert [each.url for each in message.pictures] == photos


def test_edit_keeps_its_identity_when_the_address_of_its_picture_is_another():
    first, second = (
        parsed(COMMENT | {"verb": "edited", "photo": f"https://scontent.fbcdn.net/p.jpg?sig={number}"})
        for number in (1, 2)
    )

    assert first.external_id == second.external_id


def test_shared_link_stays_in_the_words_and_is_not_fetched():
    attachment = {
        "type": "share",
        "url": "https://news.example/a",
        "media": {"image": {"src": "https://x.fbcdn.net/p"}},
    }

    message = parsed(COMMENT | {"attachment": attachment})

    assert message.text.endswith("[link] https://news.example/a")
    assert not message.pictures


@pytest.mark.parametrize(
    "url",
    [
        "http://scontent.fbcdn.net/a",
        "https://fbcdn.net.evil.example/a",
        "https://evil.example/.fbcdn.net",
        "https://evilfbcdn.net/a",
        "https://u:p@scontent.fbcdn.net/a",
        "https://scontent.fbcdn.net:8443/a",
        "https://[::1/a",
        "javascript:alert(1)",
    ],
)
def test_nothing_is_fetched_from_anywhere_but_facebooks_stores(url):
    assert not parsed(COMMENT | {"photo": url}).pictures


def test_polled_mention_is_answered_by_hand():
    node = {"id": "9_10", "message": "Ask @Northwell", "from": {"id": "77"}, "created_time": "2026-11-18T11:06:40+0000"}

    message = read(json.dumps({"polled": "mention", "node": node}).encode())

    assert (message.external_id, message.answerable) == ("9_10", False)


def test_comment_without_a_number_or_time_is_unreadable_alone():
    broken = {"item": "comment", "verb": "add", "message": "?"}

    first, second = mapping.parse(facebook_account(), webhook(broken, COMMENT))

    assert isinstance(first, Unreadable)
    assert json.loads(first.raw)["value"] == broken
    assert isinstance(second, InboundMessage)


def test_thousand_changes_in_one_webhook_are_all_read():
    values = [COMMENT | {"comment_id": f"500_{number}"} for number in range(1000)]

    parts = mapping.parse(facebook_account(), webhook(*values))

    assert len({part.external_id for part in parts if isinstance(part, InboundMessage)}) == 1000


def test_part_for_another_page_is_ignored():
    assert isinstance(mapping.parse(facebook_account(), webhook(COMMENT, page="7"))[0], Ignored)


def test_unknown_field_does_not_spoil_the_rest():
    raw = json.loads(webhook(COMMENT))
    raw["entry"][0]["changes"].insert(0, {"field": "live_videos", "value": {"status": "live"}})

    first, second = mapping.parse(facebook_account(), json.dumps(raw).encode())

    assert isinstance(first, Ignored)
    assert isinstance(second, InboundMessage)


def test_polled_comment_is_the_same_message_as_the_pushed_one():
    node = {
        "id": "500_601",
        "message": "The light is out",
        "from": {"id": "77", "name": "Dana Ó"},
        "created_time": "2026-11-18T11:06:40+0000",
    }
    raw = json.dumps({"polled": "comment", "post_id": POST, "node": node}).encode()

    polled = read(raw)
    pushed = parsed(COMMENT)

    assert (polled.external_id, polled.thread_key, polled.text) == (pushed.external_id, pushed.thread_key, pushed.text)
    assert polled.occurred_at == pushed.occurred_at


def test_polled_answer_hangs_on_its_comment():
    node = {"id": "500_602", "message": "And?", "from": {"id": "77"}, "parent": {"id": "500_601"}, "created_time": 1}
    raw = json.dumps({"polled": "comment", "post_id": POST, "node": node}).encode()

    polled = read(raw)

    assert polled.thread_key == "500_601:77"


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"object":"user","entry":[{}]}', b'{"object":"page","entry":[]}', b"{" * 9]
)
def test_anything_else_is_unreadable_and_kept_whole(raw):
    (part,) = mapping.parse(facebook_account(), raw)

    assert isinstance(part, Unreadable)
    assert part.raw == raw
