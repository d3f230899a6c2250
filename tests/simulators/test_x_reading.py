"""The reading half of the simulated X, through tweepy and bare HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from simulators.credentials import X_USER_ID

DANA = {"author_handle": "dana", "author_name": "Dana"}
FIELDS = ["author_id", "conversation_id", "created_at", "referenced_tweets", "entities", "in_reply_to_user_id"]


def mentions(x, bearer, **arguments):
    return bearer.get(f"{x.url}/2/users/{X_USER_ID}/mentions", params=arguments, timeout=5)


def test_me_is_the_city(tweepy_client):
    assert tweepy_client.get_me(user_auth=True).data.username == "northwell"


def test_mentions_come_newest_first_with_their_authors(x, tweepy_client):
    first = x.write(text="@northwell one", **DANA)
    second = x.write(text="@Northwell two", **DANA)

    answer = tweepy_client.get_users_mentions(X_USER_ID, tweet_fields=FIELDS, expansions=["author_id"], user_auth=True)

    assert [str(post.id) for post in answer.data] == [second["id"], first["id"]]
    assert answer.includes["users"][0].name == "Dana"


def test_post_without_mention_is_not_in_mentions(x, bearer):
    x.write(text="I like northwell, mail me at me@northwell.example", **DANA)

    assert "data" not in mentions(x, bearer).json()


def test_since_id_leaves_out_the_known(x, bearer):
    known = x.write(text="@northwell one", **DANA)
    new = x.write(text="@northwell two", **DANA)

    answer = mentions(x, bearer, since_id=known["id"]).json()

    assert [post["id"] for post in answer["data"]] == [new["id"]]


def test_pages_join_without_gap_or_overlap(x, bearer):
    written = [x.write(text=f"@northwell {number}", **DANA)["id"] for number in range(12)]

    first = mentions(x, bearer, max_results=5).json()
    second = mentions(x, bearer, max_results=5, pagination_token=first["meta"]["next_token"]).json()
    third = mentions(x, bearer, max_results=5, pagination_token=second["meta"]["next_token"]).json()

    assert [post["id"] for page in (first, second, third) for post in page["data"]] == written[::-1]
    assert "next_token" not in third["meta"]


def test_only_the_latest_800_mentions_can_be_reached(x, bearer):
    x.act("write", [{"text": f"@northwell {number}", "push": "no", **DANA} for number in range(805)])

    total, token = 0, None
    while True:
        page = mentions(x, bearer, max_results=100, **({"pagination_token": token} if token else {})).json()
        total += page["meta"]["result_count"]
        token = page["meta"].get("next_token")
        if not token:
            break

    assert total == 800


def test_default_fields_are_few(x, bearer):
    x.write(text="@northwell one", **DANA)

    assert set(mentions(x, bearer).json()["data"][0]) == {"id", "text", "edit_history_tweet_ids"}


def test_newer_dialect_uses_newer_names(x, bearer):
    root = x.write(text="@northwell one", **DANA)
    x.write(text="more", in_reply_to=root["id"], **DANA)

    newest = mentions(x, bearer, **{"post.fields": "referenced_posts"}).json()

    assert "data" in newest
    assert "edit_history_post_ids" in newest["data"][0]


def test_follow_up_is_in_the_thread_of_its_root(x, tweepy_client):
    root = x.write(text="@northwell my bin was missed", **DANA)
    reply = tweepy_client.create_tweet(text="Where do you live?", in_reply_to_tweet_id=root["id"]).data["id"]
    follow_up = x.write(text="Mill Lane 14", in_reply_to=reply, **DANA)

    post = tweepy_client.get_tweet(follow_up["id"], tweet_fields=FIELDS, user_auth=True).data

    assert str(post.conversation_id) == root["id"]
    assert str(post.referenced_tweets[0].id) == reply
    assert post.text == "@northwell Mill Lane 14"


def test_texts_are_escaped_and_links_shortened(x, bearer):
    x.write(text="@northwell bins & lamps <here> https://northwell.gov/a?b=1", **DANA)

    post = mentions(x, bearer, **{"tweet.fields": "entities"}).json()["data"][0]

    assert post["text"].startswith("@northwell bins &amp; lamps &lt;here&gt; https://t.co/")
    link = post["entities"]["urls"][0]
    assert link["expanded_url"] == "https://northwell.gov/a?b=1"
    assert post["text"][link["start"] : link["end"]] == link["url"]


def test_long_post_is_cut_and_whole_in_note(x, bearer):
    text = "@northwell " + "word " * 100
    x.write(text=text, **DANA)

    post = mentions(x, bearer, **{"tweet.fields": "note_tweet"}).json()["data"][0]

    assert post["text"].endswith("…")
    assert post["note_tweet"]["text"] == text


def test_deleted_post_is_named_in_errors(x, tweepy_client):
    kept = x.write(text="@northwell one", **DANA)
    gone = x.write(text="@northwell two", **DANA)
    x.act("delete", {"id": gone["id"]})

    answer = tweepy_client.get_tweets([kept["id"], gone["id"]], user_auth=True)

    assert [str(post.id) for post in answer.data] == [kept["id"]]
    assert answer.errors[0]["resource_id"] == gone["id"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("@northwell", 2),
        ("@northwell -bins", 1),
        ('"street light"', 1),
        ("(bins OR light) from:dana", 2),
        ("from:eli", 1),
        ("bin", 0),  # whole words only
    ],
)
def test_search_finds(x, bearer, query, found):
    x.act("knobs", {"search_lag_seconds": 0})
    x.write(text="@northwell the bins", **DANA)
    x.write(text="@northwell the street light", **DANA)
    x.write(text="nothing", author_handle="eli", author_name="Eli")

    answer = bearer.get(f"{x.url}/2/tweets/search/recent", params={"query": query}, timeout=5)

    assert answer.json()["meta"]["result_count"] == found


def test_search_by_thread_finds_all_of_it(x, tweepy_client):
    x.act("knobs", {"search_lag_seconds": 0})
    root = x.write(text="@northwell one", **DANA)
    x.write(text="two", in_reply_to=root["id"], **DANA)

    answer = tweepy_client.search_recent_tweets(f"conversation_id:{root['id']}", user_auth=True)

    assert len(answer.data) == 2


def test_start_and_end_time_bound_the_timeline(x, bearer):
    x.write(text="@northwell old", age_seconds=7200, **DANA)
    x.write(text="@northwell new", **DANA)
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert mentions(x, bearer, start_time=hour_ago).json()["data"][0]["text"] == "@northwell new"
    assert mentions(x, bearer, end_time=hour_ago).json()["data"][0]["text"] == "@northwell old"


@pytest.mark.parametrize("arguments", [{"max_results": 4}, {"since_id": "x"}, {"tweet.fields": "nonsense"}])
def test_wrong_parameter_is_an_invalid_request(x, bearer, arguments):
    answer = mentions(x, bearer, **arguments)

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")


def test_nobody_reads_without_credentials(x):
    answer = requests.get(f"{x.url}/2/users/{X_USER_ID}/mentions", timeout=5)

    assert answer.status_code == 401


def test_app_token_has_no_me(x, bearer):
    answer = bearer.get(f"{x.url}/2/users/me", timeout=5)

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/unsupported-authentication")


def test_answers_carry_rate_headers(x, bearer):
    assert int(mentions(x, bearer).headers["x-rate-limit-reset"]) > datetime.now(UTC).timestamp()


def test_search_does_not_know_what_was_written_a_moment_ago(x, bearer):
    x.write(text="@northwell bins", age_seconds=60, **DANA)
    x.write(text="@northwell bins again", **DANA)

    answer = bearer.get(f"{x.url}/2/tweets/search/recent", params={"query": "bins"}, timeout=5)

    assert answer.json()["meta"]["result_count"] == 1
