"""Who may see how channels and postings stand: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from enquiries.models import DataDeletion, Payload
from tests.agents.matrix import SECRET, Row, a_lost_posting, nothing
from tests.agents.scenes import came_back
from tests.people import City


def a_bounce(city: City) -> dict[str, Any]:
    return {"notice_id": came_back(city, subject=SECRET).pk}


def a_deletion(city: City) -> dict[str, Any]:
    asked = DataDeletion.objects.create(
        account=city.accounts["facebook"], person="77", code=f"{SECRET[:7]}-1", asked_at=timezone.now()
    )
    return {"deletion_id": asked.pk}


def a_mail_set_aside(city: City) -> dict[str, Any]:
    now = timezone.now()
    made = Payload.objects.create(
        account=city.accounts["email"],
        source="POLL",
        external_id="aside",
        raw=f"From: relay@elsewhere.example\r\nSubject: {SECRET}\r\nMessage-ID: <a@b>\r\n\r\n{SECRET}\r\n".encode(),
        received_at=now,
        due_at=now,
        done_at=now,
        state="READ",
        outcome="ignored: an automatic mail of ours came back",
    )
    return {"payload_id": made.pk}


def mails_set_aside(city: City) -> dict[str, Any]:
    a_mail_set_aside(city)
    return {}


CHANNEL_ROWS = [
    Row("parked", thing=mails_set_aside, stranger=200),
    Row("take_up", "post", a_mail_set_aside, agent=302, supervisor=302),
    Row("channels", thing=nothing, stranger=200, agent=403),
    Row("posting", thing=a_lost_posting),
    Row("look_at_posting", "post", a_lost_posting),
    Row("decide_deletion", "post", a_deletion, {"decision": "keep"}, agent=403, supervisor=302),
    Row("see_notice", "post", a_bounce, agent=302, supervisor=302),
]
CHANNEL_ONLY_POST = ["take_up", "decide_deletion", "look_at_posting", "see_notice"]
