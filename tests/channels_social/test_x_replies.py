"""What replies on X can be beyond words under a post: parts in a chain, quotes, pictures, long posts; and hiding."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.x.adapter import XChannel
from enquiries.contract import (
    Act,
    InboundMessage,
    NotSent,
    OutboundFile,
    OutboundReply,
    Receipt,
    Refused,
    Side,
)
from tests.channels_social.accounts import x_account
from tests.sims import Simulator

CHANNEL = XChannel()
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PICTURE = OutboundFile(name="map.png", media_type="image/png", content=PNG, alt_text="Where the bridge is closed")


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


def post(x: Simulator, number: str) -> dict[str, Any]:
    return next(dict(each) for each in x.ledger()["posts"] if each["id"] == number)


def found(x: Simulator, asked: OutboundReply, **settings: object) -> str:
    seen = CHANNEL.find_sent(x_account(x.url, **settings), asked, since=datetime.now(UTC) - timedelta(seconds=20))
    return seen.external_id if isinstance(seen, Receipt) else ""


def test_part_hangs_under_the_part_before_it(x: Simulator):
    account, target = x_account(x.url), mention(x)
    first = CHANNEL.send(account, reply(target, "1/2 We will come"))
    second = reply(target, "2/2 on Friday", follows=first.external_id)

    sent = CHANNEL.send(account, second)

    assert post(x, sent.external_id)["target"] == first.external_id
    assert found(x, second) == sent.external_id


def test_part_with_the_words_of_another_part_is_told_apart_by_where_it_hangs(x: Simulator):
    account, target = x_account(x.url), mention(x)
    first = CHANNEL.send(account, reply(target, "We will come"))

    assert found(x, reply(target, "We will come", follows=first.external_id)) == ""


def test_quote_by_program_is_for_the_enterprise_plan(x: Simulator):
    with pytest.raises(Refused, match="Enterprise"):
        CHANNEL.send(x_account(x.url), reply(mention(x), as_quote=True))

    assert x.calls("create_post") == 0


def test_quote_shows_the_post_and_is_found_again(x: Simulator):
    x.act("knobs", {"plan": "enterprise"})
    target = mention(x)
    asked = reply(target, as_quote=True)

    sent = CHANNEL.send(x_account(x.url, plan="enterprise"), asked)

    assert post(x, sent.external_id)["quotes"] == target
    assert post(x, sent.external_id)["target"] is None
    assert found(x, asked, plan="enterprise") == sent.external_id


def test_pictures_leave_with_what_they_show(x: Simulator):
    asked = reply(mention(x), files=(PICTURE, PICTURE))

    sent = CHANNEL.send(x_account(x.url), asked)

    assert len(post(x, sent.external_id)["media"]) == 2
    assert x.calls("describe") == 2
    assert found(x, asked) == sent.external_id


def test_picture_that_does_not_arrive_means_that_nothing_was_posted(x: Simulator):
    x.fault("upload", "commit_then_500")

    with pytest.raises(NotSent, match="did not reach X"):
        CHANNEL.send(x_account(x.url), reply(mention(x), files=(PICTURE,)))

    assert x.calls("create_post") == 0


def test_too_many_pictures_are_refused_before_any_call(x: Simulator):
    with pytest.raises(Refused, match="at most 4"):
        CHANNEL.send(x_account(x.url), reply(mention(x), files=(PICTURE,) * 5))

    assert x.calls("upload") == 0


def test_large_picture_is_refused_with_what_to_do(x: Simulator):
    huge = OutboundFile(name="a.png", media_type="image/png", content=b"0" * 5_000_001)

    with pytest.raises(Refused) as refused:
        CHANNEL.send(x_account(x.url), reply(mention(x), files=(huge,)))

    assert "5 MB" in refused.value.fix


def test_long_post_of_an_account_that_paid_for_it(x: Simulator):
    x.act("knobs", {"max_length": 25_000})
    asked = reply(mention(x), "word " * 400)

    sent = CHANNEL.send(x_account(x.url, max_length=25_000), asked)

    assert found(x, asked, max_length=25_000) == sent.external_id


def test_reply_whose_time_is_over_never_leaves(x: Simulator):
    with pytest.raises(NotSent):
        CHANNEL.send(x_account(x.url), reply(mention(x), send_by=time.monotonic() - 1))

    assert x.calls("create_post") == 0


def test_reply_under_ours_is_hidden_and_shown_again(x: Simulator):
    x.act("knobs", {"plan": "enterprise"})
    account = x_account(x.url, plan="enterprise")
    ours = CHANNEL.send(account, reply(mention(x), as_quote=True)).external_id
    nasty = mention(x, "@northwell nonsense", in_reply_to=ours)

    CHANNEL.moderate(account, post_id=nasty, act=Act.HIDE)
    CHANNEL.moderate(account, post_id=nasty, act=Act.HIDE)
    hidden = post(x, nasty)["hidden"]
    CHANNEL.moderate(account, post_id=nasty, act=Act.SHOW)

    assert hidden
    assert not post(x, nasty)["hidden"]


def test_post_in_somebody_elses_thread_cannot_be_hidden(x: Simulator):
    with pytest.raises(Refused, match="only under its own posts"):
        CHANNEL.moderate(x_account(x.url), post_id=mention(x), act=Act.HIDE)


def test_post_that_is_gone_need_not_be_hidden(x: Simulator):
    number = mention(x)
    x.act("delete", {"id": number})

    CHANNEL.moderate(x_account(x.url), post_id=number, act=Act.HIDE)


def test_others_posts_are_never_removed(x: Simulator):
    with pytest.raises(Refused):
        CHANNEL.moderate(x_account(x.url), post_id=mention(x), act=Act.REMOVE)

    assert x.calls("hide") == 0


def test_use_is_counted_with_its_price(x: Simulator):
    receipt = CHANNEL.send(x_account(x.url), reply(mention(x)))
    with_link = CHANNEL.send(x_account(x.url), reply(mention(x), "See https://northwell.gov/a"))

    assert receipt.usage is not None and with_link.usage is not None
    assert [(each.what, each.micros) for each in receipt.usage.spent] == [("posts", 10_000)]
    assert [(each.what, each.micros) for each in with_link.usage.spent] == [("posts with a link", 200_000)]
    assert [each.name for each in receipt.usage.buckets] == ["posts", "posts a day"]
    assert receipt.usage.buckets[0].limit == 100


def test_use_is_told_of_a_failure_too(x: Simulator):
    target = mention(x)
    x.fault("create_post", "402")

    with pytest.raises(Exception, match="credits") as error:
        CHANNEL.send(x_account(x.url), reply(target))

    assert error.value.usage.calls == 1  # type: ignore[attr-defined]


def test_picture_of_a_citizen_is_fetched_from_xs_own_host(x: Simulator):
    mention(x, picture="yes")
    account = x_account(x.url)
    (message,) = [
        part
        for each in CHANNEL.poll(account, {}).incoming
        for part in CHANNEL.parse(account, each.raw)
        if isinstance(part, InboundMessage)
    ]

    file = CHANNEL.fetch(account, message.pictures[0].url)

    assert file.media_type == "image/png"
    assert file.content.startswith(b"\x89PNG")
    assert message.pictures[0].alt == "A picture"


@pytest.mark.parametrize(
    "url",
    [
        "http://pbs.twimg.com/media/1.png",
        "https://pbs.twimg.com.evil.example/1.png",
        "https://evil.example/1.png",
        "https://pbs.twimg.com:8443/1.png",
        "https://user@pbs.twimg.com/1.png",
        "file:///etc/passwd",
        "",
    ],
)
def test_nothing_is_fetched_from_anywhere_else(x: Simulator, url: str):
    with pytest.raises(Refused):
        CHANNEL.fetch(x_account(x.url), url)


def test_picture_that_is_gone_is_not_asked_for_again(x: Simulator):
    with pytest.raises(Refused, match="not on X any more"):
        CHANNEL.fetch(x_account(x.url), "https://pbs.twimg.com/media/99.png")
