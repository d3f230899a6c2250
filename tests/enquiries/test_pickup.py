"""Picking up: what a platform tells about time is not believed blindly, and no account fails in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from audit.models import Event
from enquiries import registry
from enquiries.contract import (
    Account,
    AccountUnusable,
    Bucket,
    ChannelError,
    Halt,
    Incoming,
    NotSent,
    Polled,
    Renewed,
    Spent,
    Throttled,
    Traits,
    Usage,
)
from enquiries.models import (
    AccountStanding,
    AccountUse,
    ChannelAccount,
    Message,
    Payload,
    PayloadPlace,
    PickUp,
)
from enquiries.queries.trouble import troubled_accounts
from enquiries.services.incoming import intake, pickup
from tests.enquiries.test_intake import Telegraph
from tests.people import NOON, City, arrive

pytestmark = pytest.mark.django_db


class Deadly(Telegraph):
    """A mailbox over which the worker dies: as hard as a test can let it."""

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        raise SystemExit


class Tomorrow(Telegraph):
    """A mailbox whose clock is a year ahead."""

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        received_at = NOON + timedelta(days=365)
        return Polled(incoming=(Incoming(external_id="1", raw=b"m:one", received_at=received_at),), cursor={"uid": 1})

    def settle(self, account: Account, polled: Polled) -> None:
        pass


class Scripted(Telegraph):
    """A public account that answers as the test says, one answer for each look, and takes new tokens."""

    traits = Traits(is_public=True)
    answers: ClassVar[list[Polled | ChannelError]] = []
    watched: ClassVar[list[tuple[str, ...]]] = []
    tokens: ClassVar[list[str]] = []

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        self.watched.append(watch)
        self.tokens.append(account.secrets.get("token", ""))
        answer = self.answers.pop(0)
        if isinstance(answer, ChannelError):
            raise answer
        return answer

    def renew(self, account: Account) -> Renewed:
        if account.secrets.get("token") == "worthless":
            raise AccountUnusable("The token is dead.", fix="Sign in again.", kind=Halt.AUTH)
        return Renewed(secrets={"token": "new"}, expires_at=NOON + timedelta(hours=2))

    def settle(self, account: Account, polled: Polled) -> None:
        pass


@pytest.fixture
def speaks(settings) -> Iterator[Callable[[str], None]]:
    """Let one of the classes above speak for the mailbox."""

    def put(name: str) -> None:
        settings.CHANNELS = settings.CHANNELS | {"email": f"tests.enquiries.test_pickup.{name}"}
        registry.channel.cache_clear()

    yield put
    Scripted.answers, Scripted.watched, Scripted.tokens = [], [], []
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


GAP = "More than 800 mentions came between two looks; 40 of them may be missing."


@pytest.fixture
def mailbox(city: City, speaks: Callable[[str], None]) -> ChannelAccount:
    speaks("Scripted")
    ChannelAccount.objects.exclude(kind="email").update(is_active=False)
    account = city.accounts["email"]
    account.keep_secrets({"token": "old"})
    account.save()
    return account


def look(*answers: Polled | ChannelError, minutes: int = 0) -> datetime:
    """Let a turn come in which the platform answers this. Returns its moment."""
    Scripted.answers = list(answers)
    now = NOON + timedelta(minutes=minutes)
    PickUp.objects.update(due_at=now)
    pickup.pick_up_due(now=now, worker="w")
    return now


def told(now: datetime) -> list[ChannelAccount]:
    return list(troubled_accounts(ChannelAccount.objects.filter(is_active=True), now=now))


def polled(**fields: Any) -> Polled:
    return Polled(**({"incoming": (), "cursor": {}} | fields))


def test_gap_is_told_as_long_as_there_is_one_and_written_down(mailbox: ChannelAccount):
    for minutes in (0, 2):
        now = look(polled(warning=GAP, cursor={"since": 5}), minutes=minutes)
    assert told(now) == [mailbox]

    now = look(polled(cursor={"since": 9}), minutes=4)

    assert told(now) == []
    verbs = Event.objects.filter(verb__startswith="pickup.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["pickup.gap", "pickup.gap_closed"]


def test_account_that_cannot_be_read_is_told_at_once(mailbox: ChannelAccount):
    now = look(AccountUnusable("The page is blocked.", fix="Appeal.", kind=Halt.BLOCKED))

    assert told(now) == [mailbox]


@pytest.mark.parametrize("error", [NotSent("No connection."), Throttled("Too often.")])
def test_look_that_failed_once_is_nobodys_trouble(mailbox: ChannelAccount, error: ChannelError):
    now = look(error)

    assert told(now) == []
    assert PickUp.objects.get(account=mailbox).due_at > now


def test_token_that_is_not_taken_any_more_is_renewed_and_the_look_repeated(mailbox: ChannelAccount):
    now = look(
        AccountUnusable("The token has expired.", fix="Sign in.", kind=Halt.AUTH),
        polled(incoming=(Incoming(external_id="1", raw=b"m:one"),)),
    )

    assert Scripted.tokens == ["old", "new"]
    assert Payload.objects.filter(account=mailbox).count() == 1
    assert told(now) == []
    assert AccountStanding.objects.get(account=mailbox).token_expires_at == NOON + timedelta(hours=2)


def test_token_that_cannot_be_renewed_halts_the_account(mailbox: ChannelAccount):
    mailbox.keep_secrets({"token": "worthless"})
    mailbox.save()

    now = look(AccountUnusable("The token has expired.", fix="Sign in.", kind=Halt.AUTH))

    mailbox.refresh_from_db()
    assert mailbox.halted_kind == "AUTH"
    assert told(now) == [mailbox]


def test_use_of_a_look_is_counted_also_when_it_fails(mailbox: ChannelAccount):
    usage = Usage(
        calls=2,
        spent=(Spent(what="reads", units=80, micros=400_000),),
        buckets=(Bucket(name="reads", limit=9, remaining=3),),
    )

    look(polled(usage=usage))
    look(NotSent("Broken off.", usage=usage), minutes=2)

    use = AccountUse.objects.get(account=mailbox, what="reads")
    assert (use.units, use.micros) == (160, 800_000)
    assert AccountStanding.objects.get(account=mailbox).quota[0]["remaining"] == 3


def test_place_of_what_was_picked_up_is_kept(mailbox: ChannelAccount):
    incoming = Incoming(external_id="1", raw=b"m:one", place="INBOX/7/12")

    look(polled(incoming=(incoming,)))
    look(polled(incoming=(incoming,)), minutes=2)

    assert PayloadPlace.objects.get().payload.external_id == "1"


def test_threads_in_which_citizens_wrote_lately_are_watched(mailbox: ChannelAccount, city: City):
    for days, thread, side in (
        (20, "old:dana", "PUBLIC"),
        (2, "one:dana", "PUBLIC"),
        (1, "two:eli", "PUBLIC"),
        (1, "psid:eli", "PRIVATE"),
    ):
        at = NOON - timedelta(days=days)
        arrive(city, "email", thread=thread, side=side, now=at, occurred_at=at)
    arrive(city, "email", thread="one:eli", side="PUBLIC")

    look(polled())

    assert Scripted.watched == [("one", "two")]
