"""A post on the list of what was overheard shows the words written last, in whatever order its wordings were found."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest

from enquiries.models import ChannelAccount, Message, Overheard, Payload
from enquiries.services.incoming import intake
from enquiries.services.platforms import overhearing
from tests.enquiries.listeners import a_monitor, open_forum, wide  # noqa: F401 - a fixture
from tests.enquiries.wide_forum import World
from tests.people import NOON, City

pytestmark = pytest.mark.django_db
WORDINGS = {"7": "first", "7:edited:1": "second", "7:edited:2": "third"}


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    return open_forum(city)


def find(forum: ChannelAccount, *names: str) -> None:
    """Let a monitor find wordings of one post, one after the other."""
    monitor = forum.monitors.first() or a_monitor(forum)
    for name in names:
        minutes = int(name.rpartition(":")[2]) if ":" in name else 0
        post = {"id": name, "by": "eli", "text": WORDINGS[name], "at": NOON.isoformat()}
        if minutes:
            post["edited_at"] = (NOON + timedelta(minutes=minutes)).isoformat()
        named = overhearing.name_for(monitor, name)
        raw = json.dumps(post).encode()
        intake.accept_payload(account_id=forum.pk, source="MONITOR", external_id=named, raw=raw, now=NOON)
        intake.read_due_payloads(now=NOON + timedelta(hours=1), worker="w")


@pytest.mark.parametrize("order", list(itertools.permutations(WORDINGS)))
def test_words_written_last_are_listed_in_whatever_order_they_were_found(order: tuple[str, ...], forum: ChannelAccount):
    find(forum, *order)

    assert [one.text for one in Overheard.objects.all()] == ["third"]


@pytest.mark.parametrize("order", list(itertools.permutations(WORDINGS)))
def test_no_wording_is_kept_of_what_is_let_go(order: tuple[str, ...], forum: ChannelAccount):
    find(forum, *order)

    assert overhearing.let_go(now=NOON + timedelta(days=8)) == 1

    assert {bytes(payload.raw) for payload in Payload.objects.all()} == {b""}


def test_edit_of_what_somebody_left_alone_is_not_kept_either(forum: ChannelAccount, city: City):
    find(forum, "7")
    overhearing.leave(overheard_id=Overheard.objects.get().pk, by_id=city.alice.pk, now=NOON)
    find(forum, "7:edited:1")

    overhearing.let_go(now=NOON + timedelta(days=8))

    assert {bytes(payload.raw) for payload in Payload.objects.all()} == {b""}


def test_words_that_a_second_monitor_finds_are_kept_once_and_can_be_joined(forum: ChannelAccount, city: City):
    find(forum, "7")
    other = a_monitor(forum, name="Other", query="waste")
    raw = bytes(Payload.objects.get().raw)
    intake.accept_payload(
        account_id=forum.pk, source="MONITOR", external_id=overhearing.name_for(other, "7"), raw=raw, now=NOON
    )
    intake.read_due_payloads(now=NOON + timedelta(hours=1), worker="w")

    assert [bytes(payload.raw) for payload in Payload.objects.order_by("pk")] == [raw, b""]
    overhearing.join(overheard_id=Overheard.objects.get().pk, by_id=city.alice.pk, now=NOON + timedelta(hours=2))
    assert Message.objects.get().text == "first"


def test_older_edit_that_comes_late_is_not_what_is_joined(forum: ChannelAccount, city: City):
    find(forum, "7:edited:2", "7:edited:1")

    overhearing.join(overheard_id=Overheard.objects.get().pk, by_id=city.alice.pk, now=NOON + timedelta(hours=2))

    assert Message.objects.get().text == "third"


def test_edit_of_what_somebody_left_alone_is_not_listed_again(forum: ChannelAccount, city: City):
    find(forum, "7")
    overhearing.leave(overheard_id=Overheard.objects.get().pk, by_id=city.alice.pk, now=NOON)

    find(forum, "7:edited:1")

    assert Overheard.objects.get().state == Overheard.State.LEFT
