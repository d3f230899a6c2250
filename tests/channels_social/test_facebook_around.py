"""What is still on the page, what stands around a comment, what is hidden, fetched and taken out."""

import json
from typing import Any

import pytest

from channels_social.facebook.adapter import FacebookChannel
from enquiries.contract import Act, InboundMessage, NotSent, Refused, Uncertain
from simulators import credentials
from tests.channels_social.accounts import facebook_account
from tests.sims import Simulator

CHANNEL = FacebookChannel()
PAGE = credentials.FACEBOOK_PAGE_ID
PICTURE = "https://scontent.xx.fbcdn.net/v/image1.png?oh=00_sig&oe=1"


def comment(facebook: Simulator, text: str = "The light is out", **more: object) -> str:
    return str(facebook.write(kind="comment", author_name="Dana", text=text, push="no", **more)["id"])


def entry(facebook: Simulator, number: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = [each for each in facebook.ledger()["comments"] if each["id"] == number]
    return found


def test_comments_that_are_gone_are_told_from_those_that_are_there(facebook: Simulator):
    numbers = [comment(facebook, f"Comment {number}") for number in range(60)]
    for number in (numbers[7], numbers[55]):
        facebook.act("delete", {"id": number})

    found = CHANNEL.presence(facebook_account(facebook.url), numbers)

    assert {number for number, there in found.items() if there is False} == {numbers[7], numbers[55]}
    assert sum(there is True for there in found.values()) == 58


def test_post_that_is_gone_is_told_while_the_feed_can_be_read(facebook: Simulator):
    post = facebook.write(kind="post", author_name="Eli", text="A post", push="no")["id"]
    facebook.act("delete", {"id": post})

    assert CHANNEL.presence(facebook_account(facebook.url), [post]) == {post: False}


@pytest.mark.parametrize("number", ["m_1", "mid.2", "999_1000", ""])
def test_nothing_is_said_of_what_cannot_be_proven_gone(facebook: Simulator, number: str):
    assert CHANNEL.presence(facebook_account(facebook.url), [number]) == {number: None}


def test_look_that_fails_says_nothing(facebook: Simulator):
    number = comment(facebook)
    facebook.fault("handful", "html_502")

    with pytest.raises(NotSent):
        CHANNEL.presence(facebook_account(facebook.url), [number])


def test_thread_brings_the_post_and_all_that_was_said_oldest_first(facebook: Simulator):
    top = comment(facebook, "Is the pool open?", age_seconds=300)
    facebook.write(kind="comment", author_name="Eli", text="No", parent_id=top, age_seconds=200, push="no")
    last = comment(facebook, "Since when?", parent_id=top)

    said = CHANNEL.context(facebook_account(facebook.url), post_id=last, thread_key=f"{top}:77")

    assert [each.text for each in said[1:]] == ["Is the pool open?", "No", "Since when?"]
    assert said[0].is_ours
    assert [each.parent_id for each in said[1:]] == [said[0].external_id, top, top]


def test_thread_whose_comment_is_gone_is_what_is_left(facebook: Simulator):
    top = comment(facebook)
    facebook.act("delete", {"id": top})

    said = CHANNEL.context(facebook_account(facebook.url), post_id=top, thread_key=f"{top}:77")

    assert [each.is_ours for each in said] == [True]


@pytest.mark.parametrize(
    ("act", "field", "expected"),
    [(Act.HIDE, "hidden", True), (Act.SHOW, "hidden", False), (Act.REMOVE, "deleted", True)],
)
def test_comment_of_a_citizen_is_hidden_shown_or_removed_however_often_it_is_asked(
    facebook: Simulator, act: Act, field: str, expected: bool
):
    number, account = comment(facebook), facebook_account(facebook.url)

    for _ in range(2):
        CHANNEL.moderate(account, post_id=number, act=act)

    assert entry(facebook, number)[field] is expected


def test_hiding_what_is_gone_is_done(facebook: Simulator):
    number = comment(facebook)
    facebook.act("delete", {"id": number})

    CHANNEL.moderate(facebook_account(facebook.url), post_id=number, act=Act.HIDE)


@pytest.mark.parametrize("number", ["m_1", "psid:1", "", "999_1000"])
def test_nothing_else_can_be_hidden(facebook: Simulator, number: str):
    with pytest.raises(Refused):
        CHANNEL.moderate(facebook_account(facebook.url), post_id=number, act=Act.HIDE)


def test_hiding_whose_answer_was_lost_is_uncertain(facebook: Simulator):
    number = comment(facebook)
    facebook.fault("change", "commit_then_500")

    with pytest.raises(Uncertain):
        CHANNEL.moderate(facebook_account(facebook.url), post_id=number, act=Act.HIDE)


def test_picture_is_fetched_and_named_by_its_bytes(facebook: Simulator):
    file = CHANNEL.fetch(facebook_account(facebook.url), PICTURE)

    assert (file.name, file.media_type) == ("image1.png", "image/png")
    assert file.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("image", "image/png"), ("sticker", "image/png"), ("video", "video/mp4"), ("file", "application/pdf")],
)
def test_what_hangs_on_a_polled_message_can_be_fetched(facebook: Simulator, kind: str, media_type: str):
    facebook.write(kind="message", author_name="Dana", text="", attachments=[kind], push="no")
    account = facebook_account(facebook.url)
    (incoming,) = CHANNEL.poll(account, {}).incoming
    (message,) = CHANNEL.parse(account, incoming.raw)
    assert isinstance(message, InboundMessage)

    (file,) = [CHANNEL.fetch(account, each.url) for each in message.pictures]

    assert file.media_type == media_type


