"""Programs write replies for a person: in versions, told when another is newer, handed over as the policy asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from enquiries.models import Message, Reply, ReplyVersion
from enquiries.services import replies, triage
from tests.api.conftest import Program, assert_problem, program_of
from tests.people import City, approved, arrive, draft, make_user

pytestmark = pytest.mark.django_db
TEXT = "We come tomorrow."


@pytest.fixture
def message(city: City) -> Message:
    return arrive(city, "email", now=timezone.now())


def body(message: Message, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    return {"answers": message.pk, "side": message.side, "text": text, "version": None} | fields


def save(program: Program, message: Message, text: str = TEXT, **fields: Any) -> Any:
    return program.do(f"enquiries/{message.enquiry.reference}/reply", **body(message, text, **fields))


def submit(program: Program, message: Message, version: int) -> Any:
    return program.do(f"enquiries/{message.enquiry.reference}/reply/submit", version=version)


def test_reply_is_kept_read_and_handed_over(city: City, alice: Program, message: Message):
    saved = save(alice, message)
    told = submit(alice, message, saved.json()["version"]).json()

    version = ReplyVersion.objects.get()
    assert saved.status_code == 201
    assert saved.json()["sha256"] == bytes(version.content_sha256).hex()
    assert version.author == city.alice
    assert told["state"] == "SUBMITTED"
    assert told["decision"]["outcome"] == "HELD"
    assert told["decision"]["persons"] == 1
    assert told["leaves_at"] is None
    under_way = alice.see(f"enquiries/{message.enquiry.reference}/reply").json()["reply"]
    assert (under_way["state"], under_way["versions"][0]["text"]) == ("SUBMITTED", TEXT)


def test_nothing_under_way_is_null(alice: Program, message: Message):
    assert alice.see(f"enquiries/{message.enquiry.reference}/reply").json() == {"reply": None}


def test_newer_version_is_shown_with_the_difference(city: City, alice: Program, bob: Program, message: Message):
    first = save(alice, message).json()["version"]
    second = save(bob, message, "We come on Tuesday.", version=first).json()["version"]

    problem = assert_problem(save(alice, message, "We come today.", version=first), 409, "newer-version")

    assert problem["newest"]["id"] == second
    assert problem["newest"]["author"]["name"] == "Bob"
    assert "".join(run["text"] for run in problem["difference"] if run["kind"] != "gone") == "We come on Tuesday."
    assert "".join(run["text"] for run in problem["difference"] if run["kind"] != "added") == "We come today."
    assert ReplyVersion.objects.count() == 2


def test_older_version_is_not_handed_over(alice: Program, message: Message):
    first = save(alice, message).json()["version"]
    second = save(alice, message, "We come on Tuesday.", version=first).json()["version"]

    problem = assert_problem(submit(alice, message, first), 409, "newer-version")

    assert problem["newest"]["id"] == second
    assert {"kind": "gone", "text": "tomorrow"} in problem["difference"]
    assert Reply.objects.get().state == "DRAFT"


def test_who_has_not_claimed_it_cannot_submit_meanwhile(city: City, alice: Program, bob: Program, message: Message):
    triage.claim(enquiry_id=message.enquiry_id, by_id=city.bob.pk, now=timezone.now())

    version = save(alice, message).json()["version"]

    assert_problem(submit(alice, message, version), 409, "held-by-somebody")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"side": "PUBLIC"}, 422),
        ({"answers": 10**9}, 422),
        ({"corrects": 1}, 422),
        ({"purpose": "REMOVE"}, 422),
        ({"not_before": "2020-01-01T00:00:00Z"}, 422),
        ({"text": " "}, 400),
        ({"text": "\x00"}, 400),
        ({"purpose": "SHOUT"}, 400),
        ({"version": "1"}, 400),
        ({"in_parts": "yes"}, 400),
    ],
)
def test_what_cannot_be_is_named(alice: Program, message: Message, wrong: dict[str, Any], status: int):
    problem = assert_problem(save(alice, message, **wrong), status)

    assert {error["field"] for error in problem["errors"]} & {*wrong, "corrects"}
    assert not ReplyVersion.objects.exists()


def test_message_of_another_enquiry_is_no_message(city: City, alice: Program, message: Message):
    other = arrive(city, "email")

    assert_problem(alice.do(f"enquiries/{message.enquiry.reference}/reply", **body(other)), 422)


def test_reply_is_scheduled(alice: Program, message: Message):
    moment = timezone.now() + timedelta(days=2)

    save(alice, message, not_before=moment.isoformat())

    assert ReplyVersion.objects.get().content["not_before"] == moment.isoformat()


def test_same_key_writes_one_version(alice: Program, message: Message):
    path = f"enquiries/{message.enquiry.reference}/reply"

    answers = [alice.do(path, key="k1", **body(message)) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert ReplyVersion.objects.count() == 1


def test_text_is_looked_over(city: City, alice: Program):
    public = arrive(city, "x")
    path = f"enquiries/{public.enquiry.reference}/reply/check"

    looked = alice.do(path, answers=public.pk, text=f"Call 020 7946 0958 now!! {'very ' * 80}long").json()

    assert looked["finds"][0]["kind"] == "PHONE"
    assert looked["length"] > looked["most"]
    assert len(looked["parts"]) > 1
    assert looked["hints"]
    assert not ReplyVersion.objects.exists()


def test_approved_reply_is_called_back(city: City, alice: Program, message: Message):
    approval = approved(city, message, now=timezone.now())

    told = alice.do(f"replies/{approval.reply_id}/call-back").json()

    assert told == {"reply": approval.reply_id, "state": "RETURNED"}
    assert_problem(alice.do(f"replies/{approval.reply_id}/call-back"), 409, "moved-on")


def test_citizen_is_invited_to_go_on_in_private(city: City, alice: Program, message: Message):
    public = arrive(city, "x")
    path = f"enquiries/{public.enquiry.reference}/take-offline"

    first = alice.do(path, answers=public.pk).json()

    assert first["link"] in first["text"]
    assert alice.do(path, answers=public.pk).json() == first
    refused = alice.do(f"enquiries/{message.enquiry.reference}/take-offline", answers=message.pk)
    assert_problem(refused, 409, "refused")


def test_draft_is_for_who_may_write(city: City, message: Message):
    draft(city, message)
    reads_only = program_of(city, city.alice, "enquiries:read", "enquiries:triage")

    assert_problem(reads_only.see(f"enquiries/{message.enquiry.reference}/reply"), 403)


def test_draft_of_another_team_is_not_there(city: City, message: Message):
    version = draft(city, message)
    other = make_user(city.organisation, "Finn", "AGENT", city.roads)  # type: ignore[arg-type]
    finn = program_of(city, other)

    assert_problem(finn.see(f"enquiries/{message.enquiry.reference}/reply"), 404)
    assert_problem(submit(finn, message, version.pk), 404)
    assert replies.current_reply(message.enquiry) == version.reply


def test_reading_what_is_under_way_costs_the_same_for_more_versions(
    city: City, alice: Program, message: Message, django_assert_max_num_queries: Any
):
    for n in range(4):
        draft(city, message, text=f"Wording {n}")

    with django_assert_max_num_queries(7):
        alice.see(f"enquiries/{message.enquiry.reference}/reply")


def test_comment_is_answered_in_private_once(city: City, alice: Program):
    comment = arrive(city, "facebook", root_id="500_601", now=timezone.now())
    ours = "Tell us your address."

    other_side = save(alice, comment, ours, purpose="PRIVATELY", side="PUBLIC")
    saved = save(alice, comment, ours, purpose="PRIVATELY", side="PRIVATE")

    assert (other_side.status_code, saved.status_code) == (422, 201)
    told = alice.see(f"enquiries/{comment.enquiry.reference}/reply").json()["reply"]
    assert (told["purpose"], told["side"]) == ("PRIVATELY", "PRIVATE")


def test_what_no_platform_carries_in_private_is_refused_with_words(city: City, alice: Program):
    post = arrive(city, "x", now=timezone.now())

    answer = save(alice, post, purpose="PRIVATELY", side="PRIVATE")

    assert answer.status_code in (409, 422)
    assert "Invite the person to write in private" in answer.content.decode()
