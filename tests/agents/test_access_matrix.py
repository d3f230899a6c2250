"""Every address of the desk, tried by everybody: nobody, a stranger, another team, the agent, the supervisor."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agents.models import Role
from agents.signing_in.urls import urlpatterns as signin_urlpatterns
from agents.urls import urlpatterns
from enquiries.models import Organisation, Team
from tests.agents.approving_rows import APPROVING_ONLY_POST, APPROVING_ROWS
from tests.agents.channel_rows import CHANNEL_ONLY_POST, CHANNEL_ROWS
from tests.agents.conftest import SignedIn
from tests.agents.file_rows import FILE_ROWS
from tests.agents.listening_rows import LISTENING_ONLY_POST, LISTENING_ROWS
from tests.agents.matrix import (
    SECRET,
    Row,
    a_lost_posting,
    a_payload,
    a_standard,
    a_submitted_reply,
    an_approved_reply,
    an_enquiry,
    nothing,
)
from tests.agents.triage_rows import TRIAGE_ROWS
from tests.agents.trust_rows import TRUST_ONLY_POST, TRUST_ROWS
from tests.people import City, arrive, make_user

ROWS = [
    Row("queue", thing=nothing, stranger=200),
    Row("approvals", thing=nothing, stranger=200),
    Row("attention", thing=nothing, stranger=200),
    Row("pulse", thing=nothing, stranger=200),
    Row("enquiry", thing=an_enquiry),
    Row("enquiry", "post", an_enquiry, {"text": "", "answers": "1", "action": "save"}, agent=422, supervisor=422),
    *TRIAGE_ROWS,
    *APPROVING_ROWS,
    *CHANNEL_ROWS,
    *LISTENING_ROWS,
    *TRUST_ROWS,
    Row("draft", "post", an_enquiry, {"text": "words", "answers": "1"}, agent=409, supervisor=409),
    Row("drafts", thing=an_enquiry),
    Row("writing", thing=an_enquiry, agent=204, supervisor=204),
    Row("check", "post", an_enquiry, {"text": "words", "answers": "999999"}, agent=404, supervisor=404),
    Row("take_offline", "post", an_enquiry, {"answers": "1"}, agent=302, supervisor=302),
    Row("call_back", "post", an_approved_reply, agent=302, supervisor=302),
    Row("approval", thing=a_submitted_reply),
    Row("approval", "post", a_submitted_reply, {"action": "return", "reason": "TONE"}, agent=403, supervisor=302),
    Row("decide_posting", "post", a_lost_posting, {"decision": "again"}, agent=403, supervisor=302),
    Row("payload", thing=a_payload),
    Row("retry_payload", "post", a_payload, agent=302, supervisor=302),
    *FILE_ROWS,
    Row("standards", thing=nothing, stranger=200),
    Row("standard_new", stranger=200, agent=403),
    Row("standard", thing=a_standard, colleague=200),
    Row("standard_edit", thing=a_standard, agent=403, colleague=200),
    Row("standard_edit", "post", a_standard, {"title": ""}, agent=403, supervisor=422, colleague=422),
    Row("standard_approve", "post", a_standard, {"version": "1"}, agent=403, supervisor=302, colleague=302),
    Row("standard_renew", "post", a_standard, {"until": "soon"}, agent=403, supervisor=422, colleague=422),
    Row("standard_retire", "post", a_standard, agent=403, supervisor=302, colleague=302),
    Row("standards_for", thing=an_enquiry),
    Row("insert_standard", "post", an_enquiry, {"version": "999999"}, agent=409, supervisor=409),
    Row("precedents_for", thing=an_enquiry),
    Row("length", "post", data={"text": "words", "answers": "999999"}, agent=404, supervisor=404),
]
IDS = [f"{row.method} {row.name}" for row in ROWS]
ONLY_POST = [
    "draft",
    "check",
    "take_offline",
    "insert_standard",
    "standard_approve",
    "standard_renew",
    "standard_retire",
]
ONLY_POST += [*APPROVING_ONLY_POST, *CHANNEL_ONLY_POST, *LISTENING_ONLY_POST, *TRUST_ONLY_POST]
ONLY_POST += ["call_back", "decide_posting", "retry_payload", "length"]


def call(client: Client, row: Row, where: dict[str, Any]) -> Any:
    return getattr(client, row.method)(reverse(f"desk:{row.name}", kwargs=where), row.data)


def test_every_address_of_the_desk_has_a_row():
    assert {row.name for row in ROWS} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_nobody_is_sent_to_sign_in(row: Row, city: City, client: Client):
    answer = call(client, row, row.thing(city))

    if row.name == "pulse":  # asked by a script, which has to tell the person
        assert (answer.status_code, answer.json()) == (401, {"sign_in": "/accounts/login/"})
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_supervisor_of_another_organisation_learns_nothing(row: Row, city: City, signed_in: SignedIn):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    team = Team.objects.create(organisation=other, name="Waste")
    eve = make_user(other, "Eve", Role.SUPERVISOR, team)

    answer = call(signed_in(eve), row, row.thing(city))

    assert answer.status_code == row.stranger
    assert SECRET.encode() not in b"".join(answer)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_supervisor_of_another_team_learns_nothing(row: Row, city: City, charlie: Client):
    answer = call(charlie, row, row.thing(city))

    assert answer.status_code == (row.stranger if row.colleague is None else row.colleague)
    assert SECRET.encode() not in b"".join(answer)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_agent_of_the_team_may_do_an_agents_work(row: Row, city: City, alice: Client):
    assert call(alice, row, row.thing(city)).status_code == row.agent


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_supervisor_of_the_team_may_do_a_supervisors_work(row: Row, city: City, bob: Client):
    assert call(bob, row, row.thing(city)).status_code == row.supervisor


@pytest.mark.parametrize("name", ONLY_POST)
def test_change_is_never_made_by_a_mere_look(name: str, city: City, bob: Client):
    row = next(row for row in ROWS if row.name == name)

    answer = bob.get(reverse(f"desk:{name}", kwargs=row.thing(city)))

    assert answer.status_code == 405


def test_foreign_and_missing_things_look_the_same(city: City, charlie: Client):
    foreign = charlie.get(reverse("desk:enquiry", kwargs=an_enquiry(city)))
    missing = charlie.get(reverse("desk:enquiry", kwargs={"reference": "NW-2222-2222"}))

    assert foreign.status_code == missing.status_code == 404
    assert len(foreign.content) == len(missing.content)


def test_role_that_is_taken_away_counts_at_once(city: City, alice: Client):
    where = an_enquiry(city)
    city.alice.memberships.all().delete()

    assert alice.get(reverse("desk:enquiry", kwargs=where)).status_code == 404


def test_account_that_is_closed_is_out_at_once(city: City, alice: Client):
    where = an_enquiry(city)
    type(city.alice).objects.filter(pk=city.alice.pk).update(is_active=False)

    assert alice.get(reverse("desk:enquiry", kwargs=where)).status_code == 302


def test_administrator_sees_the_whole_organisation(city: City, signed_in: SignedIn):
    assert signed_in(city.admin).get(reverse("desk:enquiry", kwargs=an_enquiry(city))).status_code == 200


def test_administrator_does_not_approve(city: City, signed_in: SignedIn):
    where = a_submitted_reply(city)

    answer = signed_in(city.admin).post(reverse("desk:approval", kwargs=where), {"action": "return", "reason": "TONE"})

    assert answer.status_code == 403


def test_enquiry_without_a_team_is_seen_by_every_member(city: City, charlie: Client):
    message = arrive(city, subject=SECRET)
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(team=None)

    assert SECRET in charlie.get("/desk/").content.decode()


def test_pages_of_the_desk_and_of_signing_in_are_open_only_where_they_must_be():
    """The desk has no public page; of signing in, the pages for those who are not signed in yet are public."""
    closed: list[str | None] = []
    opened: list[str | None] = []
    for pattern in [*urlpatterns, *signin_urlpatterns]:
        is_open = not getattr(pattern.callback, "login_required", True)
        (opened if is_open else closed).append(pattern.name)

    assert opened == [
        "pulse",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    ]
    assert len(closed) == len(urlpatterns) + 4
