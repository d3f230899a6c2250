"""The writing half of the simulated Facebook: its rules, its windows and its ways to fail."""

import json

import pytest
import requests

from simulators.credentials import FACEBOOK_PAGE_ID

DANA = {"author_name": "Dana"}
PAGE = FACEBOOK_PAGE_ID
HOUR = 3600


@pytest.fixture
def comment(facebook):
    return facebook.write(text="My bin was missed", **DANA)["id"]


def ours(facebook, kind="comments"):
    return [one for one in facebook.ledger()[kind] if one["by_api"]]


def send(graph, recipient, text="Good day", **more):
    options = {"messaging_type": "RESPONSE"} | more
    return graph.put_object(
        PAGE, "messages", recipient=json.dumps(recipient), message=json.dumps({"text": text}), **options
    )


def test_reply_lands_under_the_comment(facebook, graph, comment):
    reply = graph.put_object(comment, "comments", message="Sorry, Dana.")["id"]

    assert [(one["id"], one["text"], one["target"]) for one in ours(facebook)] == [(reply, "Sorry, Dana.", comment)]


def test_same_comment_twice_is_two_comments(facebook, graph, comment):
    for _ in range(2):
        graph.put_object(comment, "comments", message="Sorry.")

    assert len(ours(facebook)) == 2


def test_reply_to_a_deleted_comment_is_refused(facebook, graph, comment, graph_error):
    facebook.act("delete", {"id": comment})

    with pytest.raises(graph_error) as refusal:
        graph.put_object(comment, "comments", message="Sorry.")
    assert refusal.value.result["error"]["error_subcode"] == 33


def test_own_comment_can_be_edited_and_deleted(facebook, graph, comment):
    reply = graph.put_object(comment, "comments", message="Sory.")["id"]

    graph.request(f"v26.0/{reply}", post_args={"message": "Sorry."}, method="POST")
    assert ours(facebook)[0]["text"] == "Sorry."
    assert [one["text"] for one in ours(facebook)[0]["earlier"]] == ["Sory."]
    graph.delete_object(reply)
    assert ours(facebook)[0]["deleted_at"]


def test_edit_with_the_same_words_is_no_edit(facebook, graph, comment):
    reply = graph.put_object(comment, "comments", message="Sorry.")["id"]

    graph.request(f"v26.0/{reply}", post_args={"message": "Sorry."}, method="POST")

    assert ours(facebook)[0]["earlier"] == []


@pytest.mark.parametrize(
    ("fault", "code", "done"), [("commit_then_500", None, True), ("html_502", None, False), ("429", 32, False)]
)
def test_edit_and_deletion_fail_in_every_way_that_a_comment_does(
    facebook, graph, comment, graph_error, fault, code, done
):
    reply = graph.put_object(comment, "comments", message="Sory.")["id"]
    facebook.fault("change", fault)
    facebook.fault("delete", fault)

    for call in (
        lambda: graph.request(f"v26.0/{reply}", post_args={"message": "Sorry."}, method="POST"),
        lambda: graph.delete_object(reply),
    ):
        with pytest.raises(graph_error) as refusal:
            call()
        assert refusal.value.code == code

    (one,) = ours(facebook)
    assert (one["text"], one["deleted"]) == (("Sorry.", True) if done else ("Sory.", False))


def test_message_in_the_window_is_sent(facebook, graph):
    person = facebook.write(kind="message", text="Hello", **DANA)["author_id"]

    answer = send(graph, {"id": person})

    (message,) = ours(facebook, "messages")
    assert (message["id"], message["target"]) == (answer["message_id"], person)


def test_message_after_a_day_is_outside_the_window(facebook, graph, graph_error):
    person = facebook.write(kind="message", text="Hello", age_seconds=25 * HOUR, **DANA)["author_id"]

    with pytest.raises(graph_error) as refusal:
        send(graph, {"id": person})
    assert (refusal.value.code, refusal.value.result["error"]["error_subcode"]) == (10, 2018278)


def test_human_agent_may_answer_for_a_week(facebook, graph, graph_error):
    late = facebook.write(kind="message", text="Hello", age_seconds=25 * HOUR, **DANA)["author_id"]
    too_late = facebook.write(kind="message", text="Hi", age_seconds=8 * 24 * HOUR, author_name="Eli")["author_id"]
    tag = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}

    assert send(graph, {"id": late}, **tag)["message_id"]
    with pytest.raises(graph_error):
        send(graph, {"id": too_late}, **tag)


@pytest.mark.parametrize(
    "options",
    [
        {"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"},
        {"messaging_type": ""},
        {"text": "x" * 2001},
        {"text": " "},
    ],
)
def test_wrong_message_is_a_bad_parameter(facebook, graph, graph_error, options):
    person = facebook.write(kind="message", text="Hello", **DANA)["author_id"]

    with pytest.raises(graph_error) as refusal:
        send(graph, {"id": person}, **options)
    assert refusal.value.code == 100


def test_stranger_cannot_be_written_to(facebook, graph, graph_error):
    with pytest.raises(graph_error) as refusal:
        send(graph, {"id": "123"})
    assert refusal.value.result["error"]["error_subcode"] == 2018001


def test_comment_is_answered_privately_once(facebook, graph, comment, graph_error):
    send(graph, {"comment_id": comment})

    with pytest.raises(graph_error) as refusal:
        send(graph, {"comment_id": comment})
    assert refusal.value.code == 10900


def test_nested_value_that_was_not_json_is_refused(facebook, graph, graph_error):
    with pytest.raises(graph_error, match="must be JSON"):
        graph.put_object(PAGE, "messages", recipient={"id": "1"}, message={"text": "x"}, messaging_type="RESPONSE")


@pytest.mark.parametrize(
    ("fault", "code", "posted"),
    [
        ("429", 32, 0),
        ("429_reset", 80001, 0),
        ("402", 368, 0),
        ("401", 190, 0),
        ("html_502", None, 0),
        ("commit_then_500", None, 1),
    ],
)
def test_fault_shows_to_the_client_and_in_the_ledger(facebook, graph, comment, graph_error, fault, code, posted):
    facebook.fault("create_comment", fault, seconds=300)

    with pytest.raises(graph_error) as refusal:
        graph.put_object(comment, "comments", message="Sorry.")

    assert (refusal.value.code, len(ours(facebook))) == (code, posted)


@pytest.mark.parametrize(("fault", "posted"), [("commit_then_drop", 1), ("drop_before_commit", 0)])
def test_broken_connection_is_seen_as_such(facebook, graph, comment, fault, posted):
    facebook.fault("create_comment", fault)

    with pytest.raises(requests.ConnectionError):
        graph.put_object(comment, "comments", message="Sorry.")

    assert len(ours(facebook)) == posted


def test_delayed_comment_exists_before_reads_show_it(facebook, graph, comment):
    facebook.fault("create_comment", "delayed_visibility", seconds=60)
    graph.put_object(comment, "comments", message="Sorry.")

    assert len(ours(facebook)) == 1
    assert graph.get_connections(comment, "comments")["data"] == []
