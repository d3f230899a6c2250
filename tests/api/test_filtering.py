"""Lists for programs are filtered, sorted and searched as the desk's are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enquiries.models import Enquiry
from enquiries.services import triage
from tests.api.conftest import ADDRESS, Program
from tests.people import NOON, City, arrive

pytestmark = pytest.mark.django_db


def references_in(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["reference"] for row in answer.json()["results"]]


def test_what_no_filter_knows_is_named_and_narrows_nothing(city: City, reader: Program):
    reference = arrive(city, "x").enquiry.reference

    answer = reader.get(
        ADDRESS, channel=["pigeon", "x"], state="NEW' OR 1=1--", view="nowhere", sort="up", colour="red"
    )

    assert references_in(answer) == [reference]
    named = {(one["name"], one["value"]) for one in answer.json()["ignored"]}
    assert named == {
        ("channel", "pigeon"),
        ("state", "NEW' OR 1=1--"),
        ("view", "nowhere"),
        ("sort", "up"),
        ("colour", "red"),
    }


def test_values_of_one_filter_widen_it(city: City, reader: Program):
    made = [arrive(city, kind).enquiry.reference for kind in ("x", "email", "web")]

    assert references_in(reader.get(ADDRESS, channel=["x", "web"])) == [made[2], made[0]]


def test_view_is_the_desks_list_in_the_desks_order(city: City, reader: Program):
    late, soon = arrive(city, "email").enquiry, arrive(city, "email").enquiry
    Enquiry.objects.filter(pk=soon.pk).update(due_at=NOON)
    closed = arrive(city, "email").enquiry
    triage.close(enquiry_id=closed.pk, by_id=city.alice.pk, now=NOON)

    assert references_in(reader.get(ADDRESS, view="all")) == [soon.reference, late.reference]
    assert references_in(reader.get(ADDRESS, view="closed")) == [closed.reference]
    assert references_in(reader.get(ADDRESS, sort="oldest", limit=1)) == [late.reference]


def test_mine_is_the_persons_own(city: City, reader: Program):
    own, other = arrive(city, "email").enquiry, arrive(city, "email").enquiry
    triage.claim(enquiry_id=own.pk, by_id=city.alice.pk, now=NOON)
    triage.claim(enquiry_id=other.pk, by_id=city.bob.pk, now=NOON)

    assert references_in(reader.get(ADDRESS, view="mine")) == [own.reference]
    assert references_in(reader.get(ADDRESS, assignee="me")) == [own.reference]


def test_words_are_looked_for_and_pages_of_them_join(city: City, reader: Program):
    made = [arrive(city, "email", text="The lantern flickers").enquiry.reference for _ in range(3)]
    arrive(city, "email", text="A bin")
    first = reader.get(ADDRESS, q="lantern", limit=2)
    rest = reader.get(ADDRESS, q="lantern", limit=2, cursor=first.json()["next_cursor"])

    assert [*references_in(first), *references_in(rest)] == made[::-1]
    assert rest.json()["next_cursor"] is None
    assert references_in(reader.get(ADDRESS, q=made[0])) == made[:1]


@pytest.mark.parametrize("view", ["all", "closed"])
def test_pages_by_time_left_join_without_a_gap(city: City, reader: Program, view: str):
    made = [arrive(city, "email").enquiry for _ in range(5)]
    Enquiry.objects.filter(pk=made[3].pk).update(due_at=None)
    if view == "closed":
        Enquiry.objects.update(state="CLOSED")
    seen: list[str] = []
    place: dict[str, str] = {}
    for _ in range(3):
        page = reader.get(ADDRESS, view=view, limit=2, **place)
        seen += references_in(page)
        place = {"cursor": page.json()["next_cursor"]}

    assert sorted(seen) == sorted(one.reference for one in made)
    assert place["cursor"] is None


def test_merged_and_practice_ones_are_in_no_list(city: City, reader: Program):
    one, into = arrive(city, "email").enquiry, arrive(city, "email").enquiry
    triage.merge(enquiry_id=one.pk, into_id=into.pk, by_id=city.alice.pk, now=NOON)

    assert references_in(reader.get(ADDRESS)) == [into.reference]


def test_whole_enquiry_has_what_was_merged_and_linked(city: City, reader: Program):
    one, into, near = (arrive(city, "email", text=f"Text {n}").enquiry for n in range(3))
    triage.merge(enquiry_id=one.pk, into_id=into.pk, by_id=city.alice.pk, now=NOON)
    triage.link(enquiry_id=into.pk, other_id=near.pk, by_id=city.alice.pk, now=NOON)

    body = reader.get(f"{ADDRESS}/{into.reference}").json()
    behind = reader.get(f"{ADDRESS}/{one.reference}").json()

    assert [said["text"] for said in body["messages"]] == ["Text 0", "Text 1"]
    assert [said["enquiry"] for said in body["messages"]] == [one.reference, into.reference]
    assert (body["merged"], body["linked"], body["merged_into"]) == ([one.reference], [near.reference], None)
    assert behind["merged_into"] == into.reference


def test_linked_ones_are_named_only_to_who_may_see_them(city: City, reader: Program):
    one, hidden = arrive(city, "email").enquiry, arrive(city, "email").enquiry
    triage.link(enquiry_id=one.pk, other_id=hidden.pk, by_id=city.alice.pk, now=NOON)
    Enquiry.objects.filter(pk=hidden.pk).update(team=city.roads)

    assert reader.get(f"{ADDRESS}/{one.reference}").json()["linked"] == []


def test_one_enquiry_costs_the_same_however_much_was_said(city: City, reader: Program):
    message = arrive(city, "email", thread="t")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(f"{ADDRESS}/{message.enquiry.reference}").status_code == 200
        return len(queries)

    before = cost()
    for _ in range(6):
        arrive(city, "email", thread="t")

    assert cost() == before <= 8


def test_history_says_who_did_what(city: City, reader: Program):
    enquiry = arrive(city, "email").enquiry
    triage.claim(enquiry_id=enquiry.pk, by_id=city.bob.pk, now=NOON)

    lines = reader.get(f"{ADDRESS}/{enquiry.reference}/history").json()["results"]

    assert lines[0]["actor"] == "Bob"
    assert lines[0]["what"]
