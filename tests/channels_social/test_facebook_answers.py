"""What the Graph API's codes mean."""

import json
from datetime import timedelta

import pytest

from channels_social.facebook.answers import TABLE, meaning, pause, percent_used
from channels_social.transport import Answer
from enquiries.contract import AccountUnusable, Duplicate, NotSent, Refused, Throttled, Uncertain


def answer(code: object = None, subcode: object = None, *, status: int = 400, usage: object = None, **more) -> Answer:
    error = {"message": "Dana's words", "code": code, "error_subcode": subcode, "fbtrace_id": "AbC", **more}
    headers = {"x-business-use-case-usage": json.dumps(usage)} if usage is not None else {}
    return Answer(status=status, headers=headers, body=json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("code", "subcode", "error"),
    [
        (1, None, Uncertain),
        (1, 1357046, Uncertain),
        (2, None, Uncertain),
        (-1, None, Uncertain),
        (-2, None, Uncertain),
        (3, None, AccountUnusable),
        (4, None, Throttled),
        (17, None, Throttled),
        (32, None, Throttled),
        (341, None, Throttled),
        (613, None, Throttled),
        (80001, None, Throttled),
        (80006, None, Throttled),
        (10, None, AccountUnusable),
        (10, 2018278, Refused),
        (10, 2018065, Refused),
        (10, 2018108, Refused),
        (10, 1893063, AccountUnusable),
        (100, None, Refused),
        (100, 33, Refused),
        (100, 2018001, Refused),
        (102, None, AccountUnusable),
        (190, None, AccountUnusable),
        (190, 463, AccountUnusable),
        (200, None, AccountUnusable),
        (299, 5, AccountUnusable),
        (300, None, Uncertain),
        (368, None, AccountUnusable),
        (506, None, Duplicate),
        (551, 1545041, Refused),
        (1705, None, Refused),
        (1609005, None, Refused),
        (10900, None, Duplicate),
        (10903, None, Refused),
        ("190", None, AccountUnusable),
        (None, None, Uncertain),
        (99999999, None, Uncertain),
    ],
)
def test_code_of_a_write_means(code, subcode, error):
    assert type(meaning(answer(code, subcode), writing=True)) is error


@pytest.mark.parametrize("code", [1, 100, 506, 551, 1705, None, 77])
def test_read_that_fails_is_tried_again(code):
    assert type(meaning(answer(code), writing=False)) is NotSent


@pytest.mark.parametrize("code", [190, 200, 368])
def test_read_that_the_page_may_not_do_halts_it(code):
    assert isinstance(meaning(answer(code), writing=False), AccountUnusable)


def test_transient_error_proves_nothing_whatever_its_code():
    assert type(meaning(answer(100, is_transient=True), writing=True)) is Uncertain


def test_transient_throttle_is_still_a_throttle():
    assert type(meaning(answer(4, is_transient=True), writing=True)) is Throttled


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error":3}'])
def test_page_of_a_load_balancer_proves_nothing(body):
    assert type(meaning(Answer(status=502, headers={}, body=body), writing=True)) is Uncertain


def test_every_row_that_halts_or_refuses_says_what_to_do():
    assert not [code for code, row in TABLE.items() if row.error in (AccountUnusable, Refused) and not row.fix]


def test_error_names_code_and_trace_and_no_words_of_facebook():
    error = meaning(answer(10, 2018278), writing=True)

    assert (error.code, error.trace_id) == ("10/2018278", "AbC")
    assert "Dana" not in str(error)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (None, timedelta(minutes=15)),
        ({"2000000001": [{"type": "pages", "estimated_time_to_regain_access": 28}]}, timedelta(minutes=28)),
        ({"2000000001": [{"estimated_time_to_regain_access": 0}]}, timedelta(minutes=15)),
        ({"2000000001": [{"estimated_time_to_regain_access": 10**6}]}, timedelta(hours=24)),
        ([1, "x"], timedelta(minutes=15)),
        ({"2000000001": "soon"}, timedelta(minutes=15)),
    ],
)
def test_pause_is_what_facebook_estimates(usage, expected):
    assert pause(answer(4, usage=usage)) == expected


def test_fullest_quota_is_told():
    usage = {"1": [{"call_count": 12, "total_time": 81, "total_cputime": 3}]}

    assert percent_used(answer(usage=usage)) == 81
