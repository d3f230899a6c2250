"""Picking up: what a platform tells about time is not believed blindly, and no account fails in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from enquiries import registry
from enquiries.contract import Account, Incoming, Polled
from enquiries.models import ChannelAccount, Message, Payload, PickUp
from enquiries.queries.trouble import troubled_accounts
from enquiries.services import intake, pickup
from tests.enquiries.test_intake import Telegraph
from tests.people import NOON, City

pytestmark = pytest.mark.django_db


class Deadly(Telegraph):
    """A mailbox over which the worker dies: as hard as a test can let it."""

    def poll(self, account: Account, cursor: Mapping[str, Any]) -> Polled:
        raise SystemExit


class Tomorrow(Telegraph):
    """A mailbox whose clock is a year ahead."""

    def poll(self, account: Account, cursor: Mapping[str, Any]) -> Polled:
        received_at = NOON + timedelta(days=365)
        return Polled(incoming=(Incoming(external_id="1", raw=b"m:one", received_at=received_at),), cursor={"uid": 1})

    def settle(self, account: Account, polled: Polled) -> None:
        pass


@pytest.fixture
def speaks(settings) -> Iterator[Callable[[str], None]]:
    """Let one of the classes above speak for the mailbox."""

    def put(name: str) -> None:
        settings.CHANNELS = settings.CHANNELS | {"email": f"tests.enquiries.test_pickup.{name}"}
        registry.channel.cache_clear()

    yield put
    registry.channel.cache_clear()


@pytest.fixture
def tomorrow(speaks: Callable[[str], None]) -> None:
    speaks("Tomorrow")


def test_mail_from_a_server_whose_clock_is_ahead_is_read_at_once(city: City, tomorrow: None):
    ChannelAccount.objects.exclude(kind="email").update(is_active=False)

    pickup.pick_up_due(now=NOON, worker="w")
    intake.read_due_payloads(now=NOON, worker="w")

    assert Payload.objects.get().state == "READ"
    assert Message.objects.get().enquiry.clocks.get().started_at == NOON


def test_account_whose_secrets_cannot_be_opened_is_told_and_holds_up_no_other(city: City, tomorrow: None):
    ChannelAccount.objects.filter(kind="x").update(sealed_secrets=b"not sealed by any key of ours")
    ChannelAccount.objects.filter(kind="facebook").update(is_active=False)

    for minutes in (0, 20, 40):
        pickup.pick_up_due(now=NOON + timedelta(minutes=minutes), worker="w")

    assert PickUp.objects.get(account=city.accounts["email"]).succeeded_at
    told = troubled_accounts(ChannelAccount.objects.all(), now=NOON + timedelta(minutes=41))
    assert city.accounts["x"] in told


def test_account_over_which_workers_die_is_told(city: City, speaks: Callable[[str], None]):
    speaks("Deadly")
    ChannelAccount.objects.exclude(kind="email").update(is_active=False)

    for minutes in range(0, 30, 6):
        with pytest.raises(SystemExit):
            pickup.pick_up_due(now=NOON + timedelta(minutes=minutes), worker="w")

    told = troubled_accounts(ChannelAccount.objects.all(), now=NOON + timedelta(minutes=30))
    assert city.accounts["email"] in told


def test_look_that_took_long_leaves_the_other_accounts_to_the_next(city: City, tomorrow: None, monkeypatch):
    monkeypatch.setattr(pickup, "LOOK_FOR", 0.0)
    ChannelAccount.objects.filter(kind="facebook").update(is_active=False)

    pickup.pick_up_due(now=NOON, worker="w")

    assert PickUp.objects.filter(due_at__lte=NOON).count() == 1
