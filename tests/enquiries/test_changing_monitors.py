"""A monitor is let listen for something else: told in the ledger, never over a colleague's head, searched for anew."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import Event
from enquiries.models import ChannelAccount, Monitor
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import listening
from enquiries.services.platforms.listening import ListeningRefused, as_seen
from tests.enquiries.listeners import a_monitor, hear, open_forum, wide  # noqa: F401 - a fixture
from tests.enquiries.wide_forum import World
from tests.people import NOON, City

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    return open_forum(city)


@pytest.fixture
def monitor(forum: ChannelAccount) -> Monitor:
    return a_monitor(forum, cursor={"newest": "7"}, attempts=3, last_error="Too long", due_at=NOON.replace(hour=23))


def change(monitor: Monitor, city: City, **wanted: Any) -> Monitor:
    stands: dict[str, Any] = {"name": monitor.name, "query": monitor.query, "every_seconds": monitor.every_seconds}
    who: dict[str, Any] = {"monitor_id": monitor.pk, "seen": as_seen(monitor), "by_id": city.bob.pk, "now": NOON}
    return listening.change(**(who | stands | wanted))


def test_new_words_are_searched_for_at_once_and_from_the_beginning(monitor: Monitor, city: City):
    made = change(monitor, city, query="bins OR waste")

    assert (made.query, made.cursor, made.due_at, made.attempts, made.last_error) == ("bins OR waste", {}, NOON, 0, "")


def test_other_name_leaves_the_search_where_it_is(monitor: Monitor, city: City):
    made = change(monitor, city, name="Waste")

    assert (made.name, made.cursor, made.due_at) == ("Waste", {"newest": "7"}, monitor.due_at)


def test_ledger_says_who_changed_what_and_no_words(monitor: Monitor, city: City):
    change(monitor, city, query="Mrs Smith", every_seconds=3600)

    told = Event.objects.get(verb="monitor.changed")
    assert (told.actor_id, told.subject, told.organisation_id) == (
        city.bob.pk,
        f"monitor:{monitor.pk}",
        city.organisation.pk,
    )
    assert told.data == {"changed": ["every_seconds", "query"], "seconds_before": 300, "seconds": 3600}


def test_nothing_changed_is_nothing_done(monitor: Monitor, city: City):
    change(monitor, city)

    assert not Event.objects.filter(verb="monitor.changed").exists()


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(monitor: Monitor, city: City):
    change(monitor, city, query="bins OR waste")

    with pytest.raises(SomebodyWasFaster):
        change(monitor, city, query="bins OR rubbish")
    monitor.refresh_from_db()
    assert monitor.query == "bins OR waste"


@pytest.mark.parametrize("wanted", [{"name": " "}, {"query": "\x00"}, {"every_seconds": 59}, {"name": "Roads"}])
def test_what_cannot_be_listened_for_is_refused(
    monitor: Monitor, forum: ChannelAccount, city: City, wanted: dict[str, Any]
):
    a_monitor(forum, name="Roads")

    with pytest.raises(ListeningRefused):
        change(monitor, city, **wanted)
    assert not Event.objects.filter(verb="monitor.changed").exists()


def test_search_that_is_under_way_does_not_say_how_far_the_new_words_were_searched(
    monitor: Monitor, city: City, monkeypatch: pytest.MonkeyPatch
):
    Monitor.objects.update(due_at=NOON, lease_owner="", lease_until=None)
    before = listening._store

    def meanwhile(*args: Any) -> int:
        change(Monitor.objects.get(), city, query="bins OR waste")
        return before(*args)

    monkeypatch.setattr(listening, "_store", meanwhile)
    listening.listen_due(now=NOON, worker="w", most=1)

    monitor.refresh_from_db()
    assert (monitor.cursor, monitor.due_at, monitor.succeeded_at) == ({}, NOON, None)


def test_what_was_found_stays_on_the_list(forum: ChannelAccount, city: City):
    (heard,) = hear(forum, "7")

    change(heard.monitor, city, query="bins OR waste")

    heard.refresh_from_db()
    assert heard.state == "NEW"
