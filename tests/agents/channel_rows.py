"""Who may see how channels and postings stand: rows of the access matrix."""

from __future__ import annotations

from tests.agents.matrix import Row, a_lost_posting

CHANNEL_ROWS = [
    Row("posting", thing=a_lost_posting),
]
CHANNEL_ONLY_POST: list[str] = []
