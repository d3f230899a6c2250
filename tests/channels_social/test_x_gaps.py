"""More mentions than X shows: what lies between is fetched by search, or said aloud, and never passed over in silence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_social.x import gaps
from channels_social.x.adapter import XChannel
from channels_social.x.mapping import floor_id
from channels_social.x.picking import look
from enquiries.contract import Polled
from tests.channels_social.accounts import x_account
from tests.sims import Simulator

CHANNEL = XChannel()


def crowd(x: Simulator, count: int, *, age_seconds: int = 600) -> list[str]:
    """Let many people write, one after the other; returns their numbers."""
    posts = [
        {
            "author_handle": f"citizen{number % 40}",
            "text": f"@northwell light {number} is out",
            "age_seconds": age_seconds + (count - number) / 10,
            "push": "no",
        }
        for number in range(count)
    ]
    return [each["id"] for each in x.act("write", posts)]


def poll(x: Simulator, cursor: dict[str, Any], **settings: object) -> Polled:
    return CHANNEL.poll(x_account(x.url, leave_direct_messages=True, **settings), cursor)


def numbers(polled: Polled) -> set[str]:
    return {each.external_id for each in polled.incoming}


def mark_before(seconds: int) -> dict[str, Any]:
    return {"since_id": str(floor_id(datetime.now(UTC) - timedelta(seconds=seconds)))}


def test_posts_beyond_those_that_x_shows_are_fetched_by_search(x: Simulator):
    written = crowd(x, 950)

    polled = poll(x, mark_before(3600))

    assert numbers(polled) == set(written)
    assert polled.warning == ""
    assert "gaps" not in polled.cursor


def test_gap_that_search_cannot_fill_stays_in_the_mark_and_is_told(x: Simulator):
    crowd(x, 850)
    x.fault("search", "html_502", times=9)

    polled = poll(x, mark_before(3600))

    assert len(numbers(polled)) == 800
    assert polled.cursor["gaps"]
    assert "latest 800 mentions" in polled.warning
    assert "The last try failed" in polled.warning


def test_gap_is_filled_by_a_later_look(x: Simulator):
    written = crowd(x, 850)
    x.fault("search", "html_502", times=2)
    first = poll(x, mark_before(3600))

    second = poll(x, dict(first.cursor))

    assert numbers(first) | numbers(second) == set(written)
    assert "gaps" not in second.cursor
    assert second.warning == ""


def test_first_look_does_not_lose_what_lies_beyond_either(x: Simulator):
    written = crowd(x, 850)

    assert numbers(poll(x, {})) == set(written)


def test_gap_wider_than_one_look_is_fetched_in_several(x: Simulator):
    written = crowd(x, 2000)

    first = poll(x, mark_before(3600))
    second = poll(x, dict(first.cursor))

    assert first.more
    assert numbers(first) | numbers(second) == set(written)
    assert "gaps" not in second.cursor


def test_what_search_does_not_reach_is_told_for_days(x: Simulator):
    account = x_account(x.url, leave_direct_messages=True)
    now = datetime.now(UTC)
    old = gaps.Gap(after=floor_id(now - timedelta(days=9)), before=floor_id(now - timedelta(days=8)))
    cursor = gaps.mark_of(gaps.Filling(open=[old]))

    first = look(account, cursor, watch=(), now=now)
    later = look(account, dict(first.cursor), watch=(), now=now + timedelta(days=2))
    much_later = look(account, dict(later.cursor), watch=(), now=now + timedelta(days=8))

    assert "Look for them on x.com" in first.warning
    assert later.warning == first.warning
    assert much_later.warning == ""


def test_gap_too_young_for_search_waits(x: Simulator):
    crowd(x, 820, age_seconds=1)

    polled = poll(x, mark_before(3600))

    assert polled.cursor["gaps"]
    assert not polled.more


def test_account_without_a_handle_keeps_its_gap(x: Simulator):
    crowd(x, 820)
    account = x_account(x.url, leave_direct_messages=True)
    nameless = type(account)(**{**vars(account), "handle": ""})

    polled = CHANNEL.poll(nameless, mark_before(3600))

    assert polled.cursor["gaps"]
    assert "no handle" in polled.warning


@pytest.mark.parametrize(
    "cursor", [{"gaps": "x", "lost": [1]}, {"gaps": [{"after": "a"}]}, {"since_id": [], "around": 3}]
)
def test_mark_that_nobody_wrote_like_this_does_no_harm(x: Simulator, cursor: dict[str, Any]):
    assert poll(x, cursor).warning == ""


def test_token_that_comes_back_does_not_lead_round_for_ever(x: Simulator, monkeypatch: pytest.MonkeyPatch):
    from channels_social.x.client import XClient

    client = XClient(x_account(x.url))
    page = {"data": [{"id": "5"}], "meta": {"next_token": "same"}}
    monkeypatch.setattr(client.wire, "ask", lambda *_args: page)

    assert len(list(client.mentions())) == 2
