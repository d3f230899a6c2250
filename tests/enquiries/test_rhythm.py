"""An account that is silent unlike itself is noticed, and what webhooks missed is counted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from enquiries.contract import Author, InboundMessage, Side
from enquiries.models import AccountStanding, ChannelAccount, Payload
from enquiries.queries.trouble import troubled_accounts
from enquiries.services.accounts import rhythm
from enquiries.services.incoming import correspondence
from tests.people import NOON, City, arrive

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def watched(city: City, now: datetime, kind: str = "x") -> AccountStanding:
    rhythm.watch(now=now)
    return AccountStanding.objects.get(account=city.accounts[kind])


def busy(city: City, *, days: int, every: timedelta = HOUR, kind: str = "x") -> None:
    """Let a message come every hour, the last one at noon."""
    for number in range(int(timedelta(days=days) / every), -1, -1):
        at = NOON - number * every
        arrive(city, kind, now=at, thread="t", occurred_at=at)


@pytest.mark.parametrize(
    ("a_week", "hours", "is_unlike"),
    [
        (168.0, 5, False),
        (168.0, 7, True),
        (168.0, 24 * 90, True),
        (7.0, 24 * 6, False),
        (7.0, 24 * 7, True),
        (0.0, 24 * 90, False),
    ],
)
def test_silence_is_judged_by_what_a_usual_week_brings(a_week: float, hours: int, is_unlike: bool):
    week = [a_week / rhythm.HOURS] * rhythm.HOURS

    assert rhythm.is_unlike(week, since=NOON, until=NOON + hours * HOUR) is is_unlike


def test_quiet_weekend_of_an_office_is_not_silence():
    week = [3.0 if hour < 24 * 5 and 8 <= hour % 24 < 18 else 0.0 for hour in range(rhythm.HOURS)]
    friday = datetime(2026, 11, 20, 18, tzinfo=NOON.tzinfo)

    assert not rhythm.is_unlike(week, since=friday, until=friday + timedelta(hours=62))
    assert rhythm.is_unlike(week, since=friday, until=friday + timedelta(hours=65))


@pytest.mark.parametrize(("week", "since"), [([], NOON), ([1.0] * 168, None), ([1.0] * 5, NOON)])
def test_account_of_which_little_is_known_is_never_silent(week: list[float], since: datetime | None):
    assert not rhythm.is_unlike(week, since=since, until=NOON + timedelta(days=60))


def test_account_that_falls_silent_is_told_once_and_taken_back_when_it_is_heard(city: City):
    busy(city, days=16, every=timedelta(hours=2))

    assert watched(city, NOON + 2 * HOUR).silent_since is None
    for hours in (24, 25):
        standing = watched(city, NOON + hours * HOUR)
    told = troubled_accounts(ChannelAccount.objects.all(), now=NOON)
    assert standing.silent_since == NOON
    assert city.accounts["x"] in told and city.accounts["facebook"] not in told
    arrive(city, "x", now=NOON + 26 * HOUR)

    assert watched(city, NOON + 26 * HOUR).silent_since is None
    written = Event.objects.filter(verb__startswith="account.").order_by("pk")
    assert list(written.values_list("verb", flat=True)) == [
        "account.silent",
        "account.heard_again",
    ]


def test_account_heard_for_a_week_alarms_nobody(city: City):
    busy(city, days=7)

    assert watched(city, NOON + timedelta(days=5)).silent_since is None


def test_board_learns_what_came_last_and_how_late(city: City):
    arrive(city, "x", now=NOON - 2 * HOUR)
    for minutes in (1, 3, 30):
        arrive(city, "x", now=NOON, occurred_at=NOON - timedelta(minutes=minutes))

    standing = watched(city, NOON + timedelta(minutes=5))

    assert (standing.last_in_at, standing.last_out_at, standing.lag_seconds) == (NOON, None, 180.0)
    assert watched(city, NOON + timedelta(hours=9)).lag_seconds == 180.0


def test_account_that_was_heard_long_ago_keeps_its_last_words(city: City, monkeypatch: pytest.MonkeyPatch):
    arrive(city, "facebook", now=NOON - timedelta(days=200))
    monkeypatch.setattr(rhythm, "LOOKED_THROUGH", 1)
    arrive(city, "x")

    assert watched(city, NOON, "facebook").last_in_at == NOON - timedelta(days=200)


@pytest.mark.parametrize(
    ("source", "minutes", "is_pushed", "missed"),
    [("POLL", 30, True, 1), ("POLL", 5, True, 0), ("WEBHOOK", 30, True, 0), ("POLL", 30, False, 0)],
)
def test_what_only_the_pick_up_brought_is_counted_where_webhooks_live(
    city: City, source: str, minutes: int, is_pushed: bool, missed: int
):
    account = city.accounts["x"]
    payload = Payload.objects.create(
        account=account, source=source, external_id="one", raw=b"", received_at=NOON, due_at=NOON + timedelta(days=9)
    )
    inbound = InboundMessage(
        external_id="1",
        thread_key="t",
        author=Author(external_id="dana"),
        text="Hello",
        side=Side.PUBLIC,
        occurred_at=NOON - timedelta(minutes=minutes),
    )
    correspondence.receive(payload=payload, account=account, inbound=inbound, now=NOON)
    if is_pushed:
        AccountStanding.objects.create(account=account, due_at=NOON, subscribed_at=NOON)

    assert watched(city, NOON + timedelta(minutes=1)).webhook_missed == missed