@pytest.mark.parametrize(
    "url", ["https://evil.example/a.png", "http://scontent.xx.fbcdn.net/v/a.png", "file:///etc/passwd"]
)
def test_nothing_is_fetched_from_elsewhere(facebook: Simulator, url: str):
    with pytest.raises(Refused):
        CHANNEL.fetch(facebook_account(facebook.url), url)


def test_address_that_has_run_out_is_not_asked_again(facebook: Simulator):
    with pytest.raises(Refused, match="not give out"):
        CHANNEL.fetch(facebook_account(facebook.url), PICTURE.replace("00_sig", "old"))


def test_stores_that_are_away_are_asked_again_later():
    with pytest.raises(NotSent):
        CHANNEL.fetch(facebook_account("http://127.0.0.1:9"), PICTURE)


CHANGES = [
    {
        "field": "feed",
        "value": {"item": "comment", "comment_id": f"5_{number}", "message": f"Words {number}", "from": {}},
    }
    for number in range(3)
]
PUSHED = json.dumps({"object": "page", "entry": [{"id": PAGE, "changes": CHANGES}]}).encode()
TALK = {"sender": {"id": "9"}, "message": {"mid": "m_1", "text": "Secret", "attachments": [{"payload": {"url": "u"}}]}}
TALKED = json.dumps({"object": "page", "entry": [{"id": PAGE, "messaging": [TALK]}]}).encode()
POLLED = json.dumps({"polled": "comment", "node": {"id": "5_1", "message": "नमस्ते", "from": {"name": "Dana"}}}).encode()


@pytest.mark.parametrize(
    ("raw", "root", "gone", "left"),
    [
        (PUSHED, "5_1", ["Words 1"], ["Words 0", "Words 2", "5_1"]),
        (TALKED, "m_1", ["Secret", '"u"'], ["m_1"]),
        (POLLED, "5_1", ["Dana", "0928"], ["5_1"]),
        (PUSHED, "5_9", [], ["Words 1"]),
    ],
)
def test_words_are_taken_out_and_the_rest_stays(raw: bytes, root: str, gone: list[str], left: list[str]):
    said = CHANNEL.redact(raw, root)

    assert not [word for word in gone if word in said.decode()]
    assert not [word for word in left if word not in said.decode()]
    assert len(said) <= len(raw)
    assert CHANNEL.redact(said, root) == said


@pytest.mark.parametrize("raw", [b"", b"x", b"[]", b"{", b'{"entry":3}', b"\xff\xfe", b"[" * 100_000])
def test_taking_out_never_fails_and_never_grows(raw: bytes):
    assert len(CHANNEL.redact(raw, "5_1")) <= len(raw)
