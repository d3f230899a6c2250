"""Tokens are exchanged in time, once, by one process, and whoever was refused waits for the new ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection

from audit.models import Event
from enquiries import registry
from enquiries.contract import Account, AccountUnusable, ChannelError, Halt, NotSent, Renewed
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.services.accounts import credentials
from tests.enquiries.test_intake import Telegraph
from tests.people import NOON, make_city

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


class Rotating(Telegraph):
    """Its refresh token counts once: the second use of one loses the account."""

    used: ClassVar[list[str]] = []
    fails: ClassVar[ChannelError | None] = None

    def renew(self, account: Account) -> Renewed:
        refresh = account.secrets["refresh"]
        if Rotating.fails:
            raise Rotating.fails
        if refresh in self.used:
            raise AccountUnusable("The refresh token was used before.", fix="Sign in again.", kind=Halt.AUTH)
        self.used.append(refresh)
        time.sleep(0.2)
        number = len(self.used)
        secrets = {"refresh": f"refresh-{number}", "access": f"access-{number}"}
        return Renewed(secrets=secrets, expires_at=NOON + timedelta(hours=2))


@pytest.fixture
def account(settings) -> Iterator[ChannelAccount]:
    settings.CHANNELS = settings.CHANNELS | {"email": "tests.enquiries.test_credentials.Rotating"}
    registry.channel.cache_clear()
    Rotating.used, Rotating.fails = [], None
    account = make_city().accounts["email"]
    account.keep_secrets({"refresh": "first", "access": "first", "smtp_password": "kept"})
    account.save()
    AccountStanding.objects.create(account=account, due_at=NOON, token_expires_at=NOON + timedelta(minutes=5))
    yield account
    Rotating.fails = None
    registry.channel.cache_clear()


def secrets_of(account: ChannelAccount) -> dict[str, str]:
    return dict(ChannelAccount.objects.get(pk=account.pk).as_account().secrets)


def test_token_is_renewed_before_it_ends_and_nothing_else_is_touched(account: ChannelAccount):
    assert credentials.renew_due(now=NOON) == 1

    assert secrets_of(account) == {"refresh": "refresh-1", "access": "access-1", "smtp_password": "kept"}
    assert AccountStanding.objects.get().token_expires_at == NOON + timedelta(hours=2)
    assert Event.objects.filter(verb="account.renewed").count() == 1


def test_token_that_lasts_is_left_alone(account: ChannelAccount):
    AccountStanding.objects.update(token_expires_at=NOON + timedelta(hours=1))

    assert credentials.renew_due(now=NOON) == 0
    assert not credentials.renew(account.pk, now=NOON)
    assert Rotating.used == []


def test_eight_who_are_refused_at_once_get_one_new_token(account: ChannelAccount):
    refused, results = account.as_account(), []

    def ask() -> None:
        try:
            results.append(credentials.renew(account.pk, now=NOON, refused=refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Rotating.used == ["first"]
    assert results == [True] * AT_ONCE
    assert secrets_of(account)["access"] == "access-1"


def test_sweeps_at_once_renew_once(account: ChannelAccount):
    def sweep() -> None:
        try:
            credentials.renew_due(now=NOON)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Rotating.used == ["first"]


def test_refused_tokens_that_were_replaced_meanwhile_cost_no_call(account: ChannelAccount):
    refused = account.as_account()
    credentials.renew_due(now=NOON)

    assert credentials.renew(account.pk, now=NOON, refused=refused)
    assert Rotating.used == ["first"]


def test_refresh_token_that_is_worthless_halts_the_account_once(account: ChannelAccount):
    Rotating.used = ["first"]

    assert credentials.renew_due(now=NOON) == 0
    assert credentials.renew_due(now=NOON) == 0

    account.refresh_from_db()
    assert (account.halted_kind, account.halted_at) == ("AUTH", NOON)
    assert Event.objects.filter(verb="account.not_renewed").count() == 1


def test_server_that_cannot_be_reached_is_asked_again(account: ChannelAccount):
    Rotating.fails = NotSent("No connection.")
    assert credentials.renew_due(now=NOON) == 0

    Rotating.fails = None

    assert credentials.renew_due(now=NOON) == 1
    account.refresh_from_db()
    assert account.halted_reason == ""


def test_account_whose_secrets_no_key_opens_holds_up_no_other(account: ChannelAccount):
    other = ChannelAccount.objects.create(
        organisation=account.organisation,
        kind="email",
        name="Closed",
        external_id="closed@example",
        sealed_secrets=b"?",
    )
    AccountStanding.objects.create(account=other, due_at=NOON, token_expires_at=NOON)

    assert credentials.renew_due(now=NOON) == 1
