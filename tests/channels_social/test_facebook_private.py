"""Answers that only the citizen reads: in the window, after it, and once to a public comment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.facebook.adapter import FacebookChannel
from enquiries.contract import (
    CannotTell,
    ChannelError,
    Duplicate,
    NotSent,
    NotThere,
    OutboundReply,
    Receipt,
    Refused,
    Side,
    Uncertain,
)
from tests.channels_social.accounts import facebook_account
from tests.sims import Simulator

CHANNEL = FacebookChannel()
DAY = 86400
SINCE = timedelta(seconds=20)


def comment(facebook: Simulator, **more: object) -> str:
    return str(facebook.write(kind="comment", author_name="Dana", text="My bin is full", push="no", **more)["id"])


def letter(recipient: str, text: str = "Please tell us your address", **more: Any) -> OutboundReply:
    return OutboundReply(
        key="5f0c",
        text=text,
        side=Side.PRIVATE,
        target_id="m_1",
        recipient=recipient,
        approved_at=datetime.now(UTC),
        **more,
    )


def ours(facebook: Simulator) -> list[dict[str, Any]]:
    return [each for each in facebook.ledger()["messages"] if each["by_api"]]


def send(facebook: Simulator, reply: OutboundReply, **settings: object) -> Receipt:
    return CHANNEL.send(facebook_account(facebook.url, **settings), reply)


def find(facebook: Simulator, reply: OutboundReply) -> Receipt | NotThere | CannotTell:
    return CHANNEL.find_sent(facebook_account(facebook.url), reply, since=datetime.now(UTC) - SINCE)


@pytest.mark.parametrize(("hours", "tag"), [(1, ""), (23.9, ""), (24.1, "HUMAN_AGENT"), (6 * 24, "HUMAN_AGENT")])
def test_window_is_chosen_before_the_call(facebook: Simulator, hours: float, tag: str):
    age = hours * 3600
    person = facebook.write(kind="message", author_name="Dana", text="Hi", age_seconds=age, push="no")["author_id"]
    heard_at = datetime.now(UTC) - timedelta(seconds=age)

    send(facebook, letter(person, heard_at=heard_at), human_agent=True)

    assert [each["tag"] for each in ours(facebook)] == [tag]
    assert facebook.calls("send_message") == 1


def test_person_who_wrote_again_is_answered_as_usual_though_we_do_not_know_it_yet(facebook: Simulator):
    person = facebook.write(kind="message", author_name="Dana", text="Hi", age_seconds=30 * 3600, push="no")[
        "author_id"
    ]

    with pytest.raises(Refused):
        send(facebook, letter(person, heard_at=datetime.now(UTC) - timedelta(hours=30)))

    facebook.write(kind="message", author_name="Dana", text="Hello?", push="no")
    send(facebook, letter(person, heard_at=datetime.now(UTC) - timedelta(hours=30)))

    assert len(ours(facebook)) == 1


def test_letter_that_is_too_late_to_leave_is_not_sent(facebook: Simulator):
    person = facebook.write(kind="message", author_name="Dana", text="Hi", push="no")["author_id"]

    with pytest.raises(NotSent):
        send(facebook, letter(person, send_by=0.0))

    assert not ours(facebook)


def test_person_who_left_is_told_to_be_out_of_reach(facebook: Simulator):
    person = facebook.write(kind="message", author_name="Dana", text="Hi", push="no")["author_id"]
    facebook.act("leave", {"author_id": person})

    with pytest.raises(Refused, match="cannot be written to"):
        send(facebook, letter(person))


def test_comment_is_answered_in_private(facebook: Simulator):
    place = comment(facebook)

    receipt = send(facebook, letter(f"comment:{place}"))

    (posted,) = ours(facebook)
    assert (posted["id"], posted["about"], posted["metadata"]) == (receipt.external_id, place, "posting:5f0c")
    assert not [each for each in facebook.ledger()["comments"] if each["by_api"]]


def test_visitors_post_is_answered_in_private(facebook: Simulator):
    place = facebook.write(kind="post", author_name="Dana", text="Hello", push="no")["id"]

    send(facebook, letter(f"comment:{place}"))

    assert [each["about"] for each in ours(facebook)] == [place]


def test_second_private_answer_to_a_comment_is_refused_by_facebook_and_looked_for(facebook: Simulator):
    place = comment(facebook)
    send(facebook, letter(f"comment:{place}"))

    with pytest.raises(Duplicate):
        send(facebook, letter(f"comment:{place}"))

    assert len(ours(facebook)) == 1


@pytest.mark.parametrize("fault", ["commit_then_500", "commit_then_drop", "empty_200"])
def test_private_answer_whose_answer_was_lost_is_found(facebook: Simulator, fault: str):
    place, reply = comment(facebook), letter("")
    reply = replace(reply, recipient=f"comment:{place}")
    facebook.fault("send_message", fault)
    with pytest.raises(Uncertain):
        send(facebook, reply)

    found = find(facebook, reply)

    assert isinstance(found, Receipt)
    assert found.external_id == ours(facebook)[0]["id"]


def test_private_answer_that_never_arrived_is_not_there(facebook: Simulator):
    reply = letter(f"comment:{comment(facebook)}")

    assert isinstance(find(facebook, reply), NotThere)


def test_private_answer_of_somebody_else_is_not_taken_for_ours(facebook: Simulator):
    place = comment(facebook)
    send(facebook, letter(f"comment:{place}", "Other words"))

    assert isinstance(find(facebook, letter(f"comment:{place}")), CannotTell)


def test_private_answer_to_a_comment_that_is_gone_is_refused(facebook: Simulator):
    place = comment(facebook)
    facebook.act("delete", {"id": place})

    with pytest.raises(Refused, match="gone"):
        send(facebook, letter(f"comment:{place}"))


def test_private_answer_after_a_week_is_refused(facebook: Simulator):
    with pytest.raises(Refused):
        send(facebook, letter(f"comment:{comment(facebook, age_seconds=8 * DAY)}"))


def public(target: str) -> OutboundReply:
    return replace(letter(""), side=Side.PUBLIC, target_id=target, thread_key=f"{target}:77")


def test_answer_to_a_comment_that_is_gone_is_certainly_not_there(facebook: Simulator):
    target = comment(facebook)
    facebook.act("delete", {"id": target})

    assert isinstance(find(facebook, public(target)), NotThere)


def test_answer_to_a_comment_under_a_post_that_is_gone_too_is_for_a_person_to_tell(facebook: Simulator):
    post = facebook.write(kind="post", author_name="Eli", text="A post", push="no")["id"]
    target = comment(facebook, post_id=post)
    for each in (target, post):
        facebook.act("delete", {"id": each})

    assert isinstance(find(facebook, public(target)), CannotTell)


def test_receipt_tells_what_the_call_used(facebook: Simulator):
    receipt = send(facebook, public(comment(facebook)))

    assert receipt.usage is not None
    assert receipt.usage.calls == 1


def test_missing_permission_to_write_is_named(facebook: Simulator):
    target = comment(facebook)
    facebook.act("condition", {"scopes": ["pages_messaging"]})

    with pytest.raises(ChannelError, match="pages_manage_engagement"):
        send(facebook, public(target))
