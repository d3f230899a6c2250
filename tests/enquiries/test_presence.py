"""Posts that nobody told us of are looked for every night, and a platform that is not itself costs no words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit.models import Event
from enquiries import registry
from enquiries.contract import Receipt
from enquiries.models import ChannelAccount, Message, PlatformChange, PostWatch
from enquiries.services.leaving import outcomes
from enquiries.services.platforms import presence
from tests.agents.scenes import in_hands
from tests.enquiries import wall
from tests.enquiries.wall import Happened, Wall
from tests.people import NOON, City, approved, posting_of

pytestmark = pytest.mark.django_db
NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def account(settings, city: City) -> Iterator[ChannelAccount]:
    settings.CHANNELS = settings.CHANNELS | {"wall": "tests.enquiries.wall.Wall"}
    registry.channel.cache_clear()
    with wall.forgotten():
        yield ChannelAccount.objects.create(
            organisation=city.organisation, team=city.waste, kind="wall", name="Wall", external_id="wall"
        )
    registry.channel.cache_clear()


def said(account: ChannelAccount, number: int = 1) -> Message:
    wall.tell(account, Happened("write", f"post-{number}", 0, f"words {number}", by=f"person-{number}"))
    return Message.objects.get(account=account, root_id=f"post-{number}")


def look(at: datetime = NEXT_DAY) -> int:
    return presence.recheck_due(now=at, worker="w")


def test_post_is_looked_for_in_the_night_of_the_organisation(account: ChannelAccount):
    said(account)

    due = PostWatch.objects.get().due_at.astimezone(ZoneInfo(account.organisation.time_zone))
    assert due.date() == (NOON + timedelta(days=1)).date()
    assert 1 <= due.hour < 5


def test_post_that_is_there_is_looked_for_again_a_day_later(account: ChannelAccount):
    said(account)
    first = PostWatch.objects.get().due_at

    look()

    assert PostWatch.objects.get().due_at == first + timedelta(days=1)
    assert Message.objects.get().text


def test_post_that_is_gone_is_emptied_and_not_looked_for_again(account: ChannelAccount):
    said(account)
    Wall.there = {"post-1": False}

    assert look() == 1
    look(NEXT_DAY + timedelta(days=1))

    assert Message.objects.get().text == ""
    assert PlatformChange.objects.get().kind == "GONE"
    assert PostWatch.objects.get().done_at
    assert Wall.asked == [["post-1"]]


@pytest.mark.parametrize("answer", [None, "down"])
def test_look_that_proves_nothing_is_repeated_soon(account: ChannelAccount, answer: str | None):
    said(account)
    Wall.there, Wall.is_down = {"post-1": None}, answer == "down"

    look()

    watch = PostWatch.objects.get()
    assert Message.objects.get().text
    assert NEXT_DAY < watch.due_at < NEXT_DAY + timedelta(minutes=1)
    assert watch.done_at is None and watch.parked_at is None


def test_posts_that_all_vanish_at_once_are_looked_for_twice_before_words_go(account: ChannelAccount):
    for number in range(12):
        said(account, number)
    Wall.there = {f"post-{number}": False for number in range(12)}

    assert look() == 0
    assert Message.objects.filter(text="").count() == 0
    assert look(NEXT_DAY + timedelta(hours=2)) == 12

    assert Message.objects.exclude(text="").count() == 0


def test_posts_that_are_back_at_the_second_look_keep_their_words(account: ChannelAccount):
    for number in range(12):
        said(account, number)
    Wall.there = {f"post-{number}": False for number in range(12)}
    look()
    Wall.there = {}

    assert look(NEXT_DAY + timedelta(hours=2)) == 0
    assert Message.objects.filter(text="").count() == 0


def test_hundreds_of_posts_are_asked_a_hundred_at_a_time(account: ChannelAccount):
    PostWatch.objects.bulk_create(
        [PostWatch(account=account, root_id=f"post-{number}", due_at=NOON) for number in range(230)]
    )

    look()

    assert [len(asked) for asked in Wall.asked] == [100, 100, 30]


def test_account_out_of_use_is_not_asked(account: ChannelAccount):
    said(account)
    ChannelAccount.objects.filter(pk=account.pk).update(is_active=False)

    look()

    assert Wall.asked == []


def our_answer(city: City, account: ChannelAccount) -> Message:
    """A reply of ours that stands on the wall."""
    approval = approved(city, said(account))
    outcomes.posted(in_hands(posting_of(approval)), receipt=Receipt(external_id="ours-1"), now=NOON)
    return Message.objects.get(posting__approval=approval)


def test_reply_of_ours_is_looked_for_too(city: City, account: ChannelAccount):
    our_answer(city, account)

    assert PostWatch.objects.get(root_id="ours-1").is_ours


def test_reply_of_ours_that_is_gone_is_noticed_and_keeps_its_words(city: City, account: ChannelAccount):
    message = our_answer(city, account)
    Wall.there["ours-1"] = False

    look()

    event = Event.objects.get(verb="message.vanished")
    message.refresh_from_db()
    assert event.enquiry_id == message.enquiry_id
    assert message.text == "We come tomorrow."


def test_reply_that_we_took_down_ourselves_is_no_news(city: City, account: ChannelAccount):
    our_answer(city, account)
    presence.watch_no_more(account, "ours-1", now=NOON)
    Wall.there["ours-1"] = False

    look()

    assert not Event.objects.filter(verb="message.vanished").exists()
