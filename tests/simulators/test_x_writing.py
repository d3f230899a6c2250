"""The writing half of the simulated X: its rules, its signatures and its ways to fail."""

import time

import pytest
import requests
import tweepy

from simulators.credentials import X_USER_ID

DANA = {"author_handle": "dana", "author_name": "Dana"}


@pytest.fixture
def mention(x):
    return x.write(text="@northwell my bin was missed", **DANA)["id"]


def our_posts(x):
    return [post for post in x.ledger()["posts"] if post["by_api"]]


def test_reply_lands_in_the_ledger_at_its_target(x, tweepy_client, mention):
    tweepy_client.create_tweet(text="Sorry, Dana.", in_reply_to_tweet_id=mention)

    (post,) = our_posts(x)
    assert (post["text"], post["target"], post["full_text"]) == ("Sorry, Dana.", mention, "@dana Sorry, Dana.")


def test_own_posts_show_the_reply(tweepy_client, mention):
    tweepy_client.create_tweet(text="Sorry, Dana.", in_reply_to_tweet_id=mention)

    posts = tweepy_client.get_users_tweets(X_USER_ID, tweet_fields=["referenced_tweets"], user_auth=True).data

    assert str(posts[0].referenced_tweets[0].id) == mention


def test_wrong_signature_is_unauthorized(x, tweepy_client, mention):
    tweepy_client.access_token_secret = "another"

    with pytest.raises(tweepy.Unauthorized):
        tweepy_client.create_tweet(text="Hello", in_reply_to_tweet_id=mention)
    assert our_posts(x) == []


def test_signature_covers_the_query(x, tweepy_client):
    signed = []
    tweepy_client.session.hooks["response"] = [lambda answer, *args, **kwargs: signed.append(answer.request)]
    tweepy_client.get_users_mentions(X_USER_ID, max_results=5, user_auth=True)

    header = {"Authorization": signed[0].headers["Authorization"]}
    forged = requests.get(f"{x.url}/2/users/{X_USER_ID}/mentions?max_results=100", headers=header, timeout=5)

    assert forged.status_code == 401


def test_too_long_text_is_refused(x, tweepy_client, mention):
    with pytest.raises(tweepy.Forbidden):
        tweepy_client.create_tweet(text="ü" * 281, in_reply_to_tweet_id=mention)
    assert our_posts(x) == []


def test_280_arabic_letters_fit(tweepy_client, mention):
    assert tweepy_client.create_tweet(text="ب" * 280, in_reply_to_tweet_id=mention).data["id"]


def test_same_text_twice_is_a_duplicate(x, tweepy_client, mention):
    tweepy_client.create_tweet(text="Sorry, Dana.", in_reply_to_tweet_id=mention)

    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        tweepy_client.create_tweet(text="Sorry,  DANA.", in_reply_to_tweet_id=mention)
    assert len(our_posts(x)) == 1


def test_post_that_does_not_name_us_cannot_be_answered(x, tweepy_client):
    stranger = x.write(text="Northwell never answers", **DANA)["id"]

    with pytest.raises(tweepy.Forbidden, match="not been mentioned"):
        tweepy_client.create_tweet(text="We do!", in_reply_to_tweet_id=stranger)


def test_deleted_post_cannot_be_answered(x, tweepy_client, mention):
    x.act("delete", {"id": mention})

    with pytest.raises(tweepy.Forbidden, match="deleted"):
        tweepy_client.create_tweet(text="Hello?", in_reply_to_tweet_id=mention)


def test_own_reply_can_be_deleted(x, tweepy_client, mention):
    reply = tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention).data["id"]

    assert tweepy_client.delete_tweet(reply).data["deleted"]
    assert our_posts(x)[0]["deleted"]


def test_post_is_deleted_once(x, tweepy_client, mention):
    reply = tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention).data["id"]
    tweepy_client.delete_tweet(reply)
    gone_at = our_posts(x)[0]["deleted_at"]

    with pytest.raises(tweepy.NotFound) as refusal:
        tweepy_client.delete_tweet(reply)

    assert refusal.value.response.json()["type"].endswith("/resource-not-found")
    assert our_posts(x)[0]["deleted_at"] == gone_at


@pytest.mark.parametrize(
    ("fault", "error", "gone"),
    [
        ("commit_then_drop", requests.ConnectionError, True),
        ("commit_then_500", tweepy.TwitterServerError, True),
        ("html_502", tweepy.TwitterServerError, False),
        ("429_reset", tweepy.TooManyRequests, False),
    ],
)
def test_deletion_fails_in_every_way_that_a_post_does(x, tweepy_client, mention, fault, error, gone):
    reply = tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention).data["id"]
    x.fault("delete_post", fault)

    with pytest.raises(error):
        tweepy_client.delete_tweet(reply)

    assert our_posts(x)[0]["deleted"] is gone


def test_citizens_post_cannot_be_deleted_by_us(tweepy_client, mention):
    with pytest.raises(tweepy.Forbidden):
        tweepy_client.delete_tweet(mention)


@pytest.mark.parametrize(
    ("fault", "error", "posted"),
    [
        ("commit_then_drop", requests.ConnectionError, 1),
        ("commit_then_500", tweepy.TwitterServerError, 1),
        ("empty_200", requests.JSONDecodeError, 1),
        ("drop_before_commit", requests.ConnectionError, 0),
        ("html_502", tweepy.TwitterServerError, 0),
        ("429", tweepy.TooManyRequests, 0),
        ("402", tweepy.HTTPException, 0),
        ("401", tweepy.Unauthorized, 0),
    ],
)
def test_fault_shows_to_the_client_and_in_the_ledger(x, tweepy_client, mention, fault, error, posted):
    x.fault("create_post", fault)

    with pytest.raises(error):
        tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention)

    assert len(our_posts(x)) == posted
    assert x.ledger()["journal"][-1]["fault"] == fault


def test_timeout_after_commit_posts_and_never_answers(x, tweepy_client, mention):
    x.fault("create_post", "commit_then_timeout", seconds=8)

    with pytest.raises(requests.ReadTimeout):
        tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention)

    assert len(our_posts(x)) == 1


def test_throttle_tells_when_to_come_back(x, tweepy_client, mention):
    x.fault("create_post", "429_reset", seconds=90)

    with pytest.raises(tweepy.TooManyRequests) as refusal:
        tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention)

    assert abs(int(refusal.value.response.headers["x-rate-limit-reset"]) - time.time() - 90) < 5


def test_delayed_post_exists_before_reads_show_it(x, tweepy_client, mention):
    x.fault("create_post", "delayed_visibility", seconds=0.6)
    tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention)

    before = tweepy_client.get_users_tweets(X_USER_ID, user_auth=True).data
    time.sleep(0.7)
    after = tweepy_client.get_users_tweets(X_USER_ID, user_auth=True).data

    assert (before, len(after)) == (None, 1)


def test_fault_is_used_up(x, tweepy_client, mention):
    x.fault("create_post", "html_502", times=2)
    for _ in range(2):
        with pytest.raises(tweepy.TwitterServerError):
            tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention)

    assert tweepy_client.create_tweet(text="Sorry.", in_reply_to_tweet_id=mention).data["id"]
