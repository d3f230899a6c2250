"""What the Graph API's codes mean."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from channels_social.facebook.answers import TABLE, meaning
from channels_social.facebook.quota import buckets, pause, percent_used, rest
from channels_social.transport import Answer
from enquiries.contract import AccountUnusable, Duplicate, Halt, NotSent, Refused, Throttled, Uncertain, Usage


def answer(code: object = None, subcode: object = None, *, status: int = 400, usage: object = None, **more) -> Answer:
    error = {"message": "Dana's words", "code": code, "error_subcode": subcode, "fbtrace_id": "AbC"} | more
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


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (3, None, Halt.CONFIG),
        (10, None, Halt.CONFIG),
        (10, 1893063, Halt.BLOCKED),
        (102, None, Halt.AUTH),
        (104, None, Halt.AUTH),
        (190, None, Halt.AUTH),
        (190, 999, Halt.AUTH),
        (200, None, Halt.CONFIG),
        (230, 5, Halt.CONFIG),
        (368, None, Halt.BLOCKED),
        (2635, None, Halt.CONFIG),
    ],
)
def test_halt_says_what_kind_it_is(code, subcode, kind):
    error = meaning(answer(code, subcode), writing=False)

    assert isinstance(error, AccountUnusable)
    assert error.kind is kind


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_dead_token_is_told_with_why(subcode):
    error = meaning(answer(190, subcode), writing=True)

    assert isinstance(error, AccountUnusable)
    assert str(error) not in (TABLE["190"].says, "")
    assert error.fix


@pytest.mark.parametrize("code", [3, 10, 200, 230, 283])
def test_missing_permission_is_named_and_nothing_else_of_the_sentence(code):
    said = f"(#{code}) Requires pages_manage_engagement permission to write to Dana"

    error = meaning(answer(code, message=said), writing=True)

    assert "pages_manage_engagement" in str(error)
    assert "Dana" not in str(error)


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_allowances_are_told_apart_in_percent():
    usage = {"1": [{"type": "pages", "call_count": 82}, {"type": "messenger", "call_count": 3, "total_time": 9}]}
    told = answer(usage=usage)

    found = {bucket.name: bucket.remaining for bucket in buckets(told, now=NOW)}

    assert found == {"pages": 18, "messenger": 91}


@pytest.mark.parametrize(
    ("used", "minutes", "expected"), [(74, 0, None), (75, 0, timedelta(minutes=15)), (100, 40, timedelta(minutes=40))]
)
def test_page_is_left_alone_from_three_quarters_on(used, minutes, expected):
    usage = {"1": [{"type": "pages", "call_count": used, "estimated_time_to_regain_access": minutes}]}
    told = Usage(buckets=tuple(buckets(answer(usage=usage), now=NOW)))

    assert rest(told, now=NOW) == (NOW + expected if expected else None)
