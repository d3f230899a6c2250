"""Facebook over the wire: the real facebook-sdk against the simulated page."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.facebook.adapter import FacebookChannel
from channels_social.facebook.client import PageGraph
from enquiries.contract import (
    AccountUnusable,
    CannotTell,
    ChannelError,
    InboundMessage,
    NotSent,
    OutboundReply,
    Receipt,
    Refused,
    Side,
    Throttled,
    Uncertain,
)
from tests.channels_social.accounts import facebook_account
from tests.sims import Simulator

CHANNEL = FacebookChannel()
SINCE = timedelta(seconds=20)
DAY = 86400


def comment(facebook: Simulator, text: str = "The light is out", **more: object) -> str:
    return str(facebook.write(kind="comment", author_name="Dana", text=text, push="no", **more)["id"])


def message(facebook: Simulator, text: str = "My bin is full", **more: object) -> str:
    return str(facebook.write(kind="message", author_name="Dana", text=text, push="no", **more)["author_id"])


def reply(target: str, text: str = "We will mend it", **more: object) -> OutboundReply:
    values: dict[str, Any] = {
        "key": "5f0c",
        "text": text,
        "side": Side.PUBLIC,
        "target_id": target,
        "approved_at": datetime.now(UTC),
    }
    return OutboundReply(**(values | more))


def private(person: str, text: str = "We will mend it") -> OutboundReply:
    return reply("m_1", text, side=Side.PRIVATE, recipient=person, thread_key=f"psid:{person}")


def messages(facebook: Simulator, cursor: dict[str, str] | None = None) -> list[InboundMessage]:
    account = facebook_account(facebook.url)
    parts = [CHANNEL.parse(account, each.raw)[0] for each in CHANNEL.poll(account, cursor or {}).incoming]
    return [part for part in parts if isinstance(part, InboundMessage)]


def test_one_look_brings_comments_posts_and_messages(facebook: Simulator):
    comment(facebook)
    facebook.write(kind="post", author_name="Eli", text="A post", push="no")
    message(facebook)

    assert {each.text for each in messages(facebook)} == {"The light is out", "A post", "My bin is full"}


def test_all_pages_of_comments_are_walked(facebook: Simulator):
    for number in range(130):
        comment(facebook, f"Comment {number}")

    assert len(messages(facebook)) == 130


def test_mark_is_the_newest_time_seen(facebook: Simulator):
    comment(facebook)

    cursor = CHANNEL.poll(facebook_account(facebook.url), {}).cursor

    seen = datetime.fromisoformat(cursor["seen_until"])
    assert timedelta(0) <= datetime.now(UTC) - seen < timedelta(seconds=10)


def test_comments_older_than_the_mark_are_not_fetched_again(facebook: Simulator):
    comment(facebook, "Old", age_seconds=3600)
    comment(facebook, "Late", age_seconds=300)
    mark = {"seen_until": datetime.now(UTC).isoformat()}

    assert [each.text for each in messages(facebook, mark)] == ["Late"]


def test_comment_whose_writer_is_hidden_is_kept(facebook: Simulator):
    comment(facebook, hide_author=True)

    (kept,) = messages(facebook)

    assert kept.author.external_id == ""


def test_answer_hangs_under_the_comment(facebook: Simulator):
    target = comment(facebook)

    receipt = CHANNEL.send(facebook_account(facebook.url), reply(target))

    (posted,) = [each for each in facebook.ledger()["comments"] if each["id"] == receipt.external_id]
    assert posted["target"] == target


def test_answer_to_an_answer_is_found_under_the_first_comment(facebook: Simulator):
    top = comment(facebook)
    account, asked = (
        facebook_account(facebook.url),
        reply(comment(facebook, "And?", parent_id=top), thread_key=f"{top}:77"),
    )
    receipt = CHANNEL.send(account, asked)

    found = CHANNEL.find_sent(account, asked, since=datetime.now(UTC) - SINCE)

    assert isinstance(found, Receipt)
    assert found.external_id == receipt.external_id


def test_two_answers_with_the_same_words_are_for_a_person_to_tell(facebook: Simulator):
    account, asked = facebook_account(facebook.url), reply(comment(facebook))
    CHANNEL.send(account, asked)
    CHANNEL.send(account, asked)

    assert isinstance(CHANNEL.find_sent(account, asked, since=datetime.now(UTC) - SINCE), CannotTell)


def test_answer_to_a_deleted_comment_is_refused(facebook: Simulator):
    target = comment(facebook)
    facebook.act("delete", {"id": target})

    with pytest.raises(Refused, match="gone"):
        CHANNEL.send(facebook_account(facebook.url), reply(target))


def test_message_carries_the_key_of_its_posting(facebook: Simulator):
    person = message(facebook)

    CHANNEL.send(facebook_account(facebook.url), private(person))

    (posted,) = [each for each in facebook.ledger()["messages"] if each["by_api"]]
    assert posted["metadata"] == "posting:5f0c"


def test_message_after_a_day_is_refused_with_what_to_do(facebook: Simulator):
    person = message(facebook, age_seconds=2 * DAY)

    with pytest.raises(Refused) as refusal:
        CHANNEL.send(facebook_account(facebook.url), private(person))

    assert "human_agent" in refusal.value.fix


def test_message_after_a_day_is_sent_as_a_human_agent_where_that_is_granted(facebook: Simulator):
    person = message(facebook, age_seconds=2 * DAY)

    CHANNEL.send(facebook_account(facebook.url, human_agent=True), private(person))

    assert [each["tag"] for each in facebook.ledger()["messages"] if each["by_api"]] == ["HUMAN_AGENT"]


def test_message_to_somebody_who_never_wrote_is_refused(facebook: Simulator):
    with pytest.raises(Refused, match="cannot be written to"):
        CHANNEL.send(facebook_account(facebook.url), private("123"))


def test_message_that_nobody_is_named_for_is_refused(facebook: Simulator):
    with pytest.raises(Refused):
        CHANNEL.send(facebook_account(facebook.url), private(""))


@pytest.mark.parametrize(
    "kind",
    ["commit_then_500", "commit_then_timeout", "empty_200", "commit_then_drop", "html_502", "drop_before_commit"],
)
@pytest.mark.parametrize("operation", ["create_comment", "send_message"])
def test_answer_that_does_not_tell_leaves_the_reply_uncertain(facebook: Simulator, kind: str, operation: str):
    asked = reply(comment(facebook)) if operation == "create_comment" else private(message(facebook))
    facebook.fault(operation, kind, seconds=3)

    with pytest.raises(Uncertain):
        CHANNEL.send(facebook_account(facebook.url, timeout_seconds=0.5), asked)

    assert facebook.calls(operation) == 1


def test_throttle_lasts_as_long_as_facebook_estimates(facebook: Simulator):
    target = comment(facebook)
    facebook.fault("create_comment", "429_reset", seconds=1200)

    with pytest.raises(Throttled) as throttle:
        CHANNEL.send(facebook_account(facebook.url), reply(target))

    assert throttle.value.after == timedelta(minutes=20)


def test_dead_version_halts_the_account(facebook: Simulator):
    with pytest.raises(AccountUnusable, match="version"):
        CHANNEL.send(facebook_account(facebook.url, graph_version="v3.1"), reply(comment(facebook)))


def test_every_call_is_proved_and_in_the_set_version(facebook: Simulator):
    CHANNEL.poll(facebook_account(facebook.url), {})

    # The simulator answers calls without proof, or in a version that is dead, with 400.
    assert {entry["status"] for entry in facebook.ledger()["journal"]} == {200}
    assert PageGraph(facebook_account(facebook.url)).version == "v26.0"


@pytest.mark.parametrize("fault", ["401", "drop_before_commit", "html_502", "empty_200", None])
def test_token_is_in_no_log_and_no_error(facebook: Simulator, caplog: pytest.LogCaptureFixture, fault: str | None):
    account = facebook_account(facebook.url)
    if fault:
        facebook.fault("any", fault, times=50)
    else:
        account = facebook_account("http://127.0.0.1:9")

    with caplog.at_level(logging.DEBUG), pytest.raises(ChannelError) as failure:
        CHANNEL.poll(account, {})

    error = failure.value
    told = " ".join([caplog.text, repr(error), str(error.__dict__), repr(error.__context__), repr(error.__cause__)])
    assert account.secrets["page_token"] not in told
    assert PageGraph(account).proof not in told


def test_next_page_is_asked_of_facebook_alone(facebook: Simulator, monkeypatch: pytest.MonkeyPatch):
    graph = PageGraph(facebook_account(facebook.url))
    pages: Iterator[dict[str, Any]] = iter(
        [{"data": [], "paging": {"next": "https://evil.example/steal?after=x&access_token=t"}}, {"data": []}]
    )
    asked: list[dict[str, object]] = []

    def answer(_parent: str, _edge: str, **args: object) -> dict[str, object]:
        asked.append(args)
        return next(pages)

    monkeypatch.setattr(graph, "get_connections", answer)

    assert list(graph.pages("1", "feed", limit=5)) == [[], []]
    assert asked[1] == {"limit": 5, "after": "x"}


def test_platform_that_is_away_is_asked_again_later():
    with pytest.raises(NotSent):
        CHANNEL.poll(facebook_account("http://127.0.0.1:9"), {})
