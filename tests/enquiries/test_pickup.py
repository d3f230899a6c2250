"""Picking up: what a platform tells about time is not believed blindly, and no account fails in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class Tomorrow(Telegraph):
    """A mailbox whose clock is a year ahead."""

    def poll(self, account: Account, cursor: Mapping[str, Any]) -> Polled:
        received_at = NOON + timedelta(days=365)
        return Polled(incoming=(Incoming(external_id="1", raw=b"m:one", received_at=received_at),), cursor={"uid": 1})

    def settle(self, account: Account, polled: Polled) -> None:
        pass


@pytest.fixture
def tomorrow(settings) -> Iterator[None]:
    settings.CHANNELS = settings.CHANNELS | {"email": "tests.enquiries.test_pickup.Tomorrow"}
    registry.channel.cache_clear()
    yield
    registry.channel.cache_clear()


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
