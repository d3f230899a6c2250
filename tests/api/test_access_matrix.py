"""Every call, tried by everybody: nobody, a revoked token, one without the scope, another team, the agent, who leads."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from agents.models import Role, User
from api.models import ApiToken, Scope
from enquiries.models import Organisation
from tests.api.conftest import Program, assert_problem, program_of, token
from tests.api.leading_rows import LEADING_ROWS
from tests.api.listening_rows import LISTENING_ROWS
from tests.api.matrix import APPROVE, OF_ENQUIRIES, READ, TRIAGE, WRITE, Row, Thing
from tests.people import City, make_user

pytestmark = pytest.mark.django_db
ROWS = [*OF_ENQUIRIES, *LEADING_ROWS, *LISTENING_ROWS]
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
    "list_filters": {READ, TRIAGE},
    "read_own_trust": {WRITE, Scope.SUPERVISE},
    "mark_review_read": {WRITE, Scope.SUPERVISE},
}
EMPTY_WITHOUT_A_ROLE = {
    "list_enquiries",
    "list_approvals",
    "read_me",
    "list_filters",
    "list_reviews",
    "read_attention",
}


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
        "administrator": 403 if decides else row.admin or row.leader,
    }
