"""Rows of the access matrix: what was overheard, who listens, what stands around, and what is asked about words."""

from __future__ import annotations

from api.models import Scope
from enquiries.models import Moderation, Monitor
from enquiries.services.platforms.listening import as_seen
from tests.agents.listening_rows import public_words, something_heard
from tests.api.matrix import READ, TRIAGE, Row, Thing
from tests.people import NOON, City


def heard(city: City) -> Thing:
    return something_heard(city), {}


def a_list(city: City) -> Thing:
    something_heard(city)
    return {}, {}


def an_account(city: City) -> Thing:
    return {}, {"account": city.accounts["x"].pk}


def a_monitor(city: City, *, is_active: bool = True) -> Thing:
    made = Monitor.objects.create(
        account=city.accounts["x"], name="Secret", query="bins", due_at=NOON, is_active=is_active
    )
    return {"monitor_id": made.pk}, {"seen": as_seen(made)}


def a_paused_monitor(city: City) -> Thing:
    return a_monitor(city, is_active=False)


def a_message(city: City) -> Thing:
    return {"message_id": public_words(city).pk}, {}


def asked_for(city: City) -> Thing:
    one = Moderation.objects.create(
        message=public_words(city), act="HIDE", reason="Secret", asked_by=city.alice, asked_at=NOON, due_at=NOON
    )
    return {"moderation_id": one.pk}, {}


def asked_for_in_a_list(city: City) -> Thing:
    asked_for(city)
    return {}, {}


LEAD = Scope.SUPERVISE
MONITOR = {"name": "Bins", "query": "bins"}
LISTENING_ROWS = [
    Row("list_overheard", READ, a_list, other=200, stranger=200),
    Row("join_overheard", TRIAGE, heard, {}, agent=201, leader=201),
    Row("leave_overheard", TRIAGE, heard, {}),
    Row("list_monitors", LEAD, a_list, other=200, stranger=200),
    Row(
        "begin_monitor",
        LEAD,
        an_account,
        MONITOR,
        ("account",),
        agent=403,
        leader=201,
        other=422,
        stranger=422,
    ),
    Row("change_monitor", LEAD, a_monitor, MONITOR | {"every_seconds": 900}, ("seen",), agent=403),
    Row("pause_monitor", LEAD, a_monitor, {}, agent=403),
    Row("resume_monitor", LEAD, a_paused_monitor, {}, agent=403),
    Row("read_surroundings", READ),
    Row("fetch_surroundings", TRIAGE, more={}, agent=202, leader=202),
    Row("list_moderations", LEAD, asked_for_in_a_list, other=200, stranger=200),
    Row("ask_moderation", TRIAGE, a_message, {"act": "HIDE", "reason": "Hate"}, agent=201, leader=201),
    Row("decide_moderation", LEAD, asked_for, {"agrees": True}, agent=403, admin=403),
    Row("withdraw_moderation", TRIAGE, asked_for, {}, leader=403),
]
