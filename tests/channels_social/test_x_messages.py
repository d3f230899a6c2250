"""Direct messages on X: in by looking and by pushing, out to whoever wrote first, found again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.x import dms
from channels_social.x.adapter import XChannel
from enquiries.contract import (
    AccountUnusable,
    Author,
    CannotTell,
    InboundMessage,
    NotThere,
    OutboundFile,
    OutboundReply,
    OwnPost,
    Receipt,
    Refused,
    Side,
    Throttled,
    Uncertain,
    Unreadable,
)
from simulators import credentials
from tests.channels_social.accounts import x_account
from tests.sims import Simulator

CHANNEL = XChannel()
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def write(x: Simulator, text: str = "My address is 4 Mill Lane", **more: object) -> str:
    return str(x.write(kind="message", author_handle="dana", author_name="Dana", text=text, **more)["id"])


def received(x: Simulator, cursor: dict[str, Any] | None = None) -> list[InboundMessage]:
    account = x_account(x.url)
    parts = [part for each in CHANNEL.poll(account, cursor or {}).incoming for part in CHANNEL.parse(account, each.raw)]
    return [part for part in parts if isinstance(part, InboundMessage)]


def answer(message: InboundMessage, text: str = "We will come on Friday", **more: Any) -> OutboundReply:
    values: dict[str, Any] = {
        "key": "k",
        "text": text,
        "side": Side.PRIVATE,
        "target_id": message.external_id,
        "recipient": message.reply_to,
        "approved_at": datetime.now(UTC),
    }
    return OutboundReply(**(values | more))


def sent_since() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


def test_message_is_private_and_says_where_an_answer_goes(x: Simulator):
    number = write(x, picture="yes")

    (message,) = received(x)

    assert message.external_id == f"dm:{number}"
    assert message.side is Side.PRIVATE
    assert message.author.handle == "dana"
    assert message.reply_to == message.author.external_id
    assert message.thread_key.startswith("dm:")
    assert message.root_id == ""
    assert [each.alt for each in message.pictures] == ["A picture"]


def test_pushed_and_fetched_message_are_one_and_the_same(x: Simulator):
    number = write(x)
    (fetched,) = received(x)
    person = {"id": fetched.author.external_id, "name": "Dana", "screen_name": "dana"}
    event = {
        "type": "message_create",
        "id": number,
        "created_timestamp": str(int(fetched.occurred_at.timestamp() * 1000)),
        "message_create": {
            "target": {"recipient_id": credentials.X_USER_ID},
            "sender_id": fetched.author.external_id,
            "message_data": {"text": "My address is 4 Mill Lane"},
        },
    }
    payload = {"direct_message_events": [event], "users": {person["id"]: person}}
    raw = json.dumps({"data": {"event_type": "dm.received", "payload": payload}}).encode()

    (pushed,) = CHANNEL.parse(x_account(), raw)

    assert pushed == fetched


def test_newer_shape_of_a_pushed_message_is_read_too():
    payload = {
        "id": "9",
        "sender_id": "77",
        "text": "a &amp; b",
        "dm_conversation_id": "77-88",
        "event_type": "MessageCreate",
    }
    raw = json.dumps({"data": {"event_type": "dm.received", "payload": payload}}).encode()

    (message,) = CHANNEL.parse(x_account(), raw)

    assert isinstance(message, InboundMessage)
    assert (message.text, message.thread_key) == ("a & b", "dm:77-88")


def test_message_that_lacks_its_sender_is_unreadable():
    raw = json.dumps({"data": {"event_type": "dm.received", "payload": {"id": "9", "text": "a"}}}).encode()

    (part,) = CHANNEL.parse(x_account(), raw)

    assert isinstance(part, Unreadable)


def test_our_own_message_is_no_enquiry(x: Simulator):
    write(x)
    account = x_account(x.url)
    CHANNEL.send(account, answer(received(x)[0]))

    parts = [CHANNEL.parse(account, each.raw)[0] for each in CHANNEL.poll(account, {}).incoming]

    assert sorted(type(part).__name__ for part in parts) == ["InboundMessage", "OwnPost"]


def test_messages_are_looked_for_every_two_minutes_only(x: Simulator):
    account = x_account(x.url)
    cursor = CHANNEL.poll(account, {}).cursor

    CHANNEL.poll(account, cursor)

    assert x.calls("dm_events") == 1


def test_known_messages_are_not_walked_through_again(x: Simulator):
    for number in range(150):
        write(x, f"old {number}", age_seconds=90_000, push="no")
    newest = write(x, "new")
    cursor = {"messages": {"newest": newest, "at": "2020-01-01T00:00:00+00:00"}}

    received(x, cursor)

    assert x.calls("dm_events") == 1


def test_more_messages_than_one_look_reads_are_read_by_the_next(x: Simulator):
    x.act(
        "write",
        [
            {
                "kind": "message",
                "author_handle": "dana",
                "text": f"m {number}",
                "age_seconds": 60 + 2 * number,
                "push": "no",
            }
            for number in range(750)
        ],
    )
    account = x_account(x.url)
    first = CHANNEL.poll(account, {})
    cursor = dict(first.cursor) | {"messages": {**first.cursor["messages"], "at": "2020-01-01T00:00:00+00:00"}}

    second = CHANNEL.poll(account, cursor)

    found = {each.external_id for each in (*first.incoming, *second.incoming)}
    assert "More direct messages" in first.warning
    assert len(found) == 750
    assert second.warning == ""


def test_trouble_with_messages_does_not_hold_up_the_mentions(x: Simulator):
    x.write(author_handle="dana", text="@northwell the light is out")
    write(x)
    x.fault("dm_events", "429_reset", seconds=300)

    polled = CHANNEL.poll(x_account(x.url), {})

    assert len(polled.incoming) == 1
    assert "Direct messages on X could not be read" in polled.warning
    assert "newest" not in polled.cursor["messages"]


def test_answer_goes_to_the_person_and_is_found_again(x: Simulator):
    write(x)
    (message,) = received(x)
    account, asked = x_account(x.url), answer(message, "See https://northwell.gov/a?b=1&c=2 & bring your card")

    receipt = CHANNEL.send(account, asked)
    found = CHANNEL.find_sent(account, asked, since=sent_since())

    (ours,) = [each for each in x.ledger()["messages"] if each["by_api"]]
    assert receipt.external_id == f"dm:{ours['id']}"
    assert isinstance(found, Receipt)
    assert found.external_id == receipt.external_id


@pytest.mark.parametrize("kind", ["commit_then_500", "commit_then_drop", "empty_200"])
def test_answer_without_a_proof_is_uncertain_and_found(x: Simulator, kind: str):
    write(x)
    (message,) = received(x)
    account, asked = x_account(x.url), answer(message)
    x.fault("create_dm", kind)

    with pytest.raises(Uncertain):
        CHANNEL.send(account, asked)

    assert isinstance(CHANNEL.find_sent(account, asked, since=sent_since()), Receipt)


def test_answer_that_never_arrived_is_not_there(x: Simulator):
    write(x)
    (message,) = received(x)
    account, asked = x_account(x.url), answer(message)
    x.fault("create_dm", "drop_before_commit")

    with pytest.raises(Uncertain):
        CHANNEL.send(account, asked)

    assert isinstance(CHANNEL.find_sent(account, asked, since=sent_since()), NotThere)


def test_same_words_from_long_ago_are_no_proof(x: Simulator):
    write(x)
    (message,) = received(x)
    account, asked = x_account(x.url), answer(message)
    CHANNEL.send(account, asked)

    assert isinstance(CHANNEL.find_sent(account, asked, since=datetime.now(UTC) + timedelta(minutes=10)), NotThere)


def test_two_with_the_same_words_prove_nothing(x: Simulator):
    write(x)
    (message,) = received(x)
    account, asked = x_account(x.url), answer(message)
    CHANNEL.send(account, asked)
    CHANNEL.send(account, asked)

    assert isinstance(CHANNEL.find_sent(account, asked, since=sent_since()), CannotTell)


def test_person_who_never_wrote_is_not_written_to(x: Simulator):
    x.write(author_handle="dana", text="@northwell hello")
    person = next(each["author_id"] for each in x.ledger()["posts"])
    message = InboundMessage(
        external_id="dm:1", thread_key="dm:1", author=Author(external_id=person), text="", side=Side.PRIVATE,
        occurred_at=datetime.now(UTC), reply_to=person,
    )  # fmt: skip

    with pytest.raises(Refused, match="closed"):
        CHANNEL.send(x_account(x.url), answer(message))


def test_throttle_names_its_moment(x: Simulator):
    write(x)
    (message,) = received(x)
    x.fault("create_dm", "429_reset", seconds=300)

    with pytest.raises(Throttled) as throttle:
        CHANNEL.send(x_account(x.url), answer(message))

    assert timedelta(seconds=200) < throttle.value.after <= timedelta(seconds=300)


def test_keys_without_the_right_to_messages_halt_the_answer(x: Simulator):
    write(x)
    (message,) = received(x)
    tokens = x.act("grant", {"scopes": "tweet.read tweet.write users.read"})
    account = x_account(x.url, sign_in="oauth2")
    secrets = {**account.secrets, "oauth2_access_token": tokens["access_token"]}
    poor = type(account)(**{**vars(account), "secrets": secrets})

    with pytest.raises(AccountUnusable, match="too few rights"):
        CHANNEL.send(poor, answer(message))


def test_picture_goes_with_an_answer(x: Simulator):
    write(x)
    (message,) = received(x)
    file = OutboundFile(name="map.png", media_type="image/png", content=PNG, alt_text="A map")
    account, asked = x_account(x.url), answer(message, files=(file,))

    CHANNEL.send(account, asked)

    (ours,) = [each for each in x.ledger()["messages"] if each["by_api"]]
    assert len(ours["media"]) == 1
    assert isinstance(CHANNEL.find_sent(account, asked, since=sent_since()), Receipt)


def test_our_message_brings_its_thread():
    event = {"id": "9", "sender_id": credentials.X_USER_ID, "text": "a", "created_at": "2026-11-23T00:00:00.000Z"}

    part = dms.of_message(x_account(), event | {"dm_conversation_id": "7-8"}, {})

    assert isinstance(part, OwnPost)
    assert part.parent_id == "dm:7-8"
