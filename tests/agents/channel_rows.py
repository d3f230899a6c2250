"""Who may see how channels and postings stand: rows of the access matrix."""

from __future__ import annotations

from tests.agents.matrix import Row, a_lost_posting, nothing

CHANNEL_ROWS = [
    Row("channels", thing=nothing, stranger=200, agent=403),
    Row("posting", thing=a_lost_posting),
    Row("look_at_posting", "post", a_lost_posting),
]
CHANNEL_ONLY_POST = ["look_at_posting"]
