"""Programs of those who lead read the figures and say a supervisor's word; authors read their own; looks are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agents.models import Buddy
from enquiries.models import Note, Review, TrustStep
from enquiries.rules.review import NAMES
from enquiries.services.approving import reviewing
from tests.api.conftest import Program, assert_problem, program_of
from tests.enquiries.histories import Past, plant
from tests.people import NOON, City, approved, arrive

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHEET: dict[str, Any] = {"verdict": "GOOD", "marks": dict.fromkeys(NAMES, 4)}


@pytest.fixture
def proven(city: City) -> City:
    """Alice has a good half year of mails behind her."""
    start = timezone.now() - 190 * DAY
    plant(city, [Past(city.alice, start + n * DAY) for n in range(120)])
    return city


@pytest.fixture
def review(city: City) -> Review:
    return reviewing.ask_after_check(approved(city, arrive(city)).version, now=NOON)


def rung(city: City, then: str = "") -> str:
    return f"trust/{city.alice.pk}/email{then}"


def of_alice(told: dict[str, Any]) -> dict[str, Any]:
    row = next(one for one in told["people"] if one["person"]["name"] == "Alice")
    found: dict[str, Any] = next(one for one in row["rungs"] if one["channel"] == "email")
    return found


def test_board_proposes_with_the_figures(proven: City, bob: Program):
    email = of_alice(bob.see("trust").json())

    assert (email["level"], email["seen"], email["figures"]["approved"]) == ("CHECKED", 0, 120)
    assert (email["proposed"]["level"], email["missing"]) == ("SAMPLED", [])
    assert bob.see(rung(proven)).json()["rung"]["figures"] == email["figures"]


def test_step_is_given_on_what_was_read_and_once(proven: City, bob: Program):
    path = rung(proven, "/give")
    word: dict[str, Any] = {"seen": 0, "level": "SAMPLED"}

    told = [bob.do(path, key="k1", **word).json() for _ in range(2)]

    step = TrustStep.objects.get()
    assert told[0] == told[1]
    assert (step.level, step.decided_by) == ("SAMPLED", proven.bob)
    assert (told[0]["rung"]["level"], told[0]["steps"][0]["id"]) == ("SAMPLED", step.pk)
    assert_problem(bob.do(path, **word), 409, "refused")


def test_level_is_kept_with_a_reason_and_a_day(proven: City, bob: Program):
    day = (timezone.now() + 30 * DAY).date().isoformat()

    assert_problem(bob.do(rung(proven, "/not-yet"), seen=0, reason="Tone", review_on="2027-02-30"), 422)
    assert_problem(bob.do(rung(proven, "/not-yet"), seen=0, reason="Tone", review_on="2020-01-01"), 409, "refused")
    told = bob.do(rung(proven, "/not-yet"), seen=0, reason="Tone", review_on=day).json()
    assert (told["rung"]["level"], told["rung"]["review_on"]) == ("CHECKED", day)


def test_topic_is_set_apart_and_read_by_its_number(proven: City, bob: Program):
    topic = proven.organisation.topics.get(name="Waste and recycling")

    told = bob.do(rung(proven, "/set-apart"), topic=topic.pk, reason="Hot").json()

    assert told["rung"]["topic"]["name"] == topic.name
    assert bob.get(f"/api/v1/{rung(proven)}", topic=topic.pk).json()["steps"][0]["reason"] == "Hot"
    assert_problem(bob.do(rung(proven, "/set-apart"), topic=10**9, reason="Hot"), 422)
    assert_problem(bob.get(f"/api/v1/{rung(proven)}", topic="x"), 400)


def test_trust_is_taken_back_at_once(proven: City, bob: Program):
    bob.do(rung(proven, "/give"), seen=0, level="SAMPLED")

    assert bob.do(rung(proven, "/take-back"), reason="A wrong date").json()["rung"]["level"] == "CHECKED"
    assert_problem(bob.do(rung(proven, "/take-back"), reason="Again"), 409, "refused")


def test_nobody_decides_about_themselves(city: City, bob: Program):
    own = f"trust/{city.bob.pk}/email"

    assert bob.see(own).json()["hindrance"]
    assert_problem(bob.do(f"{own}/take-back", reason="Modesty"), 409, "refused")


def test_own_levels_are_read_by_who_writes(proven: City, alice: Program):
    told = alice.see("trust/mine").json()

    assert {one["channel"] for one in told["rungs"]} == {"x", "facebook", "email", "web"}
    assert_problem(alice.see("trust"), 403)


def test_buddy_reads_along_and_looks(city: City, bob: Program, review: Review):
    assert bob.do("buddies", agent=city.alice.pk, buddy=city.charlie.pk).json()["buddy"]["name"] == "Charlie"
    rows = program_of(city, city.charlie).see("reviews").json()["results"]
    assert [(one["id"], one["is_learners"]) for one in rows] == [(review.pk, True)]
    assert_problem(bob.do("buddies", agent=city.alice.pk, buddy=city.alice.pk), 422)
    assert bob.do("buddies", agent=city.alice.pk, buddy=None).json()["buddy"] is None
    assert not Buddy.objects.exists()


def test_look_is_kept_once_and_its_author_reads_it(city: City, alice: Program, bob: Program, review: Review):
    path = f"reviews/{review.pk}"
    whole = bob.see(path).json()
    sheet = SHEET | {"verdict": "COACH", "note": "Name the hour."}

    assert (whole["answers"]["text"], whole["version"]["text"]) == ("My bin was not emptied.", "We come tomorrow.")
    assert [point["name"] for point in whole["sheet"]] == list(NAMES)
    assert bob.do(f"{path}/finish", **sheet).json()["verdict"] == "COACH"
    assert_problem(bob.do(f"{path}/finish", **sheet), 409, "refused")
    assert alice.see("trust/mine").json()["reviews"][0]["note"] == "Name the hour."
    assert alice.do(f"{path}/read").json()["read_at"]
    assert bob.see("reviews").json()["results"] == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"verdict": "SERIOUS"}, 422), ({"marks": {"tone": 3}}, 400), ({"marks": dict.fromkeys(NAMES, 6)}, 400)],
)
def test_sheet_with_gaps_is_refused(bob: Program, review: Review, wrong: dict[str, Any], status: int):
    assert_problem(bob.do(f"reviews/{review.pk}/finish", **(SHEET | wrong)), status)
    assert not Review.objects.exclude(verdict="").exists()


def test_serious_look_takes_trust_back(city: City, bob: Program, review: Review):
    TrustStep.objects.create(
        organisation=city.organisation,
        user=city.alice,
        kind="email",
        level="SAMPLED",
        reason="test",
        decided_by=city.bob,
        decided_at=NOON,
    )

    bob.do(f"reviews/{review.pk}/finish", **(SHEET | {"verdict": "SERIOUS", "note": "The date is wrong."}))

    assert TrustStep.objects.latest("pk").level == "CHECKED"
    assert "The date is wrong." in Note.objects.get().text
