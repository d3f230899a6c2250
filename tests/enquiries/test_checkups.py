"""Accounts are looked at every day: what is wrong is told, and a subscription that was dropped is put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import ClassVar

import pytest

from audit.models import Event
from enquiries import registry
from enquiries.contract import Account, ChannelError, Checked, Checkup, NotSent, Verdict
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.queries.trouble import troubled_accounts
from enquiries.services.accounts import checkups
from tests.enquiries.test_intake import Telegraph
from tests.people import NOON, City

pytestmark = pytest.mark.django_db
FINE = Checked(name="token", verdict=Verdict.GOOD, says="The token works.")
DEAD = Checked(name="token", verdict=Verdict.BAD, says="The token is dead.", fix="Make a new one.")


class Examined(Telegraph):
    """An account that finds out of itself what the test says."""

    finds: ClassVar[Checkup | ChannelError] = Checkup(lines=(FINE,))
    mends: ClassVar[int] = 0
    refuses: ClassVar[ChannelError | None] = None

    def check(self, account: Account) -> Checkup:
        if isinstance(self.finds, ChannelError):
            raise self.finds
        return self.finds

    def mend(self, account: Account) -> Sequence[str]:
        if Examined.refuses:
            raise Examined.refuses
        Examined.mends += 1
        return ["Subscribed again to comments."]


@pytest.fixture
def account(settings, city: City) -> Iterator[ChannelAccount]:
    settings.CHANNELS = settings.CHANNELS | {"email": "tests.enquiries.test_checkups.Examined"}
    registry.channel.cache_clear()
    Examined.finds, Examined.mends, Examined.refuses = Checkup(lines=(FINE,)), 0, None
    ChannelAccount.objects.exclude(kind="email").update(is_active=False)
    yield city.accounts["email"]
    registry.channel.cache_clear()


def sweep(hours: float = 0) -> AccountStanding:
    checkups.check_due(now=NOON + timedelta(hours=hours), worker="w")
    return AccountStanding.objects.get()


def is_told(account: ChannelAccount) -> bool:
    return account in troubled_accounts(ChannelAccount.objects.filter(is_active=True), now=NOON)


def test_account_in_order_is_looked_at_a_day_later(account: ChannelAccount):
    standing = sweep()

    assert standing.checkup["lines"] == [{"name": "token", "verdict": "GOOD", "says": "The token works.", "fix": ""}]
    assert (standing.checked_at, standing.due_at) == (NOON, NOON + timedelta(days=1))
    assert not is_told(account)


def test_what_is_bad_is_told_written_down_once_and_looked_at_soon(account: ChannelAccount):
    Examined.finds = Checkup(lines=(FINE, DEAD))

    sweep()
    standing = sweep(hours=1)

    assert is_told(account)
    assert standing.due_at == NOON + timedelta(hours=2)
    assert Event.objects.get(verb="account.not_in_order").data == {"bad": ["token"]}


def test_account_that_is_mended_is_taken_back_from_the_list(account: ChannelAccount):
    Examined.finds = Checkup(lines=(DEAD,))
    sweep()
    Examined.finds = Checkup(lines=(FINE,))

    sweep(hours=2)

    assert not is_told(account)
    assert Event.objects.filter(verb="account.in_order").count() == 1


def test_subscription_that_was_dropped_is_put_back(account: ChannelAccount):
    Examined.finds = Checkup(lines=(FINE,), subscribed=False)

    standing = sweep()

    assert Examined.mends == 1
    assert standing.subscribed_at == NOON
    assert standing.checkup["lines"][-1]["says"] == "Subscribed again to comments."


def test_subscription_that_cannot_be_put_back_is_told_beside_the_rest(account: ChannelAccount):
    Examined.finds = Checkup(lines=(FINE,), subscribed=False)
    Examined.refuses = NotSent("Facebook did not answer.")

    standing = sweep()

    assert [line["name"] for line in standing.checkup["lines"]] == ["token", "mended"]
    assert standing.subscribed_at is None
    assert is_told(account)


def test_platform_that_does_not_answer_is_a_line_and_no_error(account: ChannelAccount):
    Examined.finds = NotSent("No connection.")

    assert sweep().checkup["lines"][0]["says"] == "No connection."


def test_secrets_that_no_key_opens_are_a_line_and_no_error(account: ChannelAccount):
    ChannelAccount.objects.filter(pk=account.pk).update(sealed_secrets=b"not sealed by any key of ours")

    assert sweep().checkup["lines"][0]["name"] == "secrets"
    assert is_told(account)


def test_end_of_the_token_is_kept(account: ChannelAccount):
    Examined.finds = Checkup(lines=(FINE,), token_expires_at=NOON + timedelta(days=60))

    assert sweep().token_expires_at == NOON + timedelta(days=60)


def test_token_that_has_run_out_is_told(account: ChannelAccount):
    Examined.finds = Checkup(lines=(FINE,), token_expires_at=NOON - timedelta(minutes=1))

    sweep()

    assert is_told(account)
