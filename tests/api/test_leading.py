"""Programs of those who lead: the policy is tried before it is saved, trouble is decided, substitutes are named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agents.models import Substitution
from enquiries.models import ApprovalPolicy, ChannelAccount, Posting
from tests.agents.scenes import came_back, for_a_person, refused, unreadable
from tests.api.conftest import Program, assert_problem
from tests.enquiries.histories import Past, plant
from tests.people import City

pytestmark = pytest.mark.django_db
TWO = {"name": "In public", "when": {"side": ["PUBLIC"]}, "then": {"outcome": "TWO"}}
FREE = {"name": "Thanks", "when": {"tone": ["THANKFUL"], "words": ["thank you"]}, "then": {"outcome": "FREE"}}


def saved(program: Program, *rules: dict[str, Any], seen: int = 0, **options: Any) -> Any:
    proof = program.do("policy/try", rules=list(rules)).json()["tried"]
    return program.do("policy", rules=list(rules), note="Election time", seen=seen, tried=proof, **options)


def test_rules_that_were_tried_are_saved_with_who_and_why(city: City, bob: Program):
    assert bob.see("policy").json()["policy"] is None

    told = saved(bob, TWO, FREE).json()

    made = ApprovalPolicy.objects.get()
    assert (made.owner, made.note, [rule["name"] for rule in made.rules]) == (
        city.bob,
        "Election time",
        ["In public", "Thanks"],
    )
    assert told == bob.see("policy").json()["policy"]
    assert "Side: Public" in told["in_words"][0]


def test_same_key_saves_once(bob: Program):
    proof = bob.do("policy/try", rules=[TWO]).json()["tried"]
    body = {"rules": [TWO], "note": "Why", "seen": 0, "tried": proof}

    answers = [bob.do("policy", key="k1", **body).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert ApprovalPolicy.objects.count() == 1


def test_other_rules_than_those_that_were_tried_are_not_saved(bob: Program, alice: Program):
    proof = bob.do("policy/try", rules=[TWO]).json()["tried"]

    problem = assert_problem(bob.do("policy", rules=[FREE], note="Why", seen=0, tried=proof), 422)

    assert problem["errors"][0]["field"] == "tried"
    assert_problem(alice.do("policy/try", rules=[TWO]), 403)
    assert not ApprovalPolicy.objects.exists()


@pytest.mark.parametrize(
    ("rules", "status", "field"),
    [
        ([TWO, TWO | {"then": {"outcome": "FREE"}}], 422, "rules.1"),
        ([TWO | {"when": {"topic": [10**9]}}], 422, "rules.0"),
        ([TWO | {"then": {"outcome": "SAMPLE"}}], 422, "rules.0"),
        ([TWO | {"when": {"weather": ["wet"]}}], 400, "rules.0.when.weather"),
        ([TWO | {"when": {"side": []}}], 400, "rules.0.when.side"),
    ],
)
def test_rule_that_cannot_be_is_named(bob: Program, rules: list[Any], status: int, field: str):
    problem = assert_problem(bob.do("policy/try", rules=rules), status)

    assert field in [error["field"] for error in problem["errors"]]


def test_newer_policy_is_shown_and_not_written_over(city: City, bob: Program):
    saved(bob, TWO)

    problem = assert_problem(saved(bob, FREE), 409, "newer-policy")

    assert (problem["policy"]["n"], problem["policy"]["rules"][0]["name"]) == (1, "In public")
    assert saved(bob, FREE, seen=1).status_code == 201
    changed = bob.see("policy/versions/2").json()["difference"]
    assert {run["kind"] for run in changed} >= {"added", "gone"}
    assert [one["n"] for one in bob.see("policy/versions").json()["results"]] == [2, 1]


def test_dry_run_tells_what_would_have_been_held(city: City, bob: Program):
    now = timezone.now()
    plant(city, [Past(city.alice, now - timedelta(days=n + 1)) for n in range(3)])

    told = bob.do("policy/try", rules=[TWO | {"when": {"channel": ["email"]}, "then": {"outcome": "FREE"}}]).json()

    assert (told["replies"], told["held_then"], told["held_now"]) == (3, 3, 0)
    assert told["by_rule"] == [{"rule": 0, "replies": 3}]
    assert {(one["persons_then"], one["persons_now"]) for one in told["changed"]} == {(1, 0)}


def test_incident_is_switched(city: City, bob: Program):
    topic = city.organisation.topics.get(name="Waste and recycling")

    assert bob.do(f"topics/{topic.pk}/incident", is_on=True).json()["incident_since"]
    assert bob.do(f"topics/{topic.pk}/incident", is_on=False).json()["incident_since"] is None


def test_trouble_is_listed_with_what_is_known(city: City, alice: Program, bob: Program):
    posting, failed, payload = for_a_person(city), refused(city), unreadable(city)

    told = bob.see("attention").json()

    assert [(one["id"], one["may_decide"]) for one in told["postings"]] == [(posting.pk, True), (failed.pk, False)]
    assert told["postings"][0]["tries"][0]["detail"]
    assert told["postings"][1]["fix"] == "Shorten it, then submit it again."
    assert [(one["id"], one["error"]) for one in told["payloads"]] == [(payload.pk, "ValueError: no JSON")]
    assert not any(one["may_decide"] for one in alice.see("attention").json()["postings"])


@pytest.mark.parametrize(("decision", "state"), [("THERE", "POSTED"), ("AGAIN", "QUEUED"), ("GIVE_UP", "CANCELLED")])
def test_supervisor_says_what_they_saw_once(city: City, bob: Program, decision: str, state: str):
    path = f"attention/postings/{for_a_person(city).pk}"

    told = bob.do(path, key="k1", decision=decision, external_id="12345" if decision == "THERE" else "")

    assert told.json()["state"] == state
    assert Posting.objects.get().decided_by == city.bob
    assert (
        bob.do(path, key="k1", decision=decision, external_id="12345" if decision == "THERE" else "").json()
        == told.json()
    )
    assert_problem(bob.do(path, decision=decision), 404)


def test_posting_that_nobody_has_to_decide_about_is_refused(city: City, bob: Program):
    assert_problem(bob.do(f"attention/postings/{refused(city).pk}", decision="AGAIN"), 409, "moved-on")


def test_what_came_back_is_listed_until_somebody_has_seen_to_it(city: City, alice: Program):
    notice = came_back(city)

    (told,) = alice.see("attention").json()["came_back"]
    alice.do(f"attention/notices/{notice.pk}/seen")

    assert (told["id"], told["code"], told["posting"]) == (notice.pk, "5.1.1", notice.posting_id)
    assert alice.see("attention").json()["came_back"] == []


def test_board_of_the_channels_tells_what_to_mend(city: City, bob: Program):
    ChannelAccount.objects.filter(kind="x").update(halted_reason="Code 89.", halted_kind="AUTH")

    first = bob.see("channels").json()["results"][0]

    assert (first["tone"], first["account"]["channel"], first["halted_kind"]) == ("bad", "x", "AUTH")
    assert first["concerns"][0]["name"] == "halted" and "Make a new token" in first["concerns"][0]["todo"]


def test_platform_is_asked_only_for_what_nobody_knows(city: City, bob: Program):
    address = f"attention/postings/{for_a_person(city).pk}/platform"
    told = bob.do(address).json()

    assert (told["is_there"], bool(told["says"])) == (None, True)
    assert_problem(bob.do(address), 409, "refused")
    assert bob.see(address).status_code == 405
    assert_problem(bob.do(f"attention/postings/{refused(city).pk}/platform"), 409, "moved-on")


def test_unreadable_is_shown_as_text_and_read_again(city: City, alice: Program):
    payload = unreadable(city, b"<b>bad</b>\x00\xff")

    assert alice.see(f"attention/payloads/{payload.pk}").json()["beginning"].startswith("<b>bad</b>")
    assert alice.do(f"attention/payloads/{payload.pk}/retry").json()["state"] == "RECEIVED"
    assert_problem(alice.do(f"attention/payloads/{payload.pk}/retry"), 404)


def test_substitute_is_named_and_ended(city: City, bob: Program):
    who: dict[str, Any] = {"team": city.waste.pk, "user": city.charlie.pk}
    later = (timezone.now() + timedelta(days=3)).isoformat()

    assert_problem(bob.do("substitutes", only_when_late=False, **who), 422)
    made = bob.do("substitutes", only_when_late=False, ends_at=later, **who).json()
    assert_problem(bob.do("substitutes", only_when_late=False, ends_at=later, **who), 409, "refused")
    assert_problem(bob.do("substitutes", only_when_late=True, team=city.roads.pk, user=city.bob.pk), 422)
    waste = next(one for one in bob.see("substitutes").json()["results"] if one["is_mine"])
    assert [one["user"]["name"] for one in waste["substitutions"]] == ["Charlie"]
    assert bob.do(f"substitutes/{made['id']}/end").status_code == 200
    assert Substitution.objects.get().ends_at <= timezone.now()  # type: ignore[operator]
