"""When a look counts, what counts as a try, and until when a call may begin."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from enquiries.contract import CannotTell, NotSent, NotThere, OutboundReply, Receipt
from enquiries.models import AccountStanding, Attempt, ChannelAccount, Enquiry, Posting
from enquiries.registry import channel
from enquiries.services.leaving import deadlines, posting
from tests.enquiries.test_posting import SECRETS, ours, queued, work
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


def set_up(town: City, **settings: object) -> None:
    account = ChannelAccount.objects.get(pk=town.accounts["x"].pk)
    account.settings = {name: value for name, value in (account.settings | settings).items() if value is not None}
    account.save(update_fields=["settings"])


def test_throttled_tries_are_not_counted_as_sends(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "429", times=3)
    x.fault("create_post", "drop_before_commit")

    states = []
    for _ in range(7):
        ChannelAccount.objects.update(paused_until=None)
        states.append(work(one).state)

    assert states == ["QUEUED", "QUEUED", "QUEUED", "UNKNOWN", "UNKNOWN", "QUEUED", "POSTED"]
    assert Attempt.objects.filter(posting=one, outcome="NOT_SENT").count() == 3


def test_third_send_that_is_not_to_be_found_goes_to_a_person(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "drop_before_commit", times=9)

    work(one, rounds=9)

    assert (one.state, x.calls("create_post")) == ("NEEDS_PERSON", 3)


def test_look_that_comes_too_early_does_not_count(town: City, x: Simulator):
    one = queued(town, x)
    set_up(town, settle_seconds=None)
    x.fault("create_post", "drop_before_commit")

    work(one, rounds=4)

    started = one.attempts_made.get().started_at
    assert (one.state, one.looked) == ("UNKNOWN", 0)
    assert one.due_at >= started + deadlines.QUIET


def test_early_look_that_finds_it_is_proof(town: City, x: Simulator):
    one = queued(town, x)
    set_up(town, settle_seconds=None)
    x.fault("create_post", "commit_then_drop")

    work(one, rounds=2)

    assert one.state == "POSTED"


def test_looks_that_count_lie_half_a_minute_apart(town: City, x: Simulator, monkeypatch):
    one = queued(town, x)
    x.fault("create_post", "drop_before_commit")
    work(one)
    set_up(town, settle_seconds=None)
    monkeypatch.setattr(posting, "absence_counts_from", lambda posting, *, last_try: last_try)

    before = database_now()
    work(one)

    assert one.looked == 1
    assert one.due_at >= before + deadlines.LOOKS_APART


class Slow:
    """A channel that takes its time to be connected, and asks then whether it may still send."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.sent = seconds, 0

    def send(self, account: object, reply: OutboundReply) -> Receipt:
        time.sleep(self.seconds)
        assert reply.send_by is not None
        if time.monotonic() > reply.send_by:
            raise NotSent("Connected too late.", after=timedelta(0))
        self.sent += 1
        return Receipt(external_id="1")

    def find_sent(self, account: object, reply: OutboundReply, *, since: datetime) -> NotThere | CannotTell:
        return NotThere()


def test_channel_that_is_connected_too_late_does_not_send(town: City, x: Simulator, monkeypatch):
    one, slow = queued(town, x), Slow(0.3)
    set_up(town, lease_seconds=0.4)
    monkeypatch.setattr(posting, "channel", lambda kind: slow if kind == "x" else channel(kind))

    assert work(one).state == "QUEUED"
    assert slow.sent == 0


def test_worker_that_was_held_up_does_not_call(town: City, x: Simulator):
    one = queued(town, x)
    set_up(town, lease_seconds=0)

    assert work(one).state == "QUEUED"
    assert x.calls("create_post") == 0


@pytest.mark.parametrize(("remaining", "first"), [(5, "Urgent."), (80, "Normal.")])
def test_urgent_replies_leave_first_where_little_may_still_be_sent(
    town: City, x: Simulator, remaining: int, first: str
):
    account, now = town.accounts["x"], database_now()
    quota = [{"name": "posts", "limit": 100, "remaining": remaining, "resets_at": (now + timedelta(1)).isoformat()}]
    AccountStanding.objects.create(account=account, due_at=now, quota=quota, quota_at=now)
    queued(town, x, text="Normal.")
    urgent = queued(town, x, text="Urgent.")
    Enquiry.objects.filter(pk=urgent.reply.enquiry_id).update(priority=Enquiry.Priority.URGENT)

    posting.deliver_due(worker="w", most=1)

    assert ours(x) == [first]


def test_posting_whose_account_cannot_say_how_long_it_takes_is_looked_at_all_the_same(town: City, x: Simulator):
    one = queued(town, x)
    set_up(town, settle_seconds="soon")

    assert deadlines.settle_time(Posting.objects.get(pk=one.pk)) == deadlines.LOOK_AGAIN
