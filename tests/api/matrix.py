"""The rows of the access matrix: every call of the door, something for it to work on, and who gets which status."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from api.models import Scope
from enquiries.models import Enquiry
from enquiries.services.approving import freezing
from tests.files.drawn import png
from tests.people import City, approved, arrive, submitted
from tests.standards import standard

Thing = tuple[dict[str, Any], dict[str, Any]]
"""What stands in the address, and what in the body."""


def nothing(city: City) -> Thing:
    """Something in each list, and no part in the address."""
    submitted(city, arrive(city, subject="Secret"))
    return {}, {}


def an_enquiry(city: City) -> Thing:
    message = arrive(city, subject="Secret", now=timezone.now())
    return {"reference": message.enquiry.reference}, {"answers": message.pk, "side": message.side}


def a_reply_file(city: City) -> Thing:
    return {**an_enquiry(city)[0], "token": "none"}, {}


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
    admin: int | None = None
    """Where an administrator gets another answer than a supervisor of the team."""


PICTURE = {"name": "map.png", "content": base64.b64encode(png()).decode(), "alt": "A map"}
READ, TRIAGE, WRITE, APPROVE = Scope.READ, Scope.TRIAGE, Scope.WRITE, Scope.APPROVE
OF_ENQUIRIES = [
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
    Row("list_reply_files", WRITE),
    Row("put_in_reply_file", WRITE, an_enquiry, PICTURE, ("answers",), agent=201, leader=201),
    Row("remove_reply_file", WRITE, a_reply_file, {}, ()),
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
    Row("confirm_notice", Scope.FREEZE, a_freeze, {"notice": "Wait"}, agent=403, leader=409, other=409),
    Row("lift_freeze", Scope.FREEZE, a_freeze, {}, agent=403, other=200),
]
