"""What X's refusals mean: the table of the documents and of what was seen live."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from channels_social.transport import Answer
from channels_social.x.answers import REMOVING, TABLE, meaning, pause, says_gone
from enquiries.contract import AccountUnusable, Duplicate, NotSent, Refused, Throttled, Uncertain

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROBLEMS = "https://api.x.com/2/problems/"
NOT_MENTIONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)


def answer(status: int, content: object = "", **headers: str) -> Answer:
    body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return Answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


def problem(detail: str = "", kind: str = "about:blank", title: str = "Forbidden") -> dict[str, str]:
    return {"title": title, "detail": detail, "type": kind}


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (401, problem("Unauthorized"), AccountUnusable),
        (402, problem("credits depleted", PROBLEMS + "credits-depleted"), AccountUnusable),
        (402, {"title": "CreditsDepleted"}, AccountUnusable),
        (403, problem("You are not allowed to create a Tweet with duplicate content."), Duplicate),
        (403, problem(NOT_MENTIONED), Refused),
        (403, {"errors": [{"detail": NOT_MENTIONED}]}, Refused),
        (403, problem("You attempted to reply to a Tweet that is deleted or not visible to you."), Refused),
        (403, problem("Your Tweet text is too long."), Refused),
        (403, problem("x", "https://api.twitter.com/2/problems/unsupported-authentication"), AccountUnusable),
        (403, problem("x", PROBLEMS + "client-forbidden"), AccountUnusable),
        (403, problem("x", PROBLEMS + "oauth1-permissions"), AccountUnusable),
        (403, problem("Your account is suspended and is not permitted"), AccountUnusable),
        (403, problem("something that nobody has seen yet"), Uncertain),
        (404, problem("Not Found"), Refused),
        (400, problem("invalid", PROBLEMS + "invalid-request"), Refused),
        (409, problem("conflict", PROBLEMS + "conflict"), Uncertain),
        (429, problem("Too Many Requests"), Throttled),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, Throttled),
        (429, problem("usage", PROBLEMS + "usage-capped") | {"period": "Daily"}, Throttled),
        (429, problem("usage", PROBLEMS + "usage-capped") | {"period": "Monthly"}, AccountUnusable),
        (500, "<html>", Uncertain),
        (502, "", Uncertain),
        (503, "[]", Uncertain),
        (302, "", Uncertain),
        (418, "teapot", Uncertain),
    ],
)
def test_refusal_of_a_write_means(status, content, error):
    assert type(meaning(answer(status, content), writing=True, now=NOW)) is error


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (401, problem("Unauthorized"), AccountUnusable),
        (402, problem("credits depleted"), AccountUnusable),
        (403, problem("You are not authorized to delete this Tweet."), Refused),
        (403, problem("x", PROBLEMS + "not-authorized-for-resource"), Refused),
        (403, problem("x", PROBLEMS + "oauth1-permissions"), AccountUnusable),
        (403, problem("Your account is suspended and is not permitted"), AccountUnusable),
        (403, problem("something that nobody has seen yet"), Uncertain),
        (404, problem("Not Found"), Refused),
        (429, problem("Too Many Requests"), Throttled),
        (500, "<html>", Uncertain),
    ],
)
def test_refusal_of_a_removal_means(status, content, error):
    found = meaning(answer(status, content), writing=True, now=NOW, table=REMOVING)

    assert type(found) is error
    assert "answered" not in getattr(found, "safe_message", "") or error is Uncertain


@pytest.mark.parametrize(
    ("content", "is_gone"),
    [
        (problem("x", PROBLEMS + "resource-not-found"), True),
        ({"errors": [problem("x", "https://api.twitter.com/2/problems/resource-not-found")]}, True),
        ({"data": {"id": "1"}, "errors": [problem("x", PROBLEMS + "resource-not-found")]}, False),
        ({"errors": [problem("x", PROBLEMS + "not-authorized-for-resource")]}, False),
        (problem("Not Found"), False),
        ("<html>", False),
        ({"errors": "many", "type": 5}, False),
    ],
)
def test_gone_is_only_what_x_names_as_not_found(content, is_gone):
    assert says_gone(answer(404, content)) is is_gone


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500, 502, 302])
def test_read_that_fails_is_tried_again(status):
    assert type(meaning(answer(status, problem("x")), writing=False, now=NOW)) is NotSent


@pytest.mark.parametrize("status", [401, 402])
def test_read_that_the_account_may_not_do_halts_it(status):
    assert isinstance(meaning(answer(status, problem("x")), writing=False, now=NOW), AccountUnusable)


def test_every_row_that_halts_or_refuses_says_what_to_do():
    assert not [row.says for row in TABLE if row.error in (AccountUnusable, Refused) and not row.fix]


def test_words_of_the_citizen_and_of_x_stay_out_of_the_error():
    error = meaning(
        answer(403, problem("You may not reply to Dana Doe, have not been mentioned")), writing=True, now=NOW
    )

    assert "Dana" not in f"{error} {error.safe_message} {error.code}"


def test_trace_for_the_support_of_x_is_kept():
    assert meaning(answer(500, x_transaction_id="abc"), writing=True, now=NOW).trace_id == "abc"


def epoch(after: timedelta) -> str:
    return str(int((NOW + after).timestamp()))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, timedelta(seconds=60)),
        ({"x_rate_limit_reset": epoch(timedelta(minutes=9))}, timedelta(minutes=9)),
        ({"x_rate_limit_reset": epoch(timedelta(seconds=3))}, timedelta(seconds=60)),
        ({"x_rate_limit_reset": epoch(timedelta(days=3))}, timedelta(hours=24)),
        ({"x_rate_limit_reset": "soon"}, timedelta(seconds=60)),
        ({"x_rate_limit_reset": "9" * 400}, timedelta(seconds=60)),
        (
            {
                "x_rate_limit_remaining": "80",
                "x_rate_limit_reset": epoch(timedelta(minutes=9)),
                "x_user_limit_24hour_remaining": "0",
                "x_user_limit_24hour_reset": epoch(timedelta(hours=5)),
            },
            timedelta(hours=5),
        ),
        (
            {
                "x_rate_limit_remaining": "0",
                "x_rate_limit_reset": epoch(timedelta(minutes=9)),
                "x_app_limit_24hour_remaining": "900",
                "x_app_limit_24hour_reset": epoch(timedelta(hours=5)),
            },
            timedelta(minutes=9),
        ),
    ],
)
def test_pause_ends_when_the_exhausted_bucket_refills(headers, expected):
    assert pause(answer(429, **headers), now=NOW) == expected
