"""Programs stop what leaves, take standard words, and learn the names behind numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from enquiries.models import Freeze, StandardInsertion
from tests.api.conftest import Program, assert_problem, program_of
from tests.people import City, approved, arrive
from tests.standards import expire, posted, standard

pytestmark = pytest.mark.django_db
EVERYTHING: dict[str, Any] = {"scope": "EVERYTHING", "reason": "Election night", "hours": 2}


def test_freeze_is_set_listed_and_lifted(city: City, bob: Program, alice: Program):
    approved(city, arrive(city, "email", now=timezone.now()), now=timezone.now())

    made = bob.do("freezes", **EVERYTHING)

    assert made.status_code == 201
    assert (made.json()["held"], made.json()["under_way"]) == (1, 0)
    assert alice.see("freezes").json()["results"][0]["reason"] == "Election night"
    number = made.json()["id"]
    assert bob.do(f"freezes/{number}/lift").json()["lifted_at"]
    assert_problem(bob.do(f"freezes/{number}/lift"), 409, "refused")
    assert bob.see("freezes").json()["results"] == []


def test_only_who_leads_stops_what_leaves(city: City, alice: Program, bob: Program):
    number = bob.do("freezes", **EVERYTHING).json()["id"]

    assert_problem(alice.do("freezes", **EVERYTHING), 403)
    assert_problem(alice.do(f"freezes/{number}/lift"), 403)
    assert program_of(city, city.admin).do(f"freezes/{number}/lift").status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scope": "CHANNEL"}, 422),
        ({"scope": "ACCOUNT", "account": 10**9}, 422),
        ({"topic": 1}, 422),
        ({"hours": 0}, 400),
        ({"hours": 337}, 400),
        ({"reason": " "}, 400),
        ({"scope": "EARTH"}, 400),
    ],
)
def test_freeze_that_makes_no_sense_is_told(bob: Program, change: dict[str, Any], status: int):
    assert_problem(bob.do("freezes", **(EVERYTHING | change)), status)
    assert not Freeze.objects.exists()


@pytest.mark.parametrize("scope", ["CHANNEL", "ACCOUNT", "TOPIC"])
def test_freeze_names_what_it_covers(city: City, bob: Program, scope: str):
    which: dict[str, dict[str, Any]] = {
        "CHANNEL": {"channel": "x"},
        "ACCOUNT": {"account": city.accounts["x"].pk},
        "TOPIC": {"topic": city.organisation.topics.first().pk},  # type: ignore[union-attr]
    }

    assert bob.do("freezes", **(EVERYTHING | {"scope": scope} | which[scope])).status_code == 201


def test_freeze_of_another_organisation_is_not_there(city: City, bob: Program, stranger: Program):
    number = bob.do("freezes", **EVERYTHING).json()["id"]

    assert_problem(stranger.do(f"freezes/{number}/lift"), 403)  # its scopes do not name it


def test_standard_words_are_read_offered_and_taken(city: City, alice: Program):
    version = standard(city, now=timezone.now())
    message = arrive(city, "email", now=timezone.now())
    at = f"enquiries/{message.enquiry.reference}/standards"

    assert alice.see("standards").json()["results"][0]["title"] == "Missed bin"
    assert "any" in alice.see(f"standards/{version.answer_id}").json()["texts"]
    offer = alice.see(at, q="bin", answers=message.pk).json()["results"][0]
    taken = alice.do(f"{at}/insert", version=offer["version"], answers=message.pk).json()
    assert message.enquiry.reference in taken["text"]
    assert StandardInsertion.objects.get().author == city.alice
    assert_problem(alice.see(at, answers="x"), 400)
    assert_problem(alice.see("standards/999999"), 404)


def test_expired_words_take_a_second_step(city: City, alice: Program):
    version = expire(standard(city))
    message = arrive(city, "email", now=timezone.now())
    path = f"enquiries/{message.enquiry.reference}/standards/insert"

    assert_problem(alice.do(path, version=version.pk, answers=message.pk), 409, "expired-words")
    told = alice.do(path, version=version.pk, answers=message.pk, despite_expiry=True)
    assert told.json()["standing"] == "EXPIRED"


def test_precedents_are_found(city: City, alice: Program):
    words = "The lantern at the corner of Elm Street flickers all night"
    posted(city, arrive(city, "email", text=words), "We repair the lantern on Monday.")
    message = arrive(city, "email", text=words)

    found = alice.see(f"enquiries/{message.enquiry.reference}/precedents").json()["results"]

    assert [one["answer"] for one in found] == ["We repair the lantern on Monday."]


def test_program_learns_who_it_is(city: City, alice: Program, site: Program):
    me = alice.see("me").json()

    assert me["person"] == {"id": city.alice.pk, "name": "Alice", "email": city.alice.email}
    assert me["roles"] == [{"role": "AGENT", "team": {"id": city.waste.pk, "name": "Waste"}}]
    assert site.see("me").json()["person"] is None


def test_directory_names_what_acts_are_given(city: City, alice: Program, site: Program, stranger: Program):
    told = alice.see("directory").json()

    assert [team["name"] for team in told["teams"]] == ["Roads", "Waste"]
    assert {one["email"] for one in told["people"]} >= {city.bob.email}
    assert {one["channel"] for one in told["accounts"]} == set(city.accounts)
    assert_problem(site.see("directory"), 403)
    assert stranger.see("directory").json()["teams"] == []
