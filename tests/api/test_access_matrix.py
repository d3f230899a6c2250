"""Every call, tried by everybody: nobody, a revoked token, one without the scope, another team, the agent, who leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from agents.models import Role, User
from api.models import ApiToken, Scope
from enquiries.models import Enquiry, Organisation
from enquiries.services.approving import freezing
from tests.api.conftest import Program, assert_problem, program_of, token
from tests.people import City, approved, arrive, make_user, submitted
from tests.standards import standard

pytestmark = pytest.mark.django_db
Thing = tuple[dict[str, Any], dict[str, Any]]
"""What stands in the address, and what in the body."""
HASH = "0" * 64


def nothing(city: City) -> Thing:
    """Something in each list, and no part in the address."""
    submitted(city, arrive(city, subject="Secret"))
    return {}, {}


def an_enquiry(city: City) -> Thing:
    message = arrive(city, subject="Secret", now=timezone.now())
    return {"reference": message.enquiry.reference}, {"answers": message.pk, "side": message.side}


def a_closed_enquiry(city: City) -> Thing:
    path, _body = an_enquiry(city)
    Enquiry.objects.filter(**path).update(state="CLOSED")
    return path, {}


def two_enquiries(city: City) -> Thing:
    return an_enquiry(city)[0], {"other": arrive(city).enquiry.reference}


def an_enquiry_of_two_messages(city: City) -> Thing:
    first, second = arrive(city, thread="t"), arrive(city, thread="t")
    return {"reference": first.enquiry.reference}, {"messages": [second.pk]}


def a_submitted_reply(city: City) -> Thing:
    version = submitted(city, arrive(city, subject="Secret"))
    return {"reply_id": version.reply_id}, {"sha256": bytes(version.content_sha256).hex(), "version": version.pk}


def an_approved_reply(city: City) -> Thing:
    return {"reply_id": approved(city, arrive(city), now=timezone.now()).reply_id}, {}


def a_freeze(city: City) -> Thing:
    now = timezone.now()
    made = freezing.freeze(
        organisation=city.organisation,
        scope="EVERYTHING",
        reason="Night",
        by_id=city.bob.pk,
        expires_at=now + freezing.LONGEST,
        now=now,
    )
    return {"freeze_id": made.pk}, {}


def a_standard(city: City) -> Thing:
    return {"answer_id": standard(city).answer_id}, {}


def a_standard_to_insert(city: City) -> Thing:
    path, body = an_enquiry(city)
    return path, {"answers": body["answers"], "version": standard(city, now=timezone.now()).pk}


@dataclass
class Row:
    """One call: who gets which status. Another team's supervisor is `other`; a stranger works for another city."""

    name: str
    scope: Scope
    thing: Callable[[City], Thing] = an_enquiry
    more: dict[str, Any] | None = None
    only: tuple[str, ...] = ()
    agent: int = 200
    leader: int = 200
    other: int = 404
    stranger: int = 404


READ, TRIAGE, WRITE, APPROVE = Scope.READ, Scope.TRIAGE, Scope.WRITE, Scope.APPROVE
ROWS = [
    Row("list_enquiries", READ, nothing, other=200, stranger=200),
    Row("read_enquiry", READ),
    Row("read_history", READ),
    Row("read_me", READ, nothing, other=200, stranger=200),
    Row("read_directory", READ, nothing, other=200, stranger=200),
    Row("list_standards", READ, nothing, other=200, stranger=200),
    Row("read_standard", READ, a_standard, other=200),
    Row("claim_enquiry", TRIAGE, more={}),
    Row("take_over_enquiry", TRIAGE, more={"reason": "Ill"}),
    Row("release_enquiry", TRIAGE, more={}),
    Row("assign_enquiry", TRIAGE, more={"to": 1}, agent=422, leader=422),
    Row("transfer_enquiry", TRIAGE, more={"team": None}),
    Row("topic_enquiry", TRIAGE, more={"topic": None}),
    Row("priority_enquiry", TRIAGE, more={"priority": 1}),
    Row("wait_enquiry", TRIAGE, more={"until": "2099-01-01T00:00:00Z"}, agent=409, leader=409),
    Row("wake_enquiry", TRIAGE, more={}),
    Row("close_enquiry", TRIAGE, more={}),
    Row("reopen_enquiry", TRIAGE, a_closed_enquiry, more={}),
    Row("merge_enquiry", TRIAGE, two_enquiries, more={}, only=("other",)),
    Row("unmerge_enquiry", TRIAGE, more={}),
    Row("split_enquiry", TRIAGE, an_enquiry_of_two_messages, {}, ("messages",), agent=201, leader=201),
    Row("link_enquiry", TRIAGE, two_enquiries, more={}, only=("other",)),
    Row("unlink_enquiry", TRIAGE, two_enquiries, more={}, only=("other",)),
    Row("list_notes", Scope.NOTES),
    Row("add_note", Scope.NOTES, more={"text": "Look"}, agent=201, leader=201),
    Row("read_reply", WRITE),
    Row("save_reply", WRITE, an_enquiry, {"text": "Yes", "version": None}, ("answers", "side"), agent=201, leader=201),
    Row("submit_reply", WRITE, more={"version": 1}, agent=409, leader=409),
    Row("check_text", WRITE, an_enquiry, {"text": "Yes"}, ("answers",)),
    Row("take_offline", WRITE, an_enquiry, {}, ("answers",), agent=409, leader=409),
    Row("offer_standards", WRITE),
    Row("insert_standard", WRITE, a_standard_to_insert, {}, ("answers", "version")),
    Row("list_precedents", WRITE),
    Row("call_back_reply", WRITE, an_approved_reply, {}),
    Row("list_approvals", APPROVE, nothing, other=200, stranger=200),
    Row("read_approval", APPROVE, a_submitted_reply),
    Row("approve_reply", APPROVE, a_submitted_reply, {}, ("sha256",), agent=403),
    Row("endorse_reply", APPROVE, a_submitted_reply, {}, ("sha256",), agent=403),
    Row("edit_reply", APPROVE, a_submitted_reply, {"text": "Other words"}, ("version",), agent=403),
    Row("return_reply", APPROVE, a_submitted_reply, {"reason": "TONE"}, ("sha256",), agent=403),
    Row("list_freezes", Scope.FREEZE, nothing, other=200, stranger=200),
    Row(
        "freeze",
        Scope.FREEZE,
        nothing,
        {"scope": "EVERYTHING", "reason": "Night", "hours": 1},
        agent=403,
        leader=201,
        other=201,
        stranger=201,
    ),
    Row("lift_freeze", Scope.FREEZE, a_freeze, {}, agent=403, other=200),
]
FOR_SITES = {"create_enquiry", "read_status"}
"""What needs no person; tests of its own try it."""


