"""Programs of supervisors decide: exactly what was read, with its finds, told when something has changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from enquiries.models import Approval, Endorsement, Posting, Reply, ReplyReturn, ReplyVersion
from enquiries.services import replies
from enquiries.services.approving.policies import save_policy
from tests.api.conftest import Program, assert_problem, program_of
from tests.people import City, arrive, make_user, submitted

pytestmark = pytest.mark.django_db
PHONE = "Call us on 020 7946 0958."


@pytest.fixture
def version(city: City) -> ReplyVersion:
    now = timezone.now()
    return submitted(city, arrive(city, "email", now=now), now=now)


def sha256(version: ReplyVersion) -> str:
    return bytes(version.content_sha256).hex()


def decide(program: Program, which: ReplyVersion, how: str, **body: Any) -> Any:
    return program.do(f"approvals/{which.reply_id}/{how}", **body)


def asks_for_two(city: City) -> None:
    rules = [{"name": "Two", "when": {}, "then": {"outcome": "TWO"}}]
    save_policy(organisation=city.organisation, rules=rules, by_id=city.bob.pk, note="", now=timezone.now(), seen_n=0)


def test_what_waits_is_listed_and_read(city: City, bob: Program, version: ReplyVersion):
    row = bob.see("approvals").json()["results"][0]
    proposal = bob.see(f"approvals/{version.reply_id}").json()

    assert (row["reply"], row["author"], row["is_own"]) == (version.reply_id, "Alice", False)
    assert proposal["version"]["sha256"] == sha256(version)
    assert proposal["version"]["text"] == "We come tomorrow."
    assert proposal["answers"]["text"] == "My bin was not emptied."
    assert proposal["places"][0]["recipient"] == "dana@example.org"
    assert proposal["decision"]["persons"] == 1
    assert proposal["hindrance"] == ""


def test_approval_is_of_exactly_what_was_read(city: City, bob: Program, version: ReplyVersion):
    told = decide(bob, version, "approve", sha256=sha256(version)).json()

    assert (told["outcome"], told["state"]) == ("APPROVED", "APPROVED")
    assert told["leaves_at"] == Posting.objects.get().due_at.isoformat()
    assert Approval.objects.get().approver == city.bob
    assert_problem(decide(bob, version, "approve", sha256=sha256(version)), 409, "moved-on")


def test_same_key_approves_once(bob: Program, version: ReplyVersion):
    path = f"approvals/{version.reply_id}/approve"

    answers = [bob.do(path, key="k1", sha256=sha256(version)) for _ in range(2)]

    assert [answer.json() for answer in answers] == [answers[0].json()] * 2
    assert Approval.objects.count() == 1


def test_stale_hash_shows_the_newest_version(city: City, bob: Program, version: ReplyVersion):
    read = sha256(version)
    newest = submitted(city, version.reply.answers, text="We come on Tuesday.", now=timezone.now())

    for how, body in (("approve", {}), ("return", {"reason": "TONE"})):
        problem = assert_problem(decide(bob, version, how, sha256=read, **body), 409, "newer-version")
        assert problem["newest"]["sha256"] == sha256(newest)
        assert {"kind": "gone", "text": "tomorrow"} in problem["difference"]
    assert not Approval.objects.exists()


def test_author_and_agent_approve_nothing(city: City, alice: Program, version: ReplyVersion):
    own = submitted_by_bob(city)

    assert_problem(decide(alice, version, "approve", sha256=sha256(version)), 403)
    problem = decide(program_of(city, city.bob), own, "approve", sha256=sha256(own))
    assert_problem(problem, 403, "not-yours-to-decide")
    assert "wrote part" in program_of(city, city.bob).see(f"approvals/{own.reply_id}").json()["hindrance"]


def submitted_by_bob(city: City) -> ReplyVersion:
    message, now = arrive(city, "email", now=timezone.now()), timezone.now()
    values = {"enquiry_id": message.enquiry_id, "now": now}
    own = replies.save_draft(answers_id=message.pk, author_id=city.bob.pk, text="We come.", **values)  # type: ignore[arg-type]
    replies.submit(by_id=city.bob.pk, version_id=own.pk, **values)  # type: ignore[arg-type]
    return own


def test_each_find_has_to_be_acknowledged(city: City, bob: Program):
    now = timezone.now()
    version = submitted(city, arrive(city, "x", now=now), text=PHONE, now=now)
    seen = sha256(version)

    problem = assert_problem(decide(bob, version, "approve", sha256=seen), 409, "finds-not-acknowledged")

    find = problem["finds"][0]
    assert find["shown"] in PHONE
    assert find == bob.see(f"approvals/{version.reply_id}").json()["finds"][0]
    accepted = [{"kind": find["kind"], "key": find["key"]}]
    assert decide(bob, version, "approve", sha256=seen, acknowledged=accepted).status_code == 200
    assert Approval.objects.get().acknowledged == accepted


def test_two_people_decide_where_the_policy_asks_for_two(city: City, bob: Program):
    asks_for_two(city)
    now = timezone.now()
    version = submitted(city, arrive(city, "email", now=now), now=now)
    second = make_user(city.organisation, "Beth", "SUPERVISOR", city.waste)  # type: ignore[arg-type]
    body = {"sha256": sha256(version)}

    assert_problem(decide(bob, version, "endorse", asked=city.alice.pk, **body), 409, "second-person")
    assert decide(bob, version, "endorse", asked=second.pk, words="Have a look", **body).json()["outcome"] == "ENDORSED"
    assert_problem(decide(bob, version, "approve", **body), 409, "second-person")
    beth = program_of(city, second)
    assert beth.see("approvals").json()["results"][0]["is_asked"] is True
    first = beth.see(f"approvals/{version.reply_id}").json()["first"]
    assert (first["by"]["name"], first["words"]) == ("Bob", "Have a look")
    assert decide(beth, version, "approve", **body).json()["outcome"] == "APPROVED"
    assert Endorsement.objects.get().by == city.bob


def test_edit_makes_an_author(city: City, bob: Program, version: ReplyVersion):
    told = decide(bob, version, "edit", version=version.pk, text="We come at nine.").json()

    assert (told["outcome"], told["state"]) == ("HANDED_ON", "SUBMITTED")
    newest = ReplyVersion.objects.get(pk=told["version"])
    assert newest.author == city.bob
    assert_problem(decide(bob, version, "approve", sha256=sha256(newest)), 403, "not-yours-to-decide")
    stale = decide(bob, version, "edit", version=version.pk, text="We come at ten.")
    assert assert_problem(stale, 409, "newer-version")["newest"]["id"] == newest.pk


def test_return_has_a_reason(bob: Program, version: ReplyVersion):
    seen = sha256(version)

    assert_problem(decide(bob, version, "return", sha256=seen), 400)
    assert_problem(decide(bob, version, "return", sha256=seen, reason="OTHER", note=" "), 422)
    assert_problem(decide(bob, version, "return", sha256=seen, reason="CITIZEN_WROTE"), 400)
    assert decide(bob, version, "return", sha256=seen, reason="TONE", note="Warmer").json()["state"] == "RETURNED"
    assert ReplyReturn.objects.get().note == "Warmer"
    assert_problem(decide(bob, version, "return", sha256=seen, reason="TONE"), 409, "moved-on")


def test_citizen_who_wrote_again_is_heard_first(city: City, bob: Program):
    now = timezone.now()
    version = submitted(city, arrive(city, "email", thread="t", now=now), now=now)
    arrive(city, "email", thread="t", text="It is urgent", now=now)

    assert_problem(decide(bob, version, "approve", sha256=sha256(version)), 409, "moved-on")
    assert Reply.objects.get().state == "RETURNED"


@pytest.mark.parametrize("how", ["approve", "endorse", "edit", "return"])
def test_reply_of_another_team_is_not_there(city: City, version: ReplyVersion, how: str):
    charlie = program_of(city, city.charlie)
    bodies: dict[str, dict[str, Any]] = {
        "edit": {"version": 1, "text": "x"},
        "return": {"sha256": "0" * 64, "reason": "TONE"},
    }
    body = bodies.get(how, {"sha256": "0" * 64})

    foreign = assert_problem(decide(charlie, version, how, **body), 404)
    missing = assert_problem(charlie.do(f"approvals/{10**9}/{how}", **body), 404)
    assert foreign == missing
    assert charlie.see("approvals").json()["results"] == []


def test_list_costs_the_same_for_more_rows(city: City, bob: Program, django_assert_max_num_queries: Any):
    for _ in range(4):
        submitted(city, arrive(city, "email", now=timezone.now()), now=timezone.now())

    with django_assert_max_num_queries(6):
        assert len(bob.see("approvals").json()["results"]) == 4
