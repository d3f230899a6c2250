"""Every answer of the simulated X is judged by X's own description of its API."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from simulators.credentials import X_USER_ID

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "reference" / "x-openapi-2.166.json"
DANA = {"author_handle": "dana", "author_name": "Dana"}
EVERYTHING = {
    "tweet.fields": "author_id,conversation_id,created_at,display_text_range,edit_history_tweet_ids,entities,"
    "in_reply_to_user_id,lang,note_tweet,referenced_tweets,reply_settings,attachments,possibly_sensitive",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id,entities.mentions.username,"
    "in_reply_to_user_id",
    "user.fields": "created_at,protected,verified,verified_type,profile_image_url,description",
}

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(), reason=f"X's description is not at {DESCRIPTION}: nothing was checked"
)


@cache
def description():
    return json.loads(DESCRIPTION.read_text())


def judge(answer, method, path):
    """Validate an answer by the schema that the description names for its route and status."""
    responses = description()["paths"][path][method]["responses"]
    named = responses.get(str(answer.status_code), responses["default"])["content"]
    kind = "application/json" if str(answer.status_code) in responses else "application/problem+json"
    schema = {**named[kind]["schema"], "components": description()["components"]}
    jsonschema.validate(answer.json(), schema)


@pytest.fixture
def thread(x, tweepy_client):
    root = x.write(text="@northwell bins & lamps? https://northwell.gov/a #bins", **DANA)["id"]
    reply = tweepy_client.create_tweet(text="Sorry, Dana.", in_reply_to_tweet_id=root).data["id"]
    x.write(text="thank you " * 60, in_reply_to=reply, **DANA)
    return root


@pytest.mark.parametrize("arguments", [{}, EVERYTHING, {"max_results": "5"}, {"max_results": "1"}])
@pytest.mark.parametrize("edge", ["mentions", "tweets"])
def test_timeline(x, bearer, thread, edge, arguments):
    answer = bearer.get(f"{x.url}/2/users/{X_USER_ID}/{edge}", params=arguments, timeout=5)

    judge(answer, "get", f"/2/users/{{id}}/{edge}")


def test_empty_timeline(x, bearer):
    judge(bearer.get(f"{x.url}/2/users/{X_USER_ID}/mentions", timeout=5), "get", "/2/users/{id}/mentions")


def test_lookup_with_a_missing_post(x, bearer, thread):
    answer = bearer.get(f"{x.url}/2/tweets", params={"ids": f"{thread},1", **EVERYTHING}, timeout=5)

    judge(answer, "get", "/2/tweets")


def test_one_post(x, bearer, thread):
    judge(bearer.get(f"{x.url}/2/tweets/{thread}", params=EVERYTHING, timeout=5), "get", "/2/tweets/{id}")
    judge(bearer.get(f"{x.url}/2/tweets/1", timeout=5), "get", "/2/tweets/{id}")


def test_search(x, bearer, thread):
    arguments = {"query": f"conversation_id:{thread}", **EVERYTHING}

    judge(bearer.get(f"{x.url}/2/tweets/search/recent", params=arguments, timeout=5), "get", "/2/tweets/search/recent")


def test_me_creation_and_deletion(x, tweepy_client, thread):
    answers = []
    tweepy_client.session.hooks["response"] = [lambda answer, *args, **kwargs: answers.append(answer)]
    tweepy_client.get_me(user_auth=True, user_fields=["created_at", "verified"])
    made = tweepy_client.create_tweet(text="Good evening.", in_reply_to_tweet_id=thread)
    tweepy_client.delete_tweet(made.data["id"])

    judge(answers[0], "get", "/2/users/me")
    judge(answers[1], "post", "/2/tweets")
    judge(answers[2], "delete", "/2/tweets/{id}")


@pytest.mark.parametrize("fault", ["429", "402", "401"])
def test_refusal(x, bearer, fault):
    x.fault("mentions", fault)

    judge(bearer.get(f"{x.url}/2/users/{X_USER_ID}/mentions", timeout=5), "get", "/2/users/{id}/mentions")
