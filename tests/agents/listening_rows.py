"""Who may hear, join, read around and hide: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from enquiries.models import Message, Moderation, Monitor, Overheard, Payload
from tests.agents.matrix import SECRET, Row, an_enquiry
from tests.people import NOON, City, arrive


def a_monitor_of(city: City) -> Monitor:
    return Monitor.objects.create(account=city.accounts["x"], name="Bins", query=SECRET, due_at=NOON)


def a_monitor(city: City) -> dict[str, Any]:
    return {"monitor_id": a_monitor_of(city).pk}


def something_heard(city: City) -> dict[str, Any]:
    monitor = a_monitor_of(city)
    raw = b'{"data": {"id": "77", "author_id": "5", "text": "Nobody else may read this subject", "conversation_id": "77"}}'
    payload = Payload.objects.create(
        account=monitor.account,
        source="MONITOR",
        external_id=f"monitor:{monitor.pk}:77",
        raw=raw,
        received_at=NOON,
        due_at=NOON,
        state="READ",
        done_at=NOON,
    )
    heard = Overheard.objects.create(
        account=monitor.account,
        monitor=monitor,
        external_id="77",
        author={"id": "5", "name": "Eli", "handle": "eli"},
        text=SECRET,
        permalink="https://x.com/eli/status/77",
        occurred_at=NOON,
        found_at=NOON,
        hindrance="X lets us answer only who mentions us.",
        payload=payload,
    )
    return {"overheard_id": heard.pk}


def a_list(city: City) -> dict[str, Any]:
    something_heard(city)
    return {}


def monitors(city: City) -> dict[str, Any]:
    a_monitor_of(city)
    return {}


def public_words(city: City) -> Message:
    return arrive(city, "facebook", text=SECRET, external_id="20_1", root_id="20_1", thread="20_1:dana")


def a_public_message(city: City) -> dict[str, Any]:
    return {"message_id": public_words(city).pk}


def moderation_of(city: City) -> Moderation:
    return Moderation.objects.create(
        message=public_words(city), act="HIDE", reason=SECRET, asked_by=city.alice, asked_at=NOON, due_at=NOON
    )


def a_moderation(city: City) -> dict[str, Any]:
    return {"moderation_id": moderation_of(city).pk}


LISTENING_ROWS = [
    Row("overheard", thing=a_list, stranger=200),
    Row("join_overheard", "post", something_heard, agent=302, supervisor=302),
    Row("leave_overheard", "post", something_heard, agent=302, supervisor=302),
    Row("monitors", thing=monitors, stranger=200),
    Row("monitors", "post", monitors, {"name": ""}, stranger=422, agent=403, supervisor=422),
    Row("switch_monitor", "post", a_monitor, {"to": "pause"}, agent=403, supervisor=302),
    Row("edit_monitor", thing=a_monitor, agent=403),
    Row("edit_monitor", "post", a_monitor, {"name": ""}, agent=403, supervisor=422),
    Row("context", thing=an_enquiry),
    Row("context", "post", an_enquiry, agent=302, supervisor=302),
    Row("moderate", thing=a_public_message),
    Row("moderate", "post", a_public_message, {"act": "HIDE"}, agent=422, supervisor=422),
    Row("decide_moderation", "post", a_moderation, {"decision": "agree"}, agent=403, supervisor=302),
    Row("withdraw_moderation", "post", a_moderation, agent=302, supervisor=302),
]
LISTENING_ONLY_POST = [
    *("join_overheard", "leave_overheard", "switch_monitor", "decide_moderation", "withdraw_moderation"),
]
