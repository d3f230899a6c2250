"""One act on many: counted first, done in batches, told in the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agents.queue import many
from enquiries.models import Enquiry, Topic
from enquiries.services import triage
from tests.people import NOON, City, arrive, submitted


def look(client: Client, **asked: Any) -> Any:
    return client.get("/desk/bulk/", asked)


def go(client: Client, looked: Any, **fields: Any) -> Any:
    return client.post("/desk/bulk/", {"plan": looked.context["signed"]} | fields)


def test_look_counts_and_changes_nothing(city: City, alice: Client):
    ids = [arrive(city).enquiry_id for _ in range(3)]

    answer = look(alice, act="close", id=ids)

    assert "Close: 3 enquiries" in " ".join(answer.content.decode().split())
    assert not Enquiry.objects.filter(state="CLOSED").exists()


def test_all_that_match_are_those_of_the_filter_and_not_of_other_teams(city: City, alice: Client):
    for kind in ("x", "x", "email"):
        arrive(city, kind)
    foreign = arrive(city, "x").enquiry
    Enquiry.objects.filter(pk=foreign.pk).update(team=city.roads)

    answer = look(alice, act="close", all="1", filter="channel=x")

    assert answer.context["plan"].total == 2
    assert foreign.reference not in answer.content.decode()


def test_nothing_chosen_is_never_everything(city: City, alice: Client):
    arrive(city)

    answer = go(alice, look(alice, act="close"))

    assert answer.context["plan"].done == 0
    assert not Enquiry.objects.filter(state="CLOSED").exists()


def test_batches_go_on_until_all_are_done(city: City, alice: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(many, "BATCH", 2)
    topic = Topic.objects.get(name="Waste and recycling")
    for _ in range(5):
        arrive(city)

    answer = look(alice, act="topic", all="1")
    for _ in range(3):
        answer = go(alice, answer, new_topic=topic.pk)

    assert answer.context["is_over"] and answer.context["plan"].done == 5
    assert Enquiry.objects.filter(topic=topic).count() == 5


def test_what_arrives_after_the_look_is_not_touched(city: City, alice: Client):
    arrive(city)
    looked = look(alice, act="close", all="1")
    later = arrive(city).enquiry

    go(alice, looked)

    assert Enquiry.objects.get(pk=later.pk).state == "NEW"
    assert Enquiry.objects.filter(state="CLOSED").count() == 1


def test_what_was_left_is_told_with_the_reason(city: City, alice: Client, bob: Client):
    held, waiting = arrive(city), arrive(city)
    submitted(city, waiting)
    triage.release(enquiry_id=waiting.enquiry_id, by_id=city.alice.pk, now=NOON)

    answer = go(bob, look(bob, act="close", id=[held.enquiry_id, waiting.enquiry_id]))

    page = " ".join(answer.content.decode().split())
    assert "1 went through." in page and "1 was left as it is:" in page
    assert "A reply is waiting for approval" in page


def test_plan_that_was_meddled_with_is_none(city: City, alice: Client):
    arrive(city)
    signed = look(alice, act="close", all="1").context["signed"]

    assert alice.post("/desk/bulk/", {"plan": signed[:-2] + "xx"}).status_code == 404


def test_plan_is_for_whoever_counted(city: City, alice: Client):
    arrive(city)
    looked, bob = look(alice, act="close", all="1"), Client()
    bob.force_login(city.bob)

    assert go(bob, looked).status_code == 404


def test_filter_that_means_nothing_any_more_stops_the_rest(city: City, alice: Client):
    topic = Topic.objects.create(organisation=city.organisation, name="Fairs", position=99)
    other, one = arrive(city).enquiry, arrive(city).enquiry
    triage.set_topic(enquiry_id=one.pk, topic=topic, by_id=city.alice.pk, now=NOON)
    looked = look(alice, act="close", all="1", filter=f"topic={topic.pk}")
    triage.set_topic(enquiry_id=one.pk, topic=None, by_id=city.alice.pk, now=NOON)
    topic.delete()

    page = " ".join(go(alice, looked).content.decode().split())

    assert looked.context["plan"].total == 1
    assert "Something that the list was filtered by is not there any more." in page
    assert not Enquiry.objects.filter(pk__in=[one.pk, other.pk], state="CLOSED").exists()


def test_missing_choice_is_asked_for_again(city: City, alice: Client):
    arrive(city)

    answer = go(alice, look(alice, act="assign", all="1"), to="")

    assert answer.status_code == 422
    assert "Nothing has happened yet." in answer.content.decode()


def test_ids_of_other_teams_are_not_counted(city: City, alice: Client):
    foreign = arrive(city).enquiry
    Enquiry.objects.filter(pk=foreign.pk).update(team=city.roads)

    assert look(alice, act="close", id=[foreign.pk, "x", "9" * 30]).context["plan"].total == 0
