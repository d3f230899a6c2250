"""A post that is gone leaves every payload in which it stood; what others wrote stays."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_social.x.adapter import XChannel
from enquiries.contract import InboundMessage
from tests.channels_social.accounts import x_account

CHANNEL = XChannel()
GONE = {
    "id": "1991000000000000001",
    "author_id": "77",
    "text": "my secret words",
    "edit_history_tweet_ids": ["1991000000000000001"],
}
OTHER = {
    "id": "1991000000000000009",
    "author_id": "88",
    "text": "my own answer",
    "referenced_tweets": [{"type": "replied_to", "id": GONE["id"]}],
}
PEOPLE = [{"id": "77", "name": "Dana"}, {"id": "88", "name": "Eli"}]


def redacted(content: dict[str, Any], root_id: str = str(GONE["id"])) -> str:
    return CHANNEL.redact(json.dumps(content).encode(), root_id).decode()


def test_post_and_its_author_are_taken_out():
    left = redacted({"data": GONE, "includes": {"users": PEOPLE}})

    assert "secret" not in left
    assert "Dana" not in left
    assert "1991000000000000001" in left


def test_answer_of_somebody_else_stays_whole_while_what_it_answered_goes():
    raw = CHANNEL.redact(
        json.dumps({"data": OTHER, "includes": {"users": PEOPLE, "tweets": [GONE]}}).encode(), str(GONE["id"])
    )

    (message,) = CHANNEL.parse(x_account(), raw)

    assert isinstance(message, InboundMessage)
    assert (message.text, message.author.name) == ("my own answer", "Eli")
    assert b"secret" not in raw
    assert b"Dana" not in raw


def test_later_version_goes_with_its_root():
    edited = {**GONE, "id": "1991000000000000002", "edit_history_tweet_ids": [GONE["id"], "1991000000000000002"]}

    assert "secret" not in redacted({"data": {"event_type": "post.mention.create", "payload": edited}})


def test_payload_of_other_posts_is_left_as_it_was():
    raw = json.dumps({"data": OTHER}).encode()

    assert CHANNEL.redact(raw, "5") == raw


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[", b"null", b"[" * 100_000])
def test_what_is_no_payload_is_left_as_it_was(raw: bytes):
    assert CHANNEL.redact(raw, "5") == raw


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_redacting_never_fails_and_never_makes_longer(content: Any):
    raw = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")

    assert len(CHANNEL.redact(raw, "1")) <= max(len(raw), 2)
