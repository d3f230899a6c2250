"""Many calls in a platform's name that prove nothing: people are told that its secret was most likely changed."""

from datetime import timedelta

import pytest
from django.test import Client

from audit.ledger import record
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.queries.trouble import troubled_accounts
from enquiries.services.accounts import checkups
from enquiries.services.incoming import forging
from tests.people import NOON, City

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def refused(kind: str, n: int, *, at=NOON) -> None:
    for _ in range(n):
        record(verb="security.webhook_forged", now=at, data={"kind": kind, "method": "POST", "bytes": 9})


def test_burst_has_the_accounts_of_the_platform_checked_at_once_and_told(city: City, bob_reads):
    account = city.accounts["facebook"]
    AccountStanding.objects.create(account=account, due_at=NOON + 60 * MINUTE)
    AccountStanding.objects.create(account=city.accounts["x"], due_at=NOON + 60 * MINUTE)
    refused("facebook", 20, at=NOON - MINUTE)

    assert forging.look_at_accounts(now=NOON) == 1
    checkups.check_now(account.pk, now=NOON)

    assert account in troubled_accounts(ChannelAccount.objects.all(), now=NOON)
    said = bob_reads("/desk/channels/")
    assert "20 calls claimed to come from the platform" in said and "the secret was changed" in said
    assert "20 calls claimed" in bob_reads("/desk/attention/")
    assert forging.look_at_accounts(now=NOON) == 0


@pytest.mark.parametrize(("n", "minutes"), [(19, 1), (40, 11)])
def test_few_calls_and_old_ones_alarm_nobody(n: int, minutes: int, city: City):
    refused("facebook", n, at=NOON - minutes * MINUTE)

    assert forging.bursts(now=NOON) == {}
    assert forging.lines_for("facebook", now=NOON) == ()


def test_line_goes_with_the_burst(city: City):
    account = city.accounts["facebook"]
    refused("facebook", 20)
    for minutes in (1, 60):
        checkups.check_now(account.pk, now=NOON + minutes * MINUTE)

    lines = AccountStanding.objects.get(account=account).checkup["lines"]
    assert forging.LINE not in [line["name"] for line in lines]


@pytest.fixture
def bob_reads(city: City):
    client = Client()
    client.force_login(city.bob)
    return lambda where: client.get(where).content.decode()
