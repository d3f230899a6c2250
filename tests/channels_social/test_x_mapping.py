"""What X's posts become, in both of its dialects."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.x import events, mapping
from enquiries.contract import Ignored, InboundMessage, OwnPost, Side, Unreadable
from simulators import credentials
from tests.channels_social.accounts import x_account

CITY = credentials.X_USER_ID
MADE_AT = "2026-11-20T10:00:00.000Z"
POST: dict[str, Any] = {
    "id": "1991000000000000001",
    "text": "@northwell the light at &lt;Mill Lane&gt; &amp; the bridge is out https://t.co/a",
    "author_id": "77",
    "conversation_id": "1990000000000000000",
    "created_at": MADE_AT,
    "lang": "en",
    "edit_history_tweet_ids": ["1991000000000000001"],
    "referenced_tweets": [{"type": "replied_to", "id": "1990000000000000000"}],
    "entities": {
        "mentions": [{"start": 0, "end": 10, "username": "northwell", "id": CITY}],
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://maps.example/?a=1&b=2"}],
    },
}
INCLUDES: dict[str, Any] = {"users": [{"id": "77", "name": "Dana Ó", "username": "dana"}]}


def parsed(post, includes=INCLUDES, account=None):
    raw = json.dumps({"data": post, "includes": includes}).encode()
    (part,) = events.parse(account or x_account(), raw)
    return part


def test_mention_becomes_a_public_message():
    message = parsed(POST)

    assert isinstance(message, InboundMessage)
    assert message.text == "@northwell the light at <Mill Lane> & the bridge is out https://maps.example/?a=1&b=2"
    assert (message.external_id, message.parent_id) == (POST["id"], "1990000000000000000")
    assert message.thread_key == "1990000000000000000:77"
    assert (message.author.name, message.author.handle) == ("Dana Ó", "dana")
    assert message.side is Side.PUBLIC
    assert message.occurred_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert message.permalink == "https://x.com/dana/status/1991000000000000001"
    assert message.answerable


def test_the_newer_dialect_says_the_same():
    renamed = {
        "referenced_tweets": "referenced_posts",
        "edit_history_tweet_ids": "edit_history_post_ids",
        "note_tweet": "note_post",
    }
    newer = {renamed.get(name, name): value for name, value in (POST | {"note_tweet": {"text": "All of it"}}).items()}
    older = POST | {"note_tweet": {"text": "All of it"}}

    assert parsed(newer) == parsed(older)
    assert parsed(newer).text == "All of it"


def test_long_post_is_read_whole_with_its_own_links():
    note = {
        "text": "A very long story https://t.co/b",
        "entities": {"urls": [{"url": "https://t.co/b", "expanded_url": "https://b.example"}]},
    }

    assert parsed(POST | {"note_tweet": note}).text == "A very long story https://b.example"


def test_own_post_is_no_message():
    own = parsed(POST | {"author_id": CITY})

    assert isinstance(own, OwnPost)
    assert own.parent_id == "1990000000000000000"


def test_repost_is_ignored_with_its_reason():
    assert isinstance(parsed(POST | {"referenced_tweets": [{"type": "retweeted", "id": "1"}]}), Ignored)


@pytest.mark.parametrize("name", ["text", "author_id", "id"])
def test_post_that_lacks_what_we_need_is_unreadable(name):
    part = parsed({key: value for key, value in POST.items() if key != name})

    assert isinstance(part, Unreadable)
    assert name in part.error


def test_post_without_a_time_has_that_of_its_number():
    message = parsed({key: value for key, value in POST.items() if key != "created_at"})

    assert message.occurred_at == mapping.moment_of_id(POST["id"])


def test_edited_post_is_a_message_of_its_own_in_the_same_thread():
    edited = parsed(POST | {"id": "1991000000000000009", "edit_history_tweet_ids": [POST["id"], "1991000000000000009"]})

    assert edited.external_id == "1991000000000000001:1991000000000000009"
    assert edited.thread_key == parsed(POST).thread_key


def test_post_without_a_mention_cannot_be_answered_by_the_interface():
    message = parsed(POST | {"entities": {}, "text": "northwell is dark, thanks @northwellers"})

    assert not message.answerable
    assert "@northwell" in message.hindrance


def test_quoted_post_of_ours_can_be_answered():
    quoting = POST | {"entities": {}, "text": "Really?", "referenced_tweets": [{"type": "quoted", "id": "5"}]}

    message = parsed(quoting, INCLUDES | {"tweets": [{"id": "5", "author_id": CITY}]})

    assert message.answerable


def test_enterprise_plan_may_answer_everybody():
    message = parsed(POST | {"entities": {}, "text": "dark"}, account=x_account(plan="enterprise"))

    assert message.answerable


@pytest.mark.parametrize("kind", ["post.mention.create", "tweet.mention.create", "post.reply.create"])
def test_pushed_event_is_read_like_a_polled_post(kind):
    event = {"event_uuid": "9", "filter": {"user_id": CITY}, "event_type": kind, "payload": POST, "includes": INCLUDES}

    (message,) = events.parse(x_account(), json.dumps({"data": event}).encode())

    assert message == parsed(POST)


@pytest.mark.parametrize("kind", ["dm.read", "like.create", "something.new"])
def test_other_event_is_ignored_with_its_reason(kind):
    (part,) = events.parse(x_account(), json.dumps({"data": {"event_type": kind}}).encode())

    assert isinstance(part, Ignored)
    assert kind in part.reason


@pytest.mark.parametrize("kind", ["dm.received", "post.delete", "post.mention.create"])
def test_event_without_what_it_speaks_of_is_unreadable(kind):
    (part,) = events.parse(x_account(), json.dumps({"data": {"event_type": kind}}).encode())

    assert isinstance(part, Unreadable)


def test_rights_that_were_taken_back_are_told_in_words():
    (part,) = events.parse(x_account(), json.dumps({"data": {"event_type": "oauth.revoke"}}).encode())

    assert isinstance(part, Ignored)
    assert "took the app's rights" in part.reason


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff", b"[]", b"null", b'{"for_user_id":"1","tweet_create_events":[{}]}', b'{"data":[]}', b"[" * 100_000],
)
def test_anything_else_is_unreadable_and_kept_whole(raw):
    (part,) = events.parse(x_account(), raw)

    assert isinstance(part, Unreadable)
    assert part.raw == raw


def test_nul_and_half_characters_do_not_reach_the_database():
    message = parsed(POST | {"text": "a\x00b \ud83d c \ud83d\ude00"})

    assert message.text == "ab � c 😀"


def test_page_is_cut_into_one_payload_per_post_with_its_people():
    number = "1991000000000000002"
    other = POST | {"id": number, "author_id": "88", "edit_history_tweet_ids": [number]}
    page = {"data": [POST, other], "includes": {"users": [*INCLUDES["users"], {"id": "88"}], "tweets": [{"id": "3"}]}}

    first, second = mapping.incoming_posts(page)

    assert (first.external_id, second.external_id) == (POST["id"], other["id"])
    assert json.loads(first.raw)["includes"] == {"users": INCLUDES["users"], "tweets": [], "media": []}


def test_number_and_moment_of_a_post_agree():
    moment = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

    assert mapping.moment_of_id(str(mapping.floor_id(moment))) == moment
    assert mapping.moment_of_id(str(mapping.floor_id(moment) - 1)) == moment - timedelta(milliseconds=1)
