"""X over the wire: the real tweepy against the simulated X."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.x.adapter import XChannel
from enquiries.contract import (
    AccountUnusable,
    Duplicate,
    InboundMessage,
    NotSent,
    OutboundReply,
    Receipt,
    Refused,
    Side,
    Throttled,
    Uncertain,
)
from tests.channels_social.accounts import x_account
from tests.sims import Simulator

CHANNEL = XChannel()
SINCE = timedelta(seconds=20)


def mention(x: Simulator, text: str = "@northwell the light is out", **more: object) -> str:
    return str(x.write(author_handle="dana", author_name="Dana", text=text, **more)["id"])


def reply(target: str, text: str = "We will mend it", **more: object) -> OutboundReply:
    values: dict[str, Any] = {
        "key": "k",
        "text": text,
        "side": Side.PUBLIC,
        "target_id": target,
        "approved_at": datetime.now(UTC),
    }
    return OutboundReply(**(values | more))


def messages(x: Simulator, cursor: dict[str, str] | None = None) -> list[InboundMessage]:
    account = x_account(x.url)
    parts = [CHANNEL.parse(account, each.raw)[0] for each in CHANNEL.poll(account, cursor or {}).incoming]
    return [part for part in parts if isinstance(part, InboundMessage)]


def test_all_pages_are_walked(x: Simulator):
    for number in range(130):
        mention(x, f"@northwell light {number} is out", push="no")

    polled = CHANNEL.poll(x_account(x.url), {})

    assert len({each.external_id for each in polled.incoming}) == 130
    assert x.calls("mentions") == 2


def test_mark_is_the_newest_post_and_never_goes_back(x: Simulator):
    newest = mention(x)
    account = x_account(x.url)

    cursor = CHANNEL.poll(account, {}).cursor
    x.reset()

    assert cursor["since_id"] == newest
    assert CHANNEL.poll(account, cursor).cursor["since_id"] == newest


def test_post_that_was_indexed_late_is_not_missed(x: Simulator):
    newest = mention(x)
    late = mention(x, "@northwell late", age_seconds=300)

    assert late in [message.external_id for message in messages(x, {"since_id": newest})]


def test_old_posts_are_not_fetched_again(x: Simulator):
    mention(x, "@northwell old", age_seconds=3600)
    newest = mention(x)

    assert [message.external_id for message in messages(x, {"since_id": newest})] == [newest]


def test_first_look_goes_back_one_week(x: Simulator):
    mention(x, "@northwell ancient", age_seconds=8 * 86400)
    recent = mention(x, "@northwell recent", age_seconds=6 * 86400)

    assert [message.external_id for message in messages(x)] == [recent]


def test_look_that_breaks_off_keeps_no_mark(x: Simulator):
    for number in range(101):
        mention(x, f"@northwell {number}", push="no")
    x.fault("mentions", "slow_first_byte", seconds=0.1)
    x.fault("mentions", "html_502")

    with pytest.raises(NotSent):
        CHANNEL.poll(x_account(x.url), {})


def test_long_post_with_links_arrives_whole(x: Simulator):
    text = "@northwell " + "word " * 100 + "see https://example.org/a?b=1&c=2 <end>"
    mention(x, text)

    assert messages(x)[0].text == text


def test_follow_up_belongs_to_the_same_thread(x: Simulator):
    first = mention(x)
    answer = CHANNEL.send(x_account(x.url), reply(first))
    mention(x, "@northwell still dark", in_reply_to=answer.external_id)

    second, original = messages(x)

    assert second.thread_key == original.thread_key
    assert second.parent_id == answer.external_id


def test_reply_hangs_under_the_post_it_answers(x: Simulator):
    first = mention(x)

    receipt = CHANNEL.send(x_account(x.url), reply(first))

    (posted,) = [post for post in x.ledger()["posts"] if post["id"] == receipt.external_id]
    assert posted["target"] == first
    assert receipt.permalink == f"https://x.com/northwell/status/{receipt.external_id}"


def test_same_text_twice_is_a_duplicate_and_the_first_is_found(x: Simulator):
    account, asked = x_account(x.url), reply(mention(x))
    receipt = CHANNEL.send(account, asked)

    with pytest.raises(Duplicate):
        CHANNEL.send(account, asked)

    found = CHANNEL.find_sent(account, asked, since=datetime.now(UTC) - SINCE)
    assert isinstance(found, Receipt)
    assert found.external_id == receipt.external_id


def test_post_without_a_mention_is_refused(x: Simulator):
    with pytest.raises(Refused, match="did not mention"):
        CHANNEL.send(x_account(x.url), reply(mention(x, "the light is out")))


def test_too_long_reply_is_refused(x: Simulator):
    with pytest.raises(Refused, match="too long"):
        CHANNEL.send(x_account(x.url), reply(mention(x), "a" * 281))


def test_private_reply_to_nobody_is_refused(x: Simulator):
    with pytest.raises(Refused):
        CHANNEL.send(x_account(x.url), reply(mention(x), side=Side.PRIVATE))

    assert x.calls("create_post") == 0


@pytest.mark.parametrize(
    "kind",
    ["commit_then_500", "commit_then_timeout", "empty_200", "commit_then_drop", "html_502", "drop_before_commit"],
)
def test_answer_that_does_not_tell_leaves_the_reply_uncertain(x: Simulator, kind: str):
    target = mention(x)
    x.fault("create_post", kind, seconds=3)

    with pytest.raises(Uncertain):
        CHANNEL.send(x_account(x.url, timeout_seconds=0.5), reply(target))

    assert x.calls("create_post") == 1


def test_throttle_without_a_moment_is_asked_once_only(x: Simulator):
    target = mention(x)
    x.fault("create_post", "429", times=5)

    with pytest.raises(Throttled) as throttle:
        CHANNEL.send(x_account(x.url), reply(target))

    assert throttle.value.after == timedelta(seconds=60)
    assert x.calls("create_post") == 1


def test_unpaid_bill_halts_the_account(x: Simulator):
    target = mention(x)
    x.fault("create_post", "402")

    with pytest.raises(AccountUnusable, match="credits"):
        CHANNEL.send(x_account(x.url), reply(target))


def test_reply_that_shows_late_is_found_later(x: Simulator):
    account, asked = x_account(x.url), reply(mention(x))
    x.fault("create_post", "delayed_visibility", seconds=1)
    CHANNEL.send(account, asked)

    early = CHANNEL.find_sent(account, asked, since=datetime.now(UTC) - SINCE)
    x.wait_for(lambda _: isinstance(CHANNEL.find_sent(account, asked, since=datetime.now(UTC) - SINCE), Receipt))

    assert not isinstance(early, Receipt)


def test_reply_with_links_and_signs_is_found(x: Simulator):
    account = x_account(x.url)
    asked = reply(mention(x), "@dana See northwell.gov & https://northwell.gov/a?b=1&c=2 – <thanks> e\u0301")
    receipt = CHANNEL.send(account, asked)

    found = CHANNEL.find_sent(account, asked, since=datetime.now(UTC) - SINCE)
    assert isinstance(found, Receipt)
    assert (found.external_id, found.permalink) == (receipt.external_id, receipt.permalink)


def test_missing_key_halts_the_account_before_any_call(x: Simulator):
    account = x_account(x.url)
    account = type(account)(**{**vars(account), "secrets": {}})

    with pytest.raises(AccountUnusable, match="consumer_key"):
        CHANNEL.poll(account, {})
