"""The exact figures by which a posting waits and an account stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from enquiries.contract import AccountUnusable, Halt
from enquiries.models import ChannelAccount, Posting, ReplyVersion
from enquiries.rules.workflow import POSTING_MOVES, REPLY_MOVES, IllegalMove, allowed_pairs, target
from enquiries.services.leaving import circuit, deadlines
from tests.people import NOON, City
from tests.proof.told import MINUTE, NOW, SECOND, standing

DAY = timedelta(days=1)


def of(settings: dict[str, Any], *, side: str = "PUBLIC", kind: str = "told") -> Posting:
    account = ChannelAccount(kind=kind, settings=settings)
    return Posting(account=account, version=ReplyVersion(content={"side": side}))


@pytest.mark.parametrize(("settings", "lease"), [({}, 60), ({"lease_seconds": 7}, 7), ({"lease_seconds": "0.5"}, 0.5)])
def test_call_begins_within_the_first_half_of_the_lease(settings: dict[str, Any], lease: float):
    account = ChannelAccount(settings=settings)

    assert deadlines.lease_of(account) == lease * SECOND
    assert deadlines.send_by(account, claimed_at=100.0) == 100.0 + lease / 2


@pytest.mark.parametrize(
    ("one", "settles", "counts", "apart"),
    [
        (of({}), 20, 60, 30),
        (of({}, side="PRIVATE"), 90, 90, 30),
        (of({}, kind="unheard of"), 30, 60, 30),
        (of({}, side="NOBODY'S"), 30, 60, 30),
        (of({"settle_seconds": 5}), 5, 5, 5),
        (of({"settle_seconds": "45"}), 45, 45, 30),
        (of({"settle_seconds": 0}), 0, 0, 0),
        (of({"settle_seconds": "soon"}), 20, 60, 30),
        (of({"settle_seconds": []}), 20, 60, 30),
        (of({"settle_seconds": None}), 20, 60, 30),
    ],
)
def test_look_waits_until_a_post_shows_and_counts_once_it_would(
    telling: None, one: Posting, settles: int, counts: int, apart: int
):
    assert deadlines.settle_time(one) == settles * SECOND
    assert deadlines.absence_counts_from(one, last_try=NOON) == NOON + counts * SECOND
    assert deadlines.apart(one) == apart * SECOND


@pytest.mark.parametrize(
    ("after", "ends"), [(-MINUTE, NOW), (0 * DAY, NOW), (5 * MINUTE, NOW + 5 * MINUTE), (2 * DAY, NOW + DAY)]
)
def test_rest_of_an_account_is_a_day_at_most(after: timedelta, ends: object):
    assert circuit.soon(NOW, after) == ends


@pytest.fixture
def accounts(place: City) -> tuple[ChannelAccount, ChannelAccount]:
    """Two accounts, with four and three doubts in a row."""
    ChannelAccount.objects.update(uncertain_in_row=3)
    ChannelAccount.objects.filter(kind="told").update(uncertain_in_row=4)
    return place.accounts["told"], place.accounts["x"]


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after"), [(None, NOW), (NOW - SECOND, NOW), (NOW, NOW), (NOW + DAY, NOW + DAY)])
def test_account_rests_until_the_latest_moment_it_was_told(
    accounts: tuple[ChannelAccount, ChannelAccount], before: object, after: object
):
    one, other = accounts
    ChannelAccount.objects.filter(pk=one.pk).update(paused_until=before)

    circuit.pause(one.pk, until=NOW)

    assert (standing(one)[1], standing(other)[1]) == (after, None)


@pytest.mark.django_db
@pytest.mark.parametrize("doubts", [1, 4])
def test_clear_word_ends_the_row_of_doubts(accounts: tuple[ChannelAccount, ChannelAccount], doubts: int):
    one, other = accounts
    ChannelAccount.objects.filter(pk=one.pk).update(uncertain_in_row=doubts)

    circuit.spoke_clearly(one.pk)

    assert (standing(one)[0], standing(other)[0]) == (0, 3)


@pytest.mark.django_db
def test_clear_word_writes_nothing_where_there_was_no_doubt(accounts: tuple[ChannelAccount, ChannelAccount]):
    one, _ = accounts
    ChannelAccount.objects.filter(pk=one.pk).update(uncertain_in_row=0)
    before = where_it_lies(one)

    circuit.spoke_clearly(one.pk)

    assert where_it_lies(one) == before


def where_it_lies(account: ChannelAccount) -> object:
    """Name the place of a row on its page: each write gives it another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid FROM enquiries_channelaccount WHERE id = %s", [account.pk])
        return cursor.fetchone()


def halts() -> list[tuple[Any, ...]]:
    return list(
        Event.objects.filter(verb="account.halted").values_list("at", "subject", "organisation_id", "data", "actor_id")
    )


@pytest.mark.django_db
def test_fifth_doubt_in_a_row_halts_the_account(accounts: tuple[ChannelAccount, ChannelAccount], place: City):
    one, other = accounts

    circuit.left_in_doubt(one.pk, now=NOW)
    circuit.left_in_doubt(other.pk, now=NOW)

    doubts, paused, kind, reason, at = standing(one)
    assert (doubts, paused, kind, at) == (0, None, "UNCERTAIN", NOW)
    assert reason.startswith("Of 5 replies in a row")
    assert standing(other) == (4, None, "", "", None)
    told = {"kind": "UNCERTAIN", "code": ""}
    assert halts() == [(NOW, f"account:{one.pk}", place.organisation.pk, told, None)]


@pytest.mark.django_db
def test_account_that_cannot_be_used_is_halted_once(accounts: tuple[ChannelAccount, ChannelAccount], place: City):
    one, other = accounts
    error = AccountUnusable("m" * 200, fix="f" * 200, kind=Halt.BILLING, code="c" * 61)

    seen = [circuit.halt_unusable(one.pk, error, now=moment) for moment in (NOW, NOW + DAY)]

    assert seen == [True, False]
    assert standing(one) == (0, None, "BILLING", f"{'m' * 200} {'f' * 99}", NOW)
    assert standing(other) == (3, None, "", "", None)
    told = {"kind": "BILLING", "code": "c" * 60}
    assert halts() == [(NOW, f"account:{one.pk}", place.organisation.pk, told, None)]


@pytest.mark.django_db
def test_halt_without_a_reason_names_its_kind(accounts: tuple[ChannelAccount, ChannelAccount]):
    one, _ = accounts

    assert circuit.halt(one.pk, reason="", kind=Halt.BLOCKED, now=NOW)

    assert standing(one)[2:4] == ("BLOCKED", "BLOCKED")
    assert halts()[0][3] == {"kind": "BLOCKED", "code": ""}


def test_move_says_where_it_leads_and_why_not():
    assert target(POSTING_MOVES, "posted", "UNKNOWN") == "POSTED"
    with pytest.raises(IllegalMove, match=r"^approve is not possible from DRAFT$"):
        target(REPLY_MOVES, "approve", "DRAFT")


def test_pairs_of_a_table_are_those_of_all_its_moves():
    moves = {"fail": REPLY_MOVES["fail"], "edit": REPLY_MOVES["edit"]}

    assert allowed_pairs(moves) == {("APPROVED", "FAILED"), ("SUBMITTED", "DRAFT"), ("RETURNED", "DRAFT")}