def calls() -> dict[str, tuple[str, str]]:
    """Give every call of the description: its name → method and address."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {call["operationId"]: (method, path) for path, methods in paths.items() for method, call in methods.items()}


CALLS = calls()


def tried(program: Program, row: Row, thing: Thing) -> Any:
    """Make the call, with the body of the row and what the thing adds to it."""
    method, path = CALLS[row.name]
    inside, body = thing
    address = path.format(**inside)
    if method == "get":
        return program.get(address)
    return program.post((row.more or {}) | {name: body[name] for name in row.only}, key=None, path=address)


def test_every_call_has_a_row():
    assert {row.name for row in ROWS} | FOR_SITES == set(CALLS)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_call_answers_each_as_it_should(city: City, row: Row, stranger: Program):
    programs = everybody(city, row)
    thing = row.thing(city)
    told: dict[str, int] = {}
    for who, program in programs.items():
        with transaction.atomic():  # what one of them does is undone before the next
            answer = tried(program, row, thing)
            transaction.set_rollback(True)
        told[who] = answer.status_code
        if answer.status_code >= 400:
            assert_problem(answer, answer.status_code, answer.json()["type"].partition("#")[2])
        if who in STRANGERS:
            assert b"Secret" not in answer.content

    assert told == expected(row)


STRANGERS = ("nobody", "revoked", "without the scope", "another team", "another city", "without a role")
FOR_ANY_SCOPE = {"read_me", "read_directory"}
FOR_SEVERAL = {
    "list_standards": {READ, WRITE},
    "read_standard": {READ, WRITE},
    "call_back_reply": {WRITE, APPROVE},
}
EMPTY_WITHOUT_A_ROLE = {"list_enquiries", "list_approvals", "read_me"}


def everybody(city: City, row: Row) -> dict[str, Program]:
    """Give a program to each kind of person, with the one scope that the call asks for."""
    left = make_user(city.organisation, "Gone", Role.SUPERVISOR, city.waste)
    left.memberships.all().delete()
    revoked = program_of(city, city.bob, row.scope)
    ApiToken.objects.filter(user=city.bob).update(revoked_at=timezone.now())
    eve, southwell = User.objects.get(name="Eve"), Organisation.objects.get(slug="southwell")
    return {
        "nobody": Program(),
        "revoked": revoked,
        "without the scope": program_of(city, city.bob, *without(row)),
        "another team": program_of(city, city.charlie, row.scope),
        "another city": Program(token(southwell, row.scope, user=eve)),
        "without a role": program_of(city, left, row.scope),
        "agent": program_of(city, city.alice, row.scope),
        "supervisor": program_of(city, city.bob, row.scope),
        "administrator": program_of(city, city.admin, row.scope),
    }


def without(row: Row) -> list[Scope]:
    """Give all scopes but those that would do."""
    if row.name in FOR_ANY_SCOPE:
        return [Scope.SUBMIT]
    return sorted(set(Scope) - FOR_SEVERAL.get(row.name, {row.scope}))


def expected(row: Row) -> dict[str, int]:
    """Say which status each gets. Approving is for supervisors: an administrator runs the place, and decides no reply."""
    decides = row.scope == APPROVE and row.more is not None
    return {
        "nobody": 401,
        "revoked": 401,
        "without the scope": 200 if row.name == "read_me" else 403,
        "another team": row.other,
        "another city": row.stranger,
        "without a role": 200 if row.name in EMPTY_WITHOUT_A_ROLE else 404,
        "agent": row.agent,
        "supervisor": row.leader,
        "administrator": 403 if decides else row.leader,
    }
