"""Who may see how channels and postings stand: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from tests.agents.matrix import SECRET, Row, a_lost_posting, nothing
from tests.agents.scenes import came_back
from tests.people import City


def a_bounce(city: City) -> dict[str, Any]:
    return {"notice_id": came_back(city, subject=SECRET).pk}


CHANNEL_ROWS = [
    Row("channels", thing=nothing, stranger=200, agent=403),
    Row("posting", thing=a_lost_posting),
    Row("look_at_posting", "post", a_lost_posting),
    Row("see_notice", "post", a_bounce, agent=302, supervisor=302),
]
CHANNEL_ONLY_POST = ["look_at_posting", "see_notice"]
