"""Splitting: chosen messages get an enquiry of their own. Linking: two that belong together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.models import Clock, Link, Message, Thread
from enquiries.services import triage
from tests.people import NOON, City, arrive, draft, fresh

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def two(city: City) -> tuple[Message, Message]:
    """Two questions in one enquiry."""
    first = arrive(city, thread="t")
    return first, arrive(city, thread="t", text="And my street light?", now=LATER)


def split(city: City, first: Message, *chosen: Message) -> object:
    ids = [one.pk for one in chosen]
    return triage.split(enquiry_id=first.enquiry_id, message_ids=ids, by_id=city.alice.pk, now=LATER)


def test_chosen_message_gets_an_enquiry_and_a_clock_of_its_own(city: City, two: tuple[Message, Message]):
    old = fresh(two[0].enquiry_id)

    split(city, two[0], two[1])

    moved = Message.objects.get(pk=two[1].pk).enquiry
    clock = Clock.objects.get(enquiry=moved, state="RUNNING")
    assert moved.pk != old.pk and moved.reference != old.reference
    assert (clock.started_at, moved.due_at) == (LATER, clock.due_at)
    assert (moved.team_id, moved.citizen_id, moved.state) == (old.team_id, old.citizen_id, "NEW")
    assert moved.subject == "And my street light?"
    assert Link.objects.get().reason == Link.Reason.SPLIT
    assert fresh(old.pk).last_inbound_at == NOON


def test_thread_that_left_whole_leads_to_the_new_enquiry(city: City):
    first = arrive(city, thread="t1")
    second = arrive(city, thread="t2")
    Message.objects.filter(pk=second.pk).update(enquiry=first.enquiry)
    Thread.objects.filter(enquiry=second.enquiry).update(enquiry=first.enquiry)

    split(city, first, second)

    assert arrive(city, thread="t2").enquiry_id == Message.objects.get(pk=second.pk).enquiry_id
    assert arrive(city, thread="t1").enquiry_id == first.enquiry_id


def test_one_message_has_to_stay(city: City, two: tuple[Message, Message]):
    with pytest.raises(triage.SplitRefused, match="has to stay"):
        split(city, two[0], *two)


def test_message_with_a_reply_stays_with_it(city: City, two: tuple[Message, Message]):
    draft(city, two[1])

    with pytest.raises(triage.SplitRefused, match="stays with its reply"):
        split(city, two[0], two[1])


def test_foreign_message_is_not_taken_along(city: City, two: tuple[Message, Message]):
    other = arrive(city, "x")

    with pytest.raises(triage.SplitRefused, match="Choose messages"):
        split(city, two[0], two[1], other)


def test_link_is_one_whichever_way_and_however_often(city: City):
    one, two_ = arrive(city), arrive(city, "x")
    for first, second in ((one, two_), (two_, one), (one, two_)):
        triage.link(enquiry_id=first.enquiry_id, other_id=second.enquiry_id, by_id=city.alice.pk, now=NOON)
    assert Link.objects.count() == 1

    triage.unlink(enquiry_id=one.enquiry_id, other_id=two_.enquiry_id, by_id=city.alice.pk, now=NOON)

    assert not Link.objects.exists()


def test_enquiry_that_one_may_not_see_is_not_linked(city: City):
    one, two_ = arrive(city), arrive(city, "x")
    triage.transfer(enquiry_id=two_.enquiry_id, team=city.roads, by_id=city.bob.pk, now=NOON)

    with pytest.raises(triage.CannotLink):
        triage.link(enquiry_id=one.enquiry_id, other_id=two_.enquiry_id, by_id=city.alice.pk, now=NOON)
