"""Programs act on many enquiries as the desk does: counted first, then a batch at a time; and keep looks at the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from agents.forms.bulk import ACTS
from agents.models import SavedFilter
from agents.queue import many
from api.many import MAKE
from enquiries.models import Enquiry
from tests.api.conftest import ADDRESS, Program, assert_problem
from tests.people import City, arrive, submitted

pytestmark = pytest.mark.django_db


def counted(program: Program, act: str = "close", **meant: Any) -> dict[str, Any]:
    told: dict[str, Any] = program.do("bulk/preview", act=act, **meant).json()
    return told


def test_every_act_of_the_desk_is_one_of_the_door():
    assert set(MAKE) == set(ACTS)


def test_preview_counts_and_does_nothing(city: City, alice: Program):
    arrive(city), submitted(city, arrive(city))

    told = counted(alice, filter="view=all")

    assert told["total"] == 2
    assert sorted((one["state"], one["count"]) for one in told["states"]) == [("AWAITING_APPROVAL", 1), ("NEW", 1)]
    assert len(told["sample"]) == 2
    assert not Enquiry.objects.filter(state="CLOSED").exists()


def test_plan_is_done_in_batches_and_leaves_out_what_came_later(
    city: City, alice: Program, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(many, "BATCH", 2)
    for _ in range(3):
        arrive(city)
    plan = counted(alice, "priority", filter="view=all")["plan"]
    late = arrive(city).enquiry

    first = alice.do("bulk", plan=plan, priority=1).json()
    second = alice.do("bulk", plan=first["plan"], priority=1).json()

    assert (first["done"], first["is_over"]) == (2, False)
    assert (second["done"], second["total"], second["is_over"], second["refused"]) == (3, 3, True, [])
    assert Enquiry.objects.get(priority=0) == late


def test_what_one_refuses_is_counted_with_its_reason(city: City, alice: Program):
    one, waiting = arrive(city).enquiry, submitted(city, arrive(city)).reply.enquiry

    plan = counted(alice, enquiries=[one.reference, waiting.reference.lower()])["plan"]
    told = alice.do("bulk", plan=plan).json()

    assert (told["total"], told["done"]) == (2, 1)
    assert [refused["count"] for refused in told["refused"]] == [1]
    assert told["refused"][0]["reason"]


def test_same_key_does_a_batch_once(city: City, alice: Program):
    arrive(city)
    plan = counted(alice, "topic", filter="view=all")["plan"]
    topic = city.organisation.topics.get(name="Roads and street lights")

    answers = [alice.do("bulk", key="k1", plan=plan, topic=topic.pk).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert Enquiry.objects.get().topic == topic


@pytest.mark.parametrize("wrong", [{}, {"priority": 1, "to": 1}, {"priority": 1, "topic": None}])
def test_act_takes_the_one_thing_it_needs(city: City, alice: Program, wrong: dict[str, Any]):
    plan = counted(alice, "priority", filter="view=all")["plan"]

    assert_problem(alice.do("bulk", plan=plan, **wrong), 422)


def test_plan_is_for_whoever_counted(city: City, alice: Program, bob: Program):
    plan = counted(alice, filter="view=all")["plan"]

    assert_problem(bob.do("bulk", plan=plan), 422)
    assert_problem(alice.do("bulk", plan=plan[:-1] + "x"), 422)


@pytest.mark.parametrize(
    "meant", [{}, {"filter": "view=all", "enquiries": ["NW-2222-2222"]}, {"filter": "view=nonsense"}]
)
def test_nobody_acts_on_more_than_they_meant(city: City, alice: Program, meant: dict[str, Any]):
    assert_problem(alice.do("bulk/preview", act="close", **meant), 422)


def test_what_one_may_not_see_is_refused_as_what_is_not_there(city: City, alice: Program):
    hidden = arrive(city).enquiry
    Enquiry.objects.filter(pk=hidden.pk).update(team=city.roads)

    foreign = assert_problem(alice.do("bulk/preview", act="close", enquiries=[hidden.reference]), 422)
    missing = assert_problem(alice.do("bulk/preview", act="close", enquiries=["NW-2222-2222"]), 422)
    assert foreign == missing
    assert counted(alice, filter="view=all")["total"] == 0


def test_filter_is_kept_without_what_nobody_knows(city: City, alice: Program):
    told = alice.do("filters", name="Late X", query="view=overdue&channel=x&after=1_2&nonsense=1").json()

    assert (told["query"], told["owner"]["name"], told["team"], told["is_own"]) == (
        "view=overdue&channel=x",
        "Alice",
        None,
        True,
    )
    alice.do("filters", name="Late X", query="view=mine")
    assert [one["query"] for one in alice.see("filters").json()["results"]] == ["view=mine"]


def test_filter_is_shared_renamed_and_dropped_by_its_owner(city: City, alice: Program, bob: Program):
    kept = alice.do("filters", name="Mine", query="channel=x").json()["id"]

    assert bob.see("filters").json()["results"] == []
    assert alice.do(f"filters/{kept}", name="Ours", team=city.waste.pk).json()["team"]["name"] == "Waste"
    assert [(one["name"], one["is_own"]) for one in bob.see("filters").json()["results"]] == [("Ours", False)]
    assert_problem(bob.do(f"filters/{kept}/drop"), 404)
    assert_problem(alice.do(f"filters/{kept}", name="Ours", team=city.roads.pk), 422)
    assert alice.do(f"filters/{kept}/drop").json() == {"id": kept}
    assert not SavedFilter.objects.exists()


def test_name_in_use_is_refused(alice: Program):
    alice.do("filters", name="One")
    other = alice.do("filters", name="Two").json()["id"]

    assert_problem(alice.do(f"filters/{other}", name="One"), 409, "refused")


def test_list_by_kept_filter_is_what_the_desk_shows(city: City, alice: Program):
    on_x, mail = arrive(city, "x").enquiry, arrive(city, "email").enquiry
    closed = arrive(city, "x", now=timezone.now()).enquiry
    Enquiry.objects.filter(pk=closed.pk).update(state="CLOSED")
    kept = alice.do("filters", name="X", query="channel=x").json()["id"]

    def listed(**query: Any) -> list[str]:
        return [one["reference"] for one in alice.get(ADDRESS, **query).json()["results"]]

    assert listed(saved=kept) == [on_x.reference]
    assert listed(saved=kept, channel="email") == [mail.reference]
    assert listed(saved=kept, view="closed") == [closed.reference]
    assert counted(alice, filter=f"saved={kept}")["total"] == 1


def test_plan_means_what_a_kept_filter_said_when_it_was_counted(city: City, alice: Program, bob: Program):
    other, meant = arrive(city, "email").enquiry, arrive(city, "x").enquiry
    kept = alice.do("filters", name="Ours", query="channel=x", team=city.waste.pk).json()["id"]
    plan = counted(bob, filter=f"saved={kept}")["plan"]
    alice.do("filters", name="Ours", query="view=all", team=city.waste.pk)

    assert bob.do("bulk", plan=plan).json()["done"] == 1
    assert Enquiry.objects.get(state="CLOSED") == meant != other


def test_kept_filter_of_others_narrows_nothing_and_is_told(city: City, alice: Program, bob: Program):
    arrive(city)
    foreign = bob.do("filters", name="Bob's", query="view=closed").json()["id"]

    page = alice.get(ADDRESS, saved=foreign).json()

    assert (len(page["results"]), page["ignored"]) == (1, [{"name": "saved", "value": str(foreign)}])
    assert_problem(alice.do("bulk/preview", act="close", filter=f"saved={foreign}"), 422)
