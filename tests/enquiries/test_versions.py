"""One post in several wordings: what is kept is the same in whatever order creation, edits and deletion arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries import registry
from enquiries.models import ChannelAccount, Clock, ClockEvent, Enquiry, Message, Payload, Posting
from enquiries.services import clocks
from enquiries.services.platforms import presence
from tests.enquiries import wall
from tests.enquiries.wall import Happened
from tests.people import NOON, City, approved, posting_of

pytestmark = pytest.mark.django_db
CREATED = Happened("write", "post-1", 0, "My bin stands full since Monday morning")
EDITED = Happened("write", "post-1", 5, "My bin stands full since Tuesday evening")
AGAIN = Happened("write", "post-1", 9, "My bin was emptied, many thanks for that")
DELETED = Happened("GONE", "post-1", 30)
OTHER = Happened("write", "post-2", 1, "The lamp in Mill Lane is broken again", by="eli")


@pytest.fixture
def account(settings, city: City) -> Iterator[ChannelAccount]:
    settings.CHANNELS = settings.CHANNELS | {"wall": "tests.enquiries.wall.TidyWall"}
    registry.channel.cache_clear()
    with wall.forgotten():
        city.accounts["wall"] = ChannelAccount.objects.create(
            organisation=city.organisation, team=city.waste, kind="wall", name="Wall", external_id="wall"
        )
        yield city.accounts["wall"]
    registry.channel.cache_clear()


def kept() -> dict[str, Any]:
    """All that one can see of a post: enquiry, wordings, running promise, and by which words it is found."""
    said = sorted(Message.objects.all(), key=lambda one: (one.root_id, one.version_at or one.occurred_at))
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(tsvector_to_array(document)) FROM enquiries_searchtext")
        words = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT unnest(tsvector_to_array(search_words(reference, language))) FROM enquiries_enquiry")
        references = {row[0] for row in cursor.fetchall()}
    return {
        "enquiries": sorted(Enquiry.objects.values_list("subject", "state", "language", "side")),
        "wordings": [(one.external_id, one.text, one.subject, bool(one.blanked_at), one.occurred_at) for one in said],
        "clocks": sorted(Clock.objects.filter(state="RUNNING").values_list("kind", "started_at", "due_at")),
        "words": {word for word in words if not word.startswith("=")} - references,
        "shown_due": sorted(Enquiry.objects.values_list("due_at", flat=True)),
    }


def outcome_of(account: ChannelAccount, payloads: list[list[Happened]]) -> dict[str, Any]:
    """Let these payloads arrive one after the other, look at what is kept, and forget all of it."""
    with transaction.atomic():
        for number, events in enumerate(payloads):
            wall.tell(account, *events, name=f"payload-{number}")
        presence.recheck_due(now=NOON + timedelta(minutes=1), worker="w")
        found = kept() | {"raw": raw_words()}
        transaction.set_rollback(True)
    return found


def raw_words() -> set[str]:
    raws = [json.loads(bytes(raw) or b"[]") for raw in Payload.objects.values_list("raw", flat=True)]
    return {event["text"] for events in raws for event in events} - {""}


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Happened], list[list[Happened]]]:
    """A history in its true order, and the same history as it may arrive: shuffled, twice, several in one payload."""
    history = [CREATED, *draw(st.sampled_from([[], [EDITED], [EDITED, AGAIN]]))]
    history += draw(st.sampled_from([[], [DELETED]])) + draw(st.sampled_from([[], [OTHER]]))
    again = draw(st.lists(st.sampled_from(history), max_size=2))
    shuffled = draw(st.permutations(history + again))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(shuffled) - 1)), max_size=3)))
    pieces = [list(shuffled[a:b]) for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    return history, [piece for piece in pieces if piece]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrived=arrivals())
def test_any_order_of_create_edit_and_delete_leaves_the_same(
    account: ChannelAccount, arrived: tuple[list[Happened], list[list[Happened]]]
):
    history, payloads = arrived

    assert outcome_of(account, payloads) == outcome_of(account, [[event] for event in history])


def test_newest_words_count_and_the_older_are_kept(account: ChannelAccount):
    for event in (EDITED, CREATED, AGAIN):
        wall.tell(account, event)

    versions = Message.objects.order_by("occurred_at")
    assert [(one.text, one.outdated) for one in versions] == [
        (CREATED.text, True),
        (EDITED.text, False),
        (AGAIN.text, False),
    ]
    assert Enquiry.objects.get().subject == AGAIN.text


def test_headline_that_a_person_gave_stays(account: ChannelAccount):
    wall.tell(account, CREATED)
    Enquiry.objects.update(subject="Full bin, Mill Lane")

    wall.tell(account, EDITED)

    assert Enquiry.objects.get().subject == "Full bin, Mill Lane"


def test_changed_words_take_an_approved_reply_back(account: ChannelAccount, city: City):
    wall.tell(account, CREATED)
    posting = posting_of(approved(city, Message.objects.get()))

    wall.tell(account, EDITED)

    posting.refresh_from_db()
    assert posting.state == Posting.State.CANCELLED


def test_older_words_that_come_late_leave_an_approved_reply_alone(account: ChannelAccount, city: City):
    wall.tell(account, EDITED)
    posting = posting_of(approved(city, Message.objects.get()))

    wall.tell(account, CREATED)

    posting.refresh_from_db()
    assert posting.state == Posting.State.QUEUED
    assert Enquiry.objects.get().state == Enquiry.State.POSTING


def test_promise_begins_with_the_first_words_also_when_they_come_late(account: ChannelAccount):
    wall.tell(account, AGAIN)
    wall.tell(account, CREATED)

    running = Clock.objects.get(state="RUNNING")
    assert (running.kind, running.started_at) == ("FIRST_ANSWER", CREATED.at)
    assert Enquiry.objects.get().due_at == running.due_at


def test_promise_over_when_its_words_arrive_begins_with_the_first_of_them(account: ChannelAccount, city: City):
    """After an outage the platform delivers all at once, in any order, and the promise is broken already."""
    city.organisation.promises.create(channel="wall", working_minutes=15)
    wall.tell(account, AGAIN)
    wall.tell(account, CREATED)
    clocks.sweep_clocks(now=NOON)

    running = Clock.objects.get(state="RUNNING")
    assert (running.started_at, running.due_at < NOON) == (CREATED.at, True)
    assert list(ClockEvent.objects.filter(kind="BREACHED").values_list("clock", flat=True)) == [running.pk]


def test_promise_whose_breach_is_on_record_is_not_broken_a_second_time(account: ChannelAccount, city: City):
    city.organisation.promises.create(channel="wall", working_minutes=15)
    wall.tell(account, AGAIN)
    clocks.sweep_clocks(now=NOON)

    wall.tell(account, CREATED)
    clocks.sweep_clocks(now=NOON)

    assert Clock.objects.get().events.filter(kind="BREACHED").count() == 1
