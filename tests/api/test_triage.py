"""Programs take care of enquiries as the desk does, each act once per key, and are told when others were faster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from enquiries.models import Enquiry, Note, Organisation, Team
from enquiries.services import triage
from tests.api.conftest import ADDRESS, Program, assert_problem
from tests.people import City, arrive, fresh
from tests.standards import posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def enquiry(city: City) -> Enquiry:
    return arrive(city, "email", now=timezone.now()).enquiry


def at(enquiry: Enquiry, act: str) -> str:
    return f"enquiries/{enquiry.reference}/{act}"


def test_claim_and_what_comes_of_it(city: City, alice: Program, bob: Program, enquiry: Enquiry):
    told = alice.do(at(enquiry, "claim")).json()

    assert told["enquiry"]["assignee"] == {"id": city.alice.pk, "name": "Alice"}
    assert told["enquiry"]["claimed_until"]
    assert_problem(bob.do(at(enquiry, "claim")), 409, "held-by-somebody")
    assert_problem(bob.do(at(enquiry, "take-over")), 400)
    assert bob.do(at(enquiry, "take-over"), reason="Alice is ill").status_code == 200
    assert bob.do(at(enquiry, "release"), note="Called twice").json()["enquiry"]["assignee"] is None
    assert [note.text for note in Note.objects.order_by("pk")] == ["Alice is ill", "Called twice"]


def test_assign_only_to_who_may_see_it(city: City, alice: Program, enquiry: Enquiry):
    assert alice.do(at(enquiry, "assign"), to=city.bob.pk).status_code == 200
    assert_problem(alice.do(at(enquiry, "assign"), to=city.charlie.pk), 409, "refused")
    assert_problem(alice.do(at(enquiry, "assign"), to=10**9), 422)


def test_topic_priority_team(city: City, alice: Program, enquiry: Enquiry):
    topic = city.organisation.topics.get(name="Roads and street lights")

    assert alice.do(at(enquiry, "topic"), topic=topic.pk).json()["enquiry"]["topic"]["name"] == topic.name
    assert alice.do(at(enquiry, "priority"), priority=1).json()["enquiry"]["priority"] == 1
    gone = alice.do(at(enquiry, "transfer"), team=city.roads.pk).json()
    assert gone == {"reference": enquiry.reference, "enquiry": None, "stamp": None}
    assert_problem(alice.get(f"{ADDRESS}/{enquiry.reference}"), 404)
    assert fresh(enquiry.pk).team == city.roads


@pytest.mark.parametrize(("act", "body"), [("topic", {"topic": 0}), ("priority", {"priority": 2}), ("topic", {})])
def test_what_does_not_fit_the_description_is_told(alice: Program, enquiry: Enquiry, act: str, body: dict[str, Any]):
    assert assert_problem(alice.do(at(enquiry, act), **body), 400)["errors"]


@pytest.mark.parametrize("body", [{"priority": "1"}, {"priority": True}, {"priority": 1, "colour": "red"}])
def test_nothing_is_taken_for_what_it_is_not(alice: Program, enquiry: Enquiry, body: dict[str, Any]):
    assert_problem(alice.do(at(enquiry, "priority"), **body), 400)
    assert fresh(enquiry.pk).priority == 0


def test_team_of_another_organisation_is_no_team(alice: Program, enquiry: Enquiry):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    foreign = Team.objects.create(organisation=other, name="Parks")

    assert_problem(alice.do(at(enquiry, "transfer"), team=foreign.pk), 422)


def test_wait_and_wake(city: City, alice: Program, enquiry: Enquiry):
    until = (timezone.now() + timedelta(days=3)).isoformat()

    assert_problem(alice.do(at(enquiry, "wait"), until=until), 409, "refused")  # we owe an answer
    posted(city, enquiry.messages.get(), "We come tomorrow.", now=timezone.now())
    assert alice.do(at(enquiry, "wait"), until=until).json()["enquiry"]["state"] == "WAITING"
    assert alice.do(at(enquiry, "wake")).json()["enquiry"]["state"] == "OPEN"
    assert_problem(alice.do(at(enquiry, "wait"), until="2026-12-01T09:00:00"), 400)  # whose nine o'clock?


def test_close_and_reopen(alice: Program, enquiry: Enquiry):
    assert alice.do(at(enquiry, "close")).json()["enquiry"]["state"] == "CLOSED"
    assert alice.do(at(enquiry, "reopen")).json()["enquiry"]["state"] == "OPEN"


def test_merge_and_unmerge(city: City, alice: Program, enquiry: Enquiry):
    other = arrive(city, "email").enquiry

    merged = alice.do(at(enquiry, "merge"), other=other.reference.lower()).json()
    assert merged["enquiry"]["merged_into"] == other.reference
    assert_problem(alice.do(at(enquiry, "close")), 409, "refused")
    assert alice.do(at(enquiry, "unmerge")).json()["enquiry"]["merged_into"] is None


def test_merging_with_what_one_may_not_see_is_refused_as_with_nothing(city: City, alice: Program, enquiry: Enquiry):
    hidden = arrive(city, "email").enquiry
    Enquiry.objects.filter(pk=hidden.pk).update(team=city.roads)

    foreign = assert_problem(alice.do(at(enquiry, "merge"), other=hidden.reference), 422)
    missing = assert_problem(alice.do(at(enquiry, "merge"), other="NW-2222-2222"), 422)
    assert foreign == missing


def test_split_and_links(city: City, alice: Program):
    first = arrive(city, "email", thread="t")
    second = arrive(city, "email", thread="t", text="And the lamp is out")

    answer = alice.do(at(first.enquiry, "split"), messages=[second.pk])

    new = Enquiry.objects.get(reference=answer.json()["reference"])
    assert answer.status_code == 201
    assert new.pk != first.enquiry_id
    assert alice.do(at(new, "unlink"), other=first.enquiry.reference).status_code == 200
    assert alice.do(at(new, "link"), other=first.enquiry.reference).status_code == 200
    assert_problem(alice.do(at(new, "split"), messages=[second.pk]), 409, "refused")


def test_notes_are_for_who_may_read_notes(city: City, alice: Program, reader: Program, enquiry: Enquiry):
    kept = alice.do(at(enquiry, "notes"), text="Ask @Bob and @Nobody").json()

    assert (kept["told"], kept["unknown"]) == (["Bob"], ["@Nobody"])
    assert alice.see(at(enquiry, "notes")).json()["results"][0]["author"]["name"] == "Alice"
    assert "Ask @Bob" not in reader.get(f"{ADDRESS}/{enquiry.reference}").content.decode()
    assert_problem(reader.see(at(enquiry, "notes")), 403)


def test_key_does_it_once(alice: Program, enquiry: Enquiry):
    first = alice.do(at(enquiry, "notes"), key="k1", text="Once")
    again = alice.do(at(enquiry, "notes"), key="k1", text="Once")

    assert first.json() == again.json()
    assert Note.objects.count() == 1
    assert_problem(alice.do(at(enquiry, "notes"), key="k1", text="Other"), 422)
    assert_problem(alice.do(at(enquiry, "claim"), key="k1"), 422)
    assert_problem(alice.do(at(enquiry, "claim"), key="has space"), 400)


def test_refusal_is_not_remembered(city: City, alice: Program, bob: Program, enquiry: Enquiry):
    alice.do(at(enquiry, "claim"))
    assert_problem(bob.do(at(enquiry, "claim"), key="k1"), 409, "held-by-somebody")
    alice.do(at(enquiry, "release"))

    assert bob.do(at(enquiry, "claim"), key="k1").status_code == 200


def test_stale_stamp_says_what_others_did(city: City, alice: Program, enquiry: Enquiry):
    stamp = alice.get(f"{ADDRESS}/{enquiry.reference}").json()["stamp"]
    triage.set_priority(enquiry_id=enquiry.pk, priority=1, by_id=city.bob.pk, now=timezone.now())

    body = assert_problem(alice.do(at(enquiry, "close"), stamp=stamp), 409, "changed-meanwhile")

    assert body["changes"][0]["actor"] == "Bob"
    assert alice.do(at(enquiry, "close"), stamp=body["stamp"]).status_code == 200


def test_act_is_the_persons_own_in_the_ledger(city: City, alice: Program, enquiry: Enquiry):
    alice.do(at(enquiry, "claim"))

    assert Event.objects.get(verb="enquiry.claimed").actor_id == city.alice.pk
