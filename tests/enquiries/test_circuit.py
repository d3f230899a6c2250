"""Where nobody knows any more what arrives, or the platform forbids it, an account stops; looking goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from audit.models import Event
from enquiries import contract
from enquiries.contract import AccountUnusable
from enquiries.models import ChannelAccount, Posting
from enquiries.queries.trouble import troubled_accounts
from enquiries.services.leaving import circuit, posting
from tests.enquiries.test_posting import SECRETS, ours, queued
from tests.people import City, make_city
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def platform() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(platform: Simulator) -> Simulator:
    platform.reset()
    return platform


@pytest.fixture
def town(x: Simulator) -> City:
    city = make_city()
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0}
    account.keep_secrets(SECRETS)
    account.save(update_fields=["settings", "sealed_secrets"])
    return city


def several(town: City, x: Simulator, count: int) -> list[Posting]:
    return [queued(town, x, text=f"Answer {n}.") for n in range(count)]


def account_of(town: City) -> ChannelAccount:
    return ChannelAccount.objects.get(pk=town.accounts["x"].pk)


def test_five_in_a_row_that_nobody_knows_of_halt_the_account(town: City, x: Simulator):
    several(town, x, 7)
    x.fault("create_post", "commit_then_drop", times=99)

    posting.deliver_due(worker="w")

    account = account_of(town)
    assert (account.halted_kind, x.calls("create_post")) == ("UNCERTAIN", 5)
    assert account.halted_at is not None
    assert list(troubled_accounts(ChannelAccount.objects.all(), now=database_now())) == [account]
    assert Event.objects.filter(verb="account.halted").count() == 1


def test_clear_answer_between_them_starts_the_count_anew(town: City, x: Simulator):
    several(town, x, 9)
    for _ in range(2):
        x.fault("create_post", "commit_then_drop", times=4)
        x.fault("create_post", "slow_first_byte", seconds=0.01)

    posting.deliver_due(worker="w")

    assert account_of(town).halted_reason == ""


def test_what_is_in_doubt_is_looked_for_while_sending_stands_still(town: City, x: Simulator):
    several(town, x, 6)
    x.fault("create_post", "commit_then_drop", times=5)
    posting.deliver_due(worker="w")

    for _ in range(2):
        Posting.objects.filter(state="UNKNOWN").update(due_at=Now())
        posting.deliver_due(worker="w")

    assert Posting.objects.filter(state="POSTED").count() == 5
    assert Posting.objects.filter(state="QUEUED").count() == 1
    assert len(ours(x)) == 5


def test_account_that_is_let_go_on_has_five_tries_again(town: City, x: Simulator):
    several(town, x, 7)
    x.fault("create_post", "commit_then_drop", times=6)
    posting.deliver_due(worker="w")

    ChannelAccount.objects.update(halted_reason="")
    posting.deliver_due(worker="w")

    assert account_of(town).halted_reason == ""
    assert Posting.objects.filter(state="POSTED").exists()


def test_worker_that_died_is_no_doubt_about_the_account(town: City, x: Simulator):
    for one in several(town, x, 6):
        Posting.objects.filter(pk=one.pk).update(
            state="SENDING", lease_owner="gone", lease_until=Now() - timedelta(minutes=1), attempts=1
        )

    posting.give_up_lost_leases(now=database_now())

    assert (account_of(town).uncertain_in_row, account_of(town).halted_reason) == (0, "")


def test_halt_says_of_what_kind_it_is(town: City):
    error = AccountUnusable("The token is dead.", fix="Sign in again.", kind=contract.Halt.AUTH, code="401")

    halted = [circuit.halt_unusable(town.accounts["x"].pk, error, now=database_now()) for _ in range(2)]

    account = account_of(town)
    assert halted == [True, False]
    assert (account.halted_kind, account.halted_reason) == ("AUTH", "The token is dead. Sign in again.")
    assert Event.objects.get(verb="account.halted").data == {"kind": "AUTH", "code": "401"}


def test_longer_rest_is_not_cut_short_by_a_shorter_one(town: City):
    account, now = town.accounts["x"], database_now()
    circuit.pause(account.pk, until=now + timedelta(hours=1))

    circuit.pause(account.pk, until=now + timedelta(minutes=1))

    assert account_of(town).paused_until == now + timedelta(hours=1)
