"""Every channel reads what comes, whatever it is, and tells one citizen from the other."""

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.contract import Forged, Ignored, InboundMessage, OwnPost, Unreadable, WebhookRequest
from tests.contract.rigs import Rig

PARTS = (InboundMessage, OwnPost, Ignored, Unreadable)
KEYS = st.sampled_from([
    "data", "id", "text", "author_id", "includes", "entry", "object", "changes", "messaging", "message", "event_type",
    "payload", "value", "item", "verb", "from", "mid", "sender", "field", "created_time", "node", "polled", "entities",
    "urls", "mentions", "referenced_tweets", "time", "timestamp",
])  # fmt: skip
WORDS = st.sampled_from(["page", "comment", "add", "feed", "post", "post.mention.create", "9" * 40, "\ud800\x00"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=6),
    max_leaves=20,
)


@pytest.fixture
def payload(rig: Rig) -> bytes:
    """What the channel picks up when a citizen has written."""
    rig.write(author="dana", text="The bin was not emptied")
    return rig.look().incoming[0].raw


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(raw=st.binary(max_size=400))
def test_random_bytes_are_read_without_an_exception(rig: Rig, raw: bytes):
    assert all(isinstance(part, PARTS) for part in rig.channel.parse(rig.account, raw))


@QUICK
@given(content=JSON)
def test_random_json_is_read_without_an_exception(rig: Rig, content: object):
    raw = json.dumps(content).encode()

    assert all(isinstance(part, PARTS) for part in rig.channel.parse(rig.account, raw))


@QUICK
@given(place=st.integers(min_value=0), byte=st.integers(min_value=0, max_value=255))
def test_a_damaged_payload_is_read_without_an_exception(rig: Rig, payload: bytes, place: int, byte: int):
    raw = bytearray(payload)
    raw[place % len(raw)] = byte

    assert all(isinstance(part, PARTS) for part in rig.channel.parse(rig.account, bytes(raw)))


def test_message_arrives_with_all_that_the_service_needs(rig: Rig):
    message = rig.message(author="dana", text="Straße नमस्ते 🙂 & <b>")

    assert message.external_id
    assert message.thread_key
    assert isinstance(message.occurred_at, datetime)
    assert message.occurred_at.tzinfo is not None
    assert message.answerable


def test_text_can_be_kept_by_a_database(rig: Rig):
    message = rig.message(text="A line\nand another")

    assert "\x00" not in message.text
    message.text.encode("utf-8")


def test_second_look_brings_the_same_identities(rig: Rig):
    rig.write(author="dana", text="The light is out")

    first, second = rig.look(), rig.look()

    assert [each.external_id for each in first.incoming] == [each.external_id for each in second.incoming]
    assert [each.external_id for each in rig.read(first.incoming)] == [
        each.external_id for each in rig.read(second.incoming)
    ]


def test_two_citizens_do_not_share_a_thread(rig: Rig):
    dana, eli = rig.message(author="dana", text="The light is out"), rig.message(author="eli", text="The bin is full")

    assert dana.thread_key != eli.thread_key
    assert dana.external_id != eli.external_id


def test_cursor_can_be_kept_as_json(rig: Rig):
    rig.write(author="dana", text="The light is out")

    cursor = dict(rig.look().cursor)

    assert json.loads(json.dumps(cursor)) == cursor


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_webhook_without_proof_is_forged(rig: Rig, method: str):
    request = WebhookRequest(method=method, headers={}, query={}, body=b'{"object":"page","entry":[]}')

    with pytest.raises(Forged):
        rig.channel.verify(rig.account, request)
