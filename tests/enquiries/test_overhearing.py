"""What a monitor found waits on a list of its own: joined once, left by somebody, let go after a week, never kept twice."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from audit.models import Event
from enquiries.models import (
    ChannelAccount,
    Clock,
    Enquiry,
    Message,
    Monitor,
    Overheard,
    Payload,
    PlatformChange,
    PostWatch,
)
from enquiries.queries import listening as lists
from enquiries.services.incoming import intake
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import listening, overhearing, presence
from enquiries.services.platforms.listening import ListeningRefused
from enquiries.services.platforms.overhearing import OverhearingRefused
from tests.enquiries.listeners import a_monitor, hear, open_forum, said, wide  # noqa: F401 - a fixture
from tests.enquiries.test_races import at_once
from tests.enquiries.wide_forum import World
from tests.people import NOON, City, make_city

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    return open_forum(city)


def shown() -> list[str]:
    page = lists.page_of(lists.overheard(ChannelAccount.objects.all()))
    return [one.external_id for one in page.rows]


def test_joining_opens_an_enquiry_whose_promise_begins_now(forum: ChannelAccount, city: City):
    (heard,) = hear(forum, "7")

    enquiry = overhearing.join(overheard_id=heard.pk, by_id=city.alice.pk, now=NOON + DAY)

    message = Message.objects.get(enquiry=enquiry)
    assert (message.text, message.external_id, enquiry.team_id) == ("bins!", "7", city.waste.pk)
    assert Clock.objects.get(enquiry=enquiry).started_at == NOON + DAY
    heard.refresh_from_db()
    assert (heard.state, heard.enquiry, heard.decided_by, heard.decided_at) == (
        "JOINED",
        enquiry,
        city.alice,
        NOON + DAY,
    )
    event = Event.objects.get(verb="overheard.joined")
    assert (event.enquiry_id, event.actor_id) == (enquiry.pk, city.alice.pk)


def test_post_is_joined_once(forum: ChannelAccount, city: City):
    (heard,) = hear(forum, "7")
    overhearing.join(overheard_id=heard.pk, by_id=city.alice.pk, now=NOON)

    with pytest.raises(SomebodyWasFaster):
        overhearing.join(overheard_id=heard.pk, by_id=city.bob.pk, now=NOON)

    assert Message.objects.count() == 1


def test_post_that_is_left_says_by_whom_and_can_be_joined_later(forum: ChannelAccount, city: City):
    (heard,) = hear(forum, "7")
    overhearing.leave(overheard_id=heard.pk, by_id=city.alice.pk, now=NOON)
    with pytest.raises(SomebodyWasFaster):
        overhearing.leave(overheard_id=heard.pk, by_id=city.bob.pk, now=NOON)
    heard.refresh_from_db()
    assert (heard.state, heard.decided_by, heard.decided_at, shown()) == ("LEFT", city.alice, NOON, [])

    assert overhearing.join(overheard_id=heard.pk, by_id=city.bob.pk, now=NOON).reference


def test_post_that_came_to_us_by_itself_is_not_listed_and_joining_leads_there(forum: ChannelAccount, city: City):
    (heard,) = hear(forum, "7")
    message = said(city, "7")
    assert shown() == []

    enquiry = overhearing.join(overheard_id=heard.pk, by_id=city.alice.pk, now=NOON)

    assert enquiry.pk == message.enquiry_id and Message.objects.count() == 1


def test_what_is_an_enquiry_already_is_not_overheard(forum: ChannelAccount, city: City):
    said(city, "7")
    assert hear(forum, "7") == []
    assert Payload.objects.get(source="MONITOR").outcome == "known"


def test_post_that_is_gone_from_the_platform_is_off_the_list_and_cannot_be_joined(
    forum: ChannelAccount,
    city: City,
    wide: World,  # noqa: F811 - the fixture itself
):
    first, second = hear(forum, "7", "8")
    wide.gone = {"7"}
    assert presence.recheck_due(now=NOON + DAY, worker="w") == 1
    presence.recheck_due(now=NOON + DAY, worker="w")

    first.refresh_from_db()
    assert (first.text, first.author, shown()) == ("", {}, ["8"])
    assert b"bins" not in bytes(first.payload.raw)
    with pytest.raises(OverhearingRefused):
        overhearing.join(overheard_id=first.pk, by_id=city.alice.pk, now=NOON + DAY)
    assert second.pk and not Enquiry.objects.exists()


def test_post_whose_end_was_told_before_it_was_found_is_not_kept(forum: ChannelAccount):
    PlatformChange.objects.create(account=forum, root_id="7", kind="GONE", occurred_at=NOON, noticed_at=NOON)
    assert hear(forum, "7") == []
    assert bytes(Payload.objects.get(source="MONITOR").raw) == b""


def test_what_nobody_joined_is_let_go_after_a_week(forum: ChannelAccount, city: City):
    old, joined = hear(forum, "7", "8")
    overhearing.join(overheard_id=joined.pk, by_id=city.alice.pk, now=NOON)

    assert (overhearing.let_go(now=NOON + 6 * DAY), overhearing.let_go(now=NOON + 8 * DAY)) == (0, 1)

    assert list(Overheard.objects.all()) == [joined]
    assert bytes(Payload.objects.get(pk=old.payload_id).raw) == b""
    assert {one.root_id for one in PostWatch.objects.all()} == {"8"}


def test_two_monitors_that_find_the_same_post_list_it_once(forum: ChannelAccount):
    a_monitor(forum, name="Other", query="waste")
    a_monitor(forum)
    assert len(hear(forum, "7")) == 1


def test_pages_follow_each_other_without_a_gap(forum: ChannelAccount):
    hear(forum, *[str(n) for n in range(7)])
    everything = lists.overheard(ChannelAccount.objects.all())

    seen, after = [], None
    for _ in range(4):
        page = lists.page_of(everything, after=after, size=2)
        seen += [one.external_id for one in page.rows]
        after = lists.Place.read(str(page.older)) if page.older else None

    assert seen == [str(n) for n in reversed(range(7))] and after is None


def test_monitor_is_begun_paused_and_resumed_on_record(forum: ChannelAccount, city: City, wide: World):  # noqa: F811
    common: dict[str, Any] = {
        "account_id": forum.pk,
        "query": "bins",
        "every_seconds": 300,
        "by_id": city.bob.pk,
        "now": NOON,
    }
    made = listening.begin(name="Bins", **common)
    with pytest.raises(ListeningRefused, match="of this name"):
        listening.begin(name="Bins", **common)
    listening.pause(monitor_id=made.pk, by_id=city.bob.pk, now=NOON)
    wide.heard = ["7"]
    assert listening.listen_due(now=NOON, worker="w") == 0
    with pytest.raises(SomebodyWasFaster):
        listening.pause(monitor_id=made.pk, by_id=city.bob.pk, now=NOON)
    listening.resume(monitor_id=made.pk, by_id=city.bob.pk, now=NOON)
    assert listening.listen_due(now=NOON, worker="w") == 1

    verbs = Event.objects.filter(subject=f"monitor:{made.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["monitor.begun", "monitor.paused", "monitor.resumed"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"query": " "}, "what to listen for"),
        ({"every_seconds": 5}, "once a minute"),
        ({"kind": "email"}, "be searched"),
    ],
)
def test_monitor_that_cannot_work_is_refused(fields: dict[str, Any], words: str, forum: ChannelAccount, city: City):
    account = city.accounts[fields.pop("kind", "forum")]
    values: dict[str, Any] = {"account_id": account.pk, "name": "A", "query": "bins", "every_seconds": 300} | fields
    with pytest.raises(ListeningRefused, match=words):
        listening.begin(**values, by_id=city.bob.pk, now=NOON)
    assert not Monitor.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_join_at_once_open_one_enquiry(wide: World):  # noqa: F811 - the fixture itself
    city = make_city()
    forum = open_forum(city)
    for heard in hear(forum, *[str(n) for n in range(5)]):
        join = partial(overhearing.join, overheard_id=heard.pk, now=NOON)
        results = at_once(partial(join, by_id=city.alice.pk), partial(join, by_id=city.bob.pk))
        assert sorted(type(one).__name__ for one in results) == ["Enquiry", "SomebodyWasFaster"]
        assert Message.objects.filter(external_id=heard.external_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_joining_while_the_post_arrives_by_itself_keeps_it_once(wide: World):  # noqa: F811 - the fixture itself
    city = make_city()
    forum = open_forum(city)
    for heard in hear(forum, "1", "2", "3"):
        raw = json.dumps({"id": heard.external_id, "by": "eli", "text": "bins!", "at": NOON.isoformat()}).encode()
        intake.accept_payload(account_id=forum.pk, source="POLL", external_id=heard.external_id, raw=raw, now=NOON)
        at_once(
            partial(overhearing.join, overheard_id=heard.pk, by_id=city.alice.pk, now=NOON),
            lambda: intake.read_due_payloads(now=NOON, worker="w"),
        )
        heard.refresh_from_db()
        assert (heard.state, Message.objects.filter(external_id=heard.external_id).count()) == ("JOINED", 1)
