"""What X is asked beside reading and sending: threads, presence, monitors, edits and deletions."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_social.x.adapter import XChannel
from channels_social.x.queries import LONGEST, TooLong, alternatives, fitting
from enquiries.contract import ChangeKind, InboundMessage, OutboundReply, PostChanged, Refused, Side, Throttled
from tests.channels_social.accounts import x_account
from tests.sims import Simulator

CHANNEL = XChannel()


def write(x: Simulator, text: str = "@northwell the light is out", **more: object) -> str:
    return str(
        x.write(author_handle="dana", author_name="Dana", text=text, push="no", **{"age_seconds": 60, **more})["id"]
    )


def messages(x: Simulator, cursor: dict[str, Any] | None = None) -> list[InboundMessage]:
    account = x_account(x.url)
    parts = [part for each in CHANNEL.poll(account, cursor or {}).incoming for part in CHANNEL.parse(account, each.raw)]
    return [part for part in parts if isinstance(part, InboundMessage)]


def answered(x: Simulator, target: str) -> str:
    reply = OutboundReply(key="k", text="We will", side=Side.PUBLIC, target_id=target, approved_at=datetime.now(UTC))
    return CHANNEL.send(x_account(x.url), reply).external_id


def test_thread_is_brought_oldest_first_with_our_own_posts_marked(x: Simulator):
    x.act("knobs", {"search_lag_seconds": 0})
    root = write(x)
    ours = answered(x, root)
    last = write(x, "still dark", in_reply_to=ours, age_seconds=0)

    said = CHANNEL.context(x_account(x.url), post_id=last, thread_key=f"{root}:77")

    assert [each.external_id for each in said] == [root, ours, last]
    assert [each.is_ours for each in said] == [False, True, False]
    assert said[0].author.handle == "dana"
    assert said[2].parent_id == ours


def test_thread_older_than_search_reaches_is_climbed(x: Simulator):
    root = write(x, "how it began", age_seconds=20 * 86_400)
    middle = write(x, "and went on", in_reply_to=root, age_seconds=19 * 86_400)
    last = write(x, "@northwell what do you say?", in_reply_to=middle)

    said = CHANNEL.context(x_account(x.url), post_id=last, thread_key=f"{root}:77")

    assert [each.text.rpartition("@dana ")[2] for each in said][:2] == ["how it began", "and went on"]
    assert len(said) == 3


def test_post_that_is_gone_is_told_from_one_that_is_there(x: Simulator):
    there, gone = write(x), write(x, "@northwell never mind")
    x.act("delete", {"id": gone})

    assert CHANNEL.presence(x_account(x.url), [there, gone, "dm:5"]) == {there: True, gone: False, "dm:5": None}


def test_failed_look_says_nothing_about_presence(x: Simulator):
    number = write(x)
    x.fault("lookup", "429_reset", seconds=60)

    with pytest.raises(Throttled):
        CHANNEL.presence(x_account(x.url), [number])


def test_earlier_version_counts_as_there_while_the_post_is(x: Simulator):
    root = write(x)
    x.act("edit", {"id": root, "text": "@northwell the light is on", "push": "no"})
    edited = CHANNEL.presence(x_account(x.url), [root])
    x.act("delete", {"id": root})

    assert edited == {root: True}
    assert CHANNEL.presence(x_account(x.url), [root]) == {root: False}


def test_edited_post_is_a_further_version_of_the_same_root(x: Simulator):
    root = write(x)
    (first,) = messages(x)
    x.act("edit", {"id": root, "text": "@northwell the light is on again", "push": "no"})

    (second,) = messages(x)

    assert (first.root_id, second.root_id) == (root, root)
    assert first.external_id == root
    assert second.external_id.startswith(f"{root}:")
    assert first.version_at is None
    assert second.version_at is not None and second.version_at > second.occurred_at
    assert second.thread_key == first.thread_key


def test_our_own_post_that_was_taken_down_is_told():
    payload = {"id": "1991000000000000001", "deleted_at": "2026-11-22T10:00:00.000Z"}
    raw = json.dumps({"data": {"event_type": "post.delete", "payload": payload}}).encode()

    (part,) = CHANNEL.parse(x_account(), raw)

    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert part == PostChanged(root_id="1991000000000000001", kind=ChangeKind.GONE, at=at)


def test_quote_of_ours_is_found_though_it_does_not_name_us(x: Simulator):
    ours = answered(x, write(x))
    quote = write(x, "look at this", quotes=ours)

    found = {each.external_id: each for each in messages(x)}

    assert found[quote].answerable


def test_answer_to_us_that_leaves_our_name_out_is_found(x: Simulator):
    ours = answered(x, write(x))
    answer = write(x, "that is not true", in_reply_to=ours)

    assert answer in [each.external_id for each in messages(x)]


def test_search_that_fails_is_told_and_tried_again_later(x: Simulator):
    write(x)
    x.fault("search", "429_reset", seconds=60)

    polled = CHANNEL.poll(x_account(x.url), {})

    assert len(polled.incoming) == 1
    assert "answers and quotes" in polled.warning
    assert "newest" not in polled.cursor["around"]


def test_monitor_brings_posts_that_nobody_addressed_to_us(x: Simulator):
    heard = write(x, "the mill lane bridge is a disgrace")
    write(x, "something else")
    answered(x, write(x, "@northwell mill lane bridge"))

    polled = CHANNEL.listen(x_account(x.url), '"mill lane bridge" lang:en', {})

    parts = [CHANNEL.parse(x_account(), each.raw)[0] for each in polled.incoming]
    (part,) = [each for each in parts if isinstance(each, InboundMessage) and each.external_id == heard]
    assert not part.answerable
    assert "by hand on x.com" in part.hindrance


def test_monitor_goes_on_from_its_mark(x: Simulator):
    write(x, "bridge one", age_seconds=7200)
    first = CHANNEL.listen(x_account(x.url), "bridge", {})
    second_post = write(x, "bridge two")

    second = CHANNEL.listen(x_account(x.url), "bridge", dict(first.cursor))

    assert second_post in [each.external_id for each in second.incoming]
    assert int(second.cursor["newest"]) > int(first.cursor["newest"])


def test_mark_older_than_search_reaches_does_no_harm(x: Simulator):
    found = write(x, "bridge")

    polled = CHANNEL.listen(x_account(x.url), "bridge", {"newest": "1"})

    assert [each.external_id for each in polled.incoming] == [found]


def test_empty_monitor_is_refused_with_what_to_do(x: Simulator):
    with pytest.raises(Refused) as refused:
        CHANNEL.listen(x_account(x.url), "  ", {})

    assert "at least one word" in refused.value.fix


def test_long_list_of_words_is_asked_in_pieces_each_without_our_own_posts():
    parts = [f'"street number {number}"' for number in range(80)]

    questions = fitting(parts, handle="northwell")

    assert len(questions) > 1
    assert all(len(question) <= LONGEST and question.endswith(" -from:northwell -is:retweet") for question in questions)
    assert sum(question.count("street number") for question in questions) == 80


def test_one_part_that_is_too_long_cannot_be_asked():
    with pytest.raises(TooLong):
        fitting(["x" * 600], handle="northwell")


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("bridge OR road", ["bridge", "road"]),
        ("(bridge OR road) closed", ["(bridge OR road) closed"]),
        ('"bridge OR road"', ['"bridge OR road"']),
        ("bridge\nroad", ["bridge", "road"]),
        ('bridge "road', ["bridge road"]),
        ("bridge) road (", ["bridge road"]),
        ('bridge -"road works" from:dana', ['bridge -"road works" from:dana']),
        ('url:"northwell.gov/a b" -(a OR b)', ['url:"northwell.gov/a b" -(a OR b)']),
        ("OR", []),
    ],
)
def test_query_is_cut_into_its_alternatives(query: str, parts: list[str]):
    assert alternatives(query) == parts
