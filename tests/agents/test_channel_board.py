"""The board of the channels: what is wrong with an account is said in a sentence, with what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.channels.board import Line, board
from enquiries.models import AccountStanding, AccountUse, ChannelAccount, Freeze, PickUp
from tests.agents.conftest import SignedIn
from tests.agents.scenes import unknown
from tests.people import NOON, City, approved, arrive

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def line_of(city: City, kind: str = "x", *, now: datetime = NOON) -> Line:
    return next(one for one in board(ChannelAccount.objects.all(), now=now) if one.account.kind == kind)


def stands(city: City, kind: str = "x", **fields: Any) -> None:
    AccountStanding.objects.update_or_create(account=city.accounts[kind], defaults={"due_at": NOON, **fields})


def bucket(remaining: int, resets_at: datetime | None = NOON + HOUR) -> list[dict[str, Any]]:
    again = resets_at.isoformat() if resets_at else None
    return [{"name": "posts", "limit": 100, "remaining": remaining, "resets_at": again}]


def test_account_without_any_news_is_in_order(city: City):
    assert (line_of(city).tone, line_of(city).concerns) == ("good", [])


ACCOUNT = [
    (
        {"halted_reason": "Code 89.", "halted_kind": "AUTH", "halted_at": NOON - HOUR},
        "halted",
        "bad",
        "Make a new token",
    ),
    ({"halted_reason": "No credits.", "halted_kind": "BILLING"}, "halted", "bad", "Pay or raise the limit"),
    ({"halted_reason": "Locked.", "halted_kind": "BLOCKED"}, "halted", "bad", "appeal there"),
    ({"halted_reason": "Five.", "halted_kind": "UNCERTAIN"}, "halted", "bad", "whether its last replies are there"),
    ({"halted_reason": "By hand."}, "halted", "bad", "let sending go on in its settings"),
    ({"paused_until": NOON + HOUR}, "resting", "warn", ""),
    ({"uncertain_in_row": 3}, "doubts", "warn", "disturbance"),
    ({"is_active": False}, "out_of_use", "info", ""),
]


@pytest.mark.parametrize(("fields", "name", "tone", "todo"), ACCOUNT)
def test_account_that_does_not_send_says_why_and_what_to_do(
    fields: dict[str, Any], name: str, tone: str, todo: str, city: City
):
    ChannelAccount.objects.filter(pk=city.accounts["x"].pk).update(**fields)

    (found,) = line_of(city).concerns

    assert (found.name, found.tone) == (name, tone)
    assert todo in found.todo and str(fields.get("halted_reason", "")) in found.says


CHECKED = {"checkup": {"lines": [{"name": "scopes", "verdict": "BAD", "says": "No right.", "fix": "Ask."}]}}
STANDING = [
    ({"token_expires_at": NOON + 3 * DAY}, "token", "warn", "runs out in 3 days"),
    ({"token_expires_at": NOON - DAY}, "token", "bad", "has run out"),
    ({"webhook_missed": 4}, "missed", "warn", "4 messages were not pushed"),
    ({"silent_since": NOON - 5 * HOUR}, "silent", "warn", "Nothing has come for 5 h"),
    ({"lag_seconds": 3600.0}, "slow", "warn", "arrives after 1 h"),
    ({"quota": bucket(15)}, "allowance_posts", "warn", "15 % is left: 15 of 100"),
    ({"quota": bucket(0)}, "allowance_posts", "bad", "full again in 1 h"),
    (CHECKED, "check_scopes", "bad", "No right."),
]


@pytest.mark.parametrize(("fields", "name", "tone", "says"), STANDING)
def test_what_sweeps_have_seen_is_said(fields: dict[str, Any], name: str, tone: str, says: str, city: City):
    stands(city, **fields)

    (found,) = line_of(city).concerns

    assert (found.name, found.tone) == (name, tone)
    assert says in found.says


FINE = [
    {"token_expires_at": NOON + 60 * DAY},
    {"lag_seconds": 20.0},
    {"quota": bucket(90)},
    {"quota": bucket(0, NOON - HOUR)},
    {"checkup": {"lines": [{"name": "token", "verdict": "GOOD", "says": "Fine.", "fix": ""}]}},
]


@pytest.mark.parametrize("fields", FINE)
def test_what_is_as_it_should_be_is_no_concern(fields: dict[str, Any], city: City):
    stands(city, **fields)

    assert line_of(city).tone == "good"


PICK_UP = [
    ({"attempts": 1, "last_error": "Timed out."}, "fetching", "warn"),
    ({"attempts": 3, "last_error": "Timed out."}, "fetching", "bad"),
    ({"warning": "Older mentions could not be fetched."}, "gap", "warn"),
    ({"succeeded_at": NOON - HOUR}, "late", "bad"),
]


@pytest.mark.parametrize(("fields", "name", "tone"), PICK_UP)
def test_fetching_that_fails_is_said(fields: dict[str, Any], name: str, tone: str, city: City):
    PickUp.objects.create(account=city.accounts["x"], due_at=NOON, **fields)

    (found,) = line_of(city).concerns

    assert (found.name, found.tone) == (name, tone)


def test_replies_of_unknown_fate_are_counted_with_the_age_of_the_oldest(city: City):
    unknown(city)

    (found,) = line_of(city, now=NOON + HOUR).concerns

    assert (found.name, found.tone) == ("unsure", "bad")
    assert "For 1 h nobody has known of 1 reply" in found.says


def test_secrets_that_no_key_opens_are_said(city: City, settings):
    account = city.accounts["x"]
    account.keep_secrets({"bearer_token": "t"})
    account.save()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    assert [one.name for one in line_of(city).concerns] == ["secrets"]


def test_account_that_a_person_stopped_says_who_and_why(city: City):
    Freeze.objects.create(
        organisation=city.organisation,
        scope="ACCOUNT",
        account=city.accounts["x"],
        reason="Wrong words.",
        frozen_by=city.bob,
        frozen_at=NOON - HOUR,
        expires_at=NOON + HOUR,
    )

    assert line_of(city).concerns[0].says == "Bob stopped it: “Wrong words.”"


def test_account_out_of_use_with_replies_waiting_is_bad(city: City):
    approved(city, arrive(city, "x"))
    ChannelAccount.objects.filter(kind="x").update(is_active=False)

    assert line_of(city, now=NOON + HOUR).tone == "bad"


def test_page_shows_figures_and_the_worst_account_first(city: City, bob: Client):
    now = timezone.now()
    ChannelAccount.objects.filter(kind="email").update(halted_reason="The password is wrong.", halted_kind="AUTH")
    stands(city, "x", last_in_at=now, last_out_at=now, quota=bucket(80), token_expires_at=now + 90 * DAY)
    AccountUse.objects.create(account=city.accounts["x"], day=now.date(), what="posts", calls=7, micros=1_250_000)

    page = bob.get("/desk/channels/").content.decode()

    order = [page.index(f'data-account="{city.accounts[kind].pk}"') for kind in ("email", "x")]
    assert order == sorted(order)
    assert "80 of 100 left (80 %)" in page and "7 calls" in page and "about $1.25" in page
    assert "The password is wrong." in page and "1 account needs somebody." in page


def test_only_administrators_are_led_to_the_settings(city: City, bob: Client, signed_in: SignedIn):
    link = f"/admin/enquiries/channelaccount/{city.accounts['x'].pk}/change/"

    assert link not in bob.get("/desk/channels/").content.decode()
    assert link in signed_in(city.admin).get("/desk/channels/").content.decode()


def test_board_costs_the_same_for_one_and_for_many_accounts(city: City, bob: Client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            bob.get("/desk/channels/")
        return len(queries)

    cost()
    before = cost()
    for number in range(5):
        ChannelAccount.objects.create(
            organisation=city.organisation, team=city.waste, kind="x", name="More", external_id=f"more-{number}"
        )

    assert cost() == before <= 20
