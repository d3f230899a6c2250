"""Who may see how channels and postings stand: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from enquiries.models import DataDeletion
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


CHANNEL_ROWS = [
    Row("channels", thing=nothing, stranger=200, agent=403),
    Row("posting", thing=a_lost_posting),
    Row("look_at_posting", "post", a_lost_posting),
    Row("decide_deletion", "post", a_deletion, {"decision": "keep"}, agent=403, supervisor=302),
    Row("see_notice", "post", a_bounce, agent=302, supervisor=302),
]
CHANNEL_ONLY_POST = ["decide_deletion", "look_at_posting", "see_notice"]
