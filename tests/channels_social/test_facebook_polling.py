"""What a look at the page brings when more was written, or less can be read, than one look takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.facebook.adapter import FacebookChannel
from enquiries.contract import AccountUnusable, ChannelError, InboundMessage, Polled, Throttled
from tests.channels_social.accounts import facebook_account
from tests.sims import Simulator

CHANNEL = FacebookChannel()
DAY = 86400


def comment(facebook: Simulator, text: str = "The light is out", **more: object) -> dict[str, Any]:
    return facebook.write(kind="comment", author_name="Dana", text=text, push="no", **more)


def look(facebook: Simulator, cursor: Any = None, *, watch: tuple[str, ...] = (), **settings: object) -> Polled:
    return CHANNEL.poll(facebook_account(facebook.url, **settings), cursor or {}, watch=watch)


def texts(polled: Polled) -> set[str]:
    parts = [CHANNEL.parse(facebook_account(), each.raw)[0] for each in polled.incoming]
    return {part.text for part in parts if isinstance(part, InboundMessage)}


def to_the_end(facebook: Simulator, cursor: Any = None, **settings: Any) -> tuple[set[str], Polled]:
    """Look until nothing is left over, as the service does when it is told that there is more."""
    found: set[str] = set()
    for _ in range(20):
        polled = look(facebook, cursor, **settings)
        found, cursor = found | texts(polled), polled.cursor
        if not polled.more:
            return found, polled
    raise AssertionError("the looks do not come to an end")


def test_more_comments_than_one_look_reads_are_all_read_and_told(facebook: Simulator):
    for number in range(350):
        comment(facebook, f"Comment {number}", age_seconds=3600)

    first = look(facebook, pages_per_look=1)
    rest, last = to_the_end(facebook, first.cursor, pages_per_look=1)

    assert first.more
    assert "next one goes on" in first.warning
    assert len(texts(first) | rest) == 350
    assert last.warning == ""


def test_comments_written_between_two_looks_at_a_flood_are_not_lost(facebook: Simulator):
    for number in range(250):
        comment(facebook, f"Comment {number}", age_seconds=3600)
    first = look(facebook, pages_per_look=1)
    for number in range(250, 500):
        comment(facebook, f"Comment {number}")

    rest, _ = to_the_end(facebook, first.cursor, pages_per_look=3)

    assert len(texts(first) | rest) == 500


def test_place_that_facebook_knows_no_longer_is_read_from_the_top_again(facebook: Simulator):
    for number in range(250):
        comment(facebook, f"Comment {number}")
    first = look(facebook, pages_per_look=1)
    (key,) = [key for key in first.cursor["unread"] if key.startswith("comments:")]
    broken = {**first.cursor, "unread": {key: {**first.cursor["unread"][key], "after": "bm90IHRoZXJl"}}}

    second = look(facebook, broken, pages_per_look=1)
    rest, _ = to_the_end(facebook, second.cursor)

    assert len(texts(first) | texts(second) | rest) == 250


def test_more_messages_than_a_talk_shows_are_all_read(facebook: Simulator):
    for number in range(45):
        facebook.write(kind="message", author_name="Dana", text=f"Message {number}", push="no")

    assert len(texts(look(facebook))) == 45


def test_comment_under_an_old_post_that_is_still_active_is_read(facebook: Simulator):
    old = facebook.write(kind="post", author_name="Eli", text="Long ago", age_seconds=40 * DAY, push="no")["id"]
    earlier = comment(facebook, "Earlier", post_id=old, age_seconds=2 * DAY)["id"]
    comment(facebook, "Now", post_id=old)
    mark = {"seen_until": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}

    assert texts(look(facebook, mark)) == set()
    assert texts(look(facebook, mark, watch=(earlier,))) == {"Now"}
    assert texts(look(facebook, mark, watch=(old,))) == {"Now"}


def test_watched_post_that_is_gone_does_not_stop_the_look(facebook: Simulator):
    comment(facebook)

    assert texts(look(facebook, watch=("404_5", "nonsense", ""))) == {"The light is out"}


def test_post_elsewhere_that_names_the_page_is_read(facebook: Simulator):
    facebook.write(kind="mention", author_name="Dana", text="Ask @Northwell", push="no")

    assert texts(look(facebook)) == {"Ask @Northwell"}


@pytest.mark.parametrize(
    ("lacking", "left"),
    [
        ("pages_messaging", {"A comment", "A mention"}),
        ("pages_read_user_content", {"A message"}),
    ],
)
def test_permission_that_is_missing_stops_only_what_needs_it(facebook: Simulator, lacking: str, left: set[str]):
    every = ["pages_read_engagement", "pages_read_user_content", "pages_messaging"]
    comment(facebook, "A comment")
    facebook.write(kind="message", author_name="Dana", text="A message", push="no")
    facebook.write(kind="mention", author_name="Dana", text="A mention", push="no")
    facebook.act("condition", {"scopes": [scope for scope in every if scope != lacking]})

    polled = look(facebook)

    assert texts(polled) == left
    assert lacking in polled.warning


def test_what_could_not_be_read_for_a_while_is_read_from_where_it_stopped(facebook: Simulator):
    mark = {"seen_until": (datetime.now(UTC) - timedelta(hours=2)).isoformat()}
    facebook.write(kind="message", author_name="Dana", text="An hour ago", age_seconds=3600, push="no")
    comment(facebook, "Now")
    facebook.act("condition", {"scopes": ["pages_read_engagement", "pages_read_user_content"]})
    first = look(facebook, mark)
    facebook.act("condition", {"scopes": ["pages_read_engagement", "pages_read_user_content", "pages_messaging"]})

    second = look(facebook, first.cursor)

    assert "An hour ago" in texts(second)
    assert second.warning == ""


def test_dead_token_ends_the_look(facebook: Simulator):
    facebook.act("condition", {"is_valid": False})

    with pytest.raises(AccountUnusable):
        look(facebook)


@pytest.mark.parametrize("fault", ["html_502", "drop_before_commit"])
def test_one_failure_in_a_look_costs_nothing_that_was_read_or_not_read(facebook: Simulator, fault: str):
    comment(facebook, "A comment")
    facebook.write(kind="message", author_name="Dana", text="A message", push="no")
    facebook.fault("comments", fault)

    first = look(facebook)
    second = look(facebook, first.cursor)

    assert texts(first) == {"A message"}
    assert "Comments" in first.warning
    assert "A comment" in texts(second)


def test_throttle_in_the_middle_keeps_what_was_read_and_waits(facebook: Simulator):
    facebook.write(kind="post", author_name="Dana", text="A post", push="no")
    facebook.write(kind="message", author_name="Dana", text="A message", push="no")
    facebook.fault("conversations", "429_reset", seconds=1800)

    first = look(facebook)
    during = look(facebook, first.cursor)
    after = look(facebook, {**first.cursor, "rest_until": datetime.now(UTC).isoformat()})

    assert texts(first) == {"A post"}
    assert not during.incoming
    assert "A message" in texts(after)


def test_throttle_before_anything_was_read_is_an_error(facebook: Simulator):
    facebook.fault("feed", "429_reset", seconds=1800)

    with pytest.raises(Throttled):
        look(facebook)


def test_look_at_a_page_whose_allowance_is_nearly_used_waits_a_quarter_of_an_hour(facebook: Simulator):
    comment(facebook)
    facebook.act("condition", {"percent": 80})

    polled = look(facebook)
    calls = facebook.calls("feed")
    waiting = look(facebook, polled.cursor)

    assert texts(polled) == {"The light is out"}
    assert datetime.fromisoformat(polled.cursor["rest_until"]) > datetime.now(UTC) + timedelta(minutes=14)
    assert facebook.calls("feed") == calls
    assert "allowance" in waiting.warning
    assert waiting.cursor == polled.cursor


def test_look_stops_where_hardly_anything_is_left_and_holds_its_marks(facebook: Simulator):
    comment(facebook)
    facebook.act("condition", {"percent": 97})
    first = look(facebook)
    facebook.act("condition", {"percent": 10})

    second = look(facebook, {**first.cursor, "rest_until": datetime.now(UTC).isoformat()})

    assert facebook.calls("comments") == 1
    assert texts(second) == {"The light is out"}


def test_look_tells_what_it_used(facebook: Simulator):
    usage = look(facebook).usage

    assert usage is not None
    assert usage.calls >= 3
    assert {bucket.name for bucket in usage.buckets} == {"app", "pages"}


def test_error_tells_what_it_used_too(facebook: Simulator):
    facebook.act("condition", {"is_valid": False})

    with pytest.raises(ChannelError) as failure:
        look(facebook)

    assert failure.value.usage is not None
    assert failure.value.usage.calls == 1


def test_time_ahead_of_ours_does_not_carry_the_mark_past_what_is_still_to_come(facebook: Simulator):
    comment(facebook, age_seconds=-7200)

    polled = look(facebook)

    assert datetime.fromisoformat(polled.cursor.get("seen_until", "1970-01-01T00:00:00+00:00")) <= datetime.now(UTC)


@pytest.mark.parametrize(
    "cursor", [{"seen_until": 3}, {"held": []}, {"unread": {"comments:1": 3}, "held": {"posts": None}}, {"x": 1}]
)
def test_cursor_that_makes_no_sense_is_as_none(facebook: Simulator, cursor: dict[str, Any]):
    comment(facebook)

    assert texts(look(facebook, cursor)) == {"The light is out"}
