"""The reading half of the simulated Facebook, through facebook-sdk and bare HTTP."""

import pytest
import requests

from simulators.credentials import FACEBOOK_PAGE_ID, FACEBOOK_PAGE_TOKEN

DANA = {"author_name": "Dana"}
PAGE = FACEBOOK_PAGE_ID


@pytest.fixture
def post(facebook):
    return facebook.ledger()["posts"][-1]["id"]


def texts(answer):
    return [node["message"] for node in answer["data"]]


def test_me_is_the_page(graph):
    assert graph.get_object("me", fields="id,name") == {"id": PAGE, "name": "City of Northwell"}


def test_feed_shows_posts_newest_first(facebook, graph):
    facebook.write(kind="post", text="I love this city", **DANA)

    feed = graph.get_connections(PAGE, "feed", fields="id,message,from,created_time")["data"]

    assert (feed[0]["message"], feed[0]["from"]["name"]) == ("I love this city", "Dana")
    assert feed[0]["created_time"].endswith("+0000")


def test_comments_are_top_level_unless_streamed(facebook, graph, post):
    top = facebook.write(text="one", post_id=post, **DANA)["id"]
    facebook.write(text="two", parent_id=top, author_name="Eli")

    assert texts(graph.get_connections(post, "comments")) == ["one"]
    assert texts(graph.get_connections(post, "comments", filter="stream", order="chronological")) == ["one", "two"]
    assert texts(graph.get_connections(top, "comments")) == ["two"]


def test_reply_to_a_reply_moves_up_to_the_top_comment(facebook, graph, post):
    top = facebook.write(text="one", post_id=post, **DANA)["id"]
    reply = facebook.write(text="two", parent_id=top, author_name="Eli")["id"]
    deep = facebook.write(text="three", parent_id=reply, **DANA)["id"]

    assert graph.get_object(deep, fields="parent{id}")["parent"]["id"] == top


def test_pages_join_by_cursors(facebook, graph, post):
    for number in range(5):
        facebook.write(text=str(number), post_id=post, **DANA)

    read: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = graph.get_connections(post, "comments", order="reverse_chronological", limit=2, **after)
        read += texts(page)
        if "next" not in page["paging"]:
            break
        after = {"after": page["paging"]["cursors"]["after"]}

    assert read == ["4", "3", "2", "1", "0"]


def test_ranked_order_is_not_that_of_time(facebook, graph, post):
    for text in ("short", "a much longer comment"):
        facebook.write(text=text, post_id=post, **DANA)

    assert texts(graph.get_connections(post, "comments")) == ["a much longer comment", "short"]


def test_only_asked_fields_are_shown(facebook, graph):
    comment = facebook.write(text="one", **DANA)["id"]

    assert set(graph.get_object(comment, fields="id,message")) == {"id", "message"}


def test_unknown_field_is_an_error(facebook, graph, graph_error):
    with pytest.raises(graph_error, match="nonexisting field"):
        graph.get_object("me", fields="shoe_size")


def test_hidden_author_is_left_out(facebook, graph):
    comment = facebook.write(text="one", hide_author=True, **DANA)["id"]

    assert "from" not in graph.get_object(comment, fields="id,from,message")


def test_deleted_comment_is_gone(facebook, graph, graph_error):
    comment = facebook.write(text="one", **DANA)["id"]
    facebook.act("delete", {"id": comment})

    with pytest.raises(graph_error) as refusal:
        graph.get_object(comment)
    assert (refusal.value.code, refusal.value.result["error"]["error_subcode"]) == (100, 33)


def test_summary_counts_comments(facebook, graph, post):
    facebook.write(text="one", post_id=post, **DANA)

    answer = graph.get_object(post, fields="id,comments.limit(0).summary(true)")

    assert (answer["comments"]["data"], answer["comments"]["summary"]["total_count"]) == ([], 1)


def test_conversation_shows_messages_newest_first_without_metadata(facebook, graph):
    person = facebook.write(kind="message", text="Hello", age_seconds=60, **DANA)["author_id"]
    graph.put_object(
        PAGE,
        "messages",
        recipient=f'{{"id":"{person}"}}',
        messaging_type="RESPONSE",
        message='{"text":"Good day","metadata":"posting:1"}',
    )

    fields = "id,messages.limit(20){id,message,from,created_time}"
    answer = graph.get_connections(PAGE, "conversations", platform="messenger", user_id=person, fields=fields)

    messages = answer["data"][0]["messages"]["data"]
    assert [(one["message"], one["from"]["name"]) for one in messages] == [
        ("Good day", "City of Northwell"),
        ("Hello", "Dana"),
    ]
    assert "metadata" not in str(messages)


def test_debug_token_tells_its_rights(facebook, app_token):
    arguments = {"input_token": FACEBOOK_PAGE_TOKEN, "access_token": app_token}

    facts = requests.get(f"{facebook.url}/v26.0/debug_token", params=arguments, timeout=5).json()["data"]

    assert facts["is_valid"]
    assert "pages_messaging" in facts["scopes"]


@pytest.mark.parametrize(
    ("path", "arguments", "code"),
    [
        ("v26.0/me", {}, 104),
        ("v26.0/me", {"access_token": "another"}, 190),
        ("v26.0/me", {"access_token": FACEBOOK_PAGE_TOKEN}, 100),
        ("v26.0/me", {"access_token": FACEBOOK_PAGE_TOKEN, "appsecret_proof": "wrong"}, 100),
        ("me", {"access_token": FACEBOOK_PAGE_TOKEN}, 2635),
        ("v2.8/me", {"access_token": FACEBOOK_PAGE_TOKEN}, 2635),
    ],
)
def test_unproved_call_is_refused(facebook, path, arguments, code):
    answer = requests.get(f"{facebook.url}/{path}", params=arguments, timeout=5)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert "X-App-Usage" in answer.headers
