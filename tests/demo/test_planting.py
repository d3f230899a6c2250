"""What the demo leaves behind: every state, every channel, nothing that a worker would send."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count
from django.utils import timezone

from citizenservice.demo.fates import OPEN, SHARES, Fate, _fates, plans
from citizenservice.demo.planting import SEED, UNREADABLE, plant
from citizenservice.demo.stories import stories
from citizenservice.demo.timeline import working_before
from enquiries.models import (
    ChannelAccount,
    ChannelKind,
    Clock,
    Enquiry,
    Message,
    Organisation,
    Payload,
    PickUp,
    Posting,
    Reply,
    ReplyReturn,
    Satisfaction,
    Topic,
)
from enquiries.registry import channel, traits_of
from enquiries.rules.working_time import WorkingCalendar
from tests.demo.conftest import NUMBER

pytestmark = pytest.mark.django_db
CALENDAR = WorkingCalendar(
    zone=ZoneInfo("Europe/London"),
    opens_at=time(9),
    closes_at=time(17),
    weekdays=frozenset({1, 2, 3, 4, 5}),
    closed=frozenset({date(2026, 12, 25), date(2026, 12, 28)}),
)


def test_every_fate_happens_and_the_numbers_add_up():
    fates = _fates(300)

    assert len(fates) == sum(SHARES.values()) == 300
    assert set(fates) == set(Fate)


def test_enquiries_stand_in_every_state_on_every_channel(northwell: None):
    assert Enquiry.objects.count() == NUMBER
    assert set(Enquiry.objects.values_list("state", flat=True)) == set(Enquiry.State)
    assert set(Enquiry.objects.values_list("kind", flat=True)) == set(ChannelKind.values) - {"practice"}
    assert set(Reply.objects.values_list("state", flat=True)) >= {"DRAFT", "SUBMITTED", "RETURNED", "POSTED", "FAILED"}


def test_some_citizens_say_whether_they_were_helped(northwell: None):
    assert Satisfaction.objects.filter(score="HELPED").exists()
    assert set(Satisfaction.objects.values_list("enquiry__kind", flat=True)) == {"web"}


def test_nothing_is_left_that_a_worker_would_send_or_read(northwell: None):
    finished = {"POSTED", "FAILED", "NEEDS_PERSON", "CANCELLED"}

    assert set(Posting.objects.values_list("state", flat=True)) <= finished
    assert not Payload.objects.filter(state="RECEIVED").exists()


def test_a_failed_posting_and_one_for_a_person_say_what_to_do(northwell: None):
    for posting in Posting.objects.filter(state__in=["FAILED", "NEEDS_PERSON"]):
        assert posting.fix
    assert ReplyReturn.objects.filter(reason="CITIZEN_WROTE").exists()
    assert ReplyReturn.objects.filter(reason="PLATFORM").exists()


def test_unreadable_payloads_wait_with_their_reason(northwell: None):
    unreadable = Payload.objects.filter(state="UNREADABLE")

    assert unreadable.count() == len(UNREADABLE)
    assert all(unreadable.values_list("last_error", flat=True))


def test_planting_twice_changes_nothing(northwell: None):
    assert plant(now=timezone.now(), number=NUMBER) is False

    assert Enquiry.objects.count() == NUMBER
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 3, 0, tzinfo=UTC),  # Sunday night
        datetime(2026, 11, 23, 9, 30, tzinfo=UTC),  # Monday, half an hour after opening
        datetime(2026, 12, 25, 12, 0, tzinfo=UTC),  # Friday, Christmas Day
    ],
)
def test_queue_has_overdue_soon_and_later_whenever_it_is_loaded(now: datetime):
    left = []
    for plan in plans(CALENDAR, number=300, seed=SEED, now=now):
        promised = timedelta(minutes=traits_of(plan.kind).working_minutes)
        if plan.fate in OPEN:
            left.append((promised - CALENDAR.between(plan.opens_at, now)) / promised)
        assert plan.opens_at <= plan.ends_at <= now

    assert sum(share < 0 for share in left) >= 10
    assert sum(0 <= share < 0.2 for share in left) >= 10
    assert sum(share >= 0.2 for share in left) >= 50


def test_nothing_happened_in_the_future(northwell: None):
    now = timezone.now()

    assert not Message.objects.filter(recorded_at__gt=now).exists()
    assert not Reply.objects.filter(submitted_at__gt=now).exists()
    assert not Posting.objects.filter(posted_at__gt=now).exists()


def test_messages_were_written_in_the_order_of_time(northwell: None):
    moments = list(Message.objects.order_by("pk").values_list("recorded_at", flat=True))

    assert moments == sorted(moments)


def test_breaches_are_recorded_at_their_exact_time(northwell: None):
    for clock in Clock.objects.filter(state="RUNNING", due_at__lt=timezone.now()):
        assert clock.events.get(kind="BREACHED").at == clock.due_at


def test_accounts_carry_the_simulators_secrets_and_are_picked_up(northwell: None):
    x = ChannelAccount.objects.get(kind="x").as_account()

    assert x.secrets["consumer_secret"]
    assert x.settings["settle_seconds"] == 2
    assert set(PickUp.objects.values_list("account__kind", "every_seconds")) == {
        ("x", 10),
        ("facebook", 10),
        ("email", 10),
    }


def test_each_team_has_work(northwell: None):
    per_team = Enquiry.objects.filter(team__isnull=False).values_list("team__name").annotate(Count("pk"))

    assert len(per_team) == 3
    assert Topic.objects.filter(on_form=True).count() == 7


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.subject[:20])
def test_story_fits_into_one_post_on_x(story):
    told = story.told_at(street="St Oswald's Terrace", number=98)

    assert channel("x").length(told.answer) <= 280
    assert "{" not in told.text + told.answer + told.subject


def test_working_time_is_counted_backwards_over_a_weekend():
    sunday = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    then = working_before(CALENDAR, sunday, timedelta(hours=10))

    assert then == datetime(2026, 11, 19, 15, 0, tzinfo=UTC)  # Thursday 15:00: two hours, and all of Friday
    assert CALENDAR.between(then, sunday) == timedelta(hours=10)
