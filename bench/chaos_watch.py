"""Looks into the database from outside while the proof runs, shortens waits, and does what an operator would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import psycopg2
from celery import Celery

from bench.chaos_fill import SETTLE_SECONDS

FINAL = ("POSTED", "FAILED", "CANCELLED", "NEEDS_PERSON")
WAIT_SECONDS, REST_SECONDS, MENDED_SECONDS, HINT_SECONDS = 0.3, 0.2, 1.0, 0.4
# A wait of minutes is cut to less than a second; what has to settle before a look counts is not touched.
SHORTEN = f"""
UPDATE enquiries_posting SET due_at = clock_timestamp() + interval '{WAIT_SECONDS} seconds'
 WHERE state IN ('QUEUED', 'UNKNOWN') AND due_at > clock_timestamp() + interval '{SETTLE_SECONDS + 0.1} seconds'
"""
REST = f"""
UPDATE enquiries_channelaccount SET paused_until = clock_timestamp() + interval '{REST_SECONDS} seconds'
 WHERE paused_until > clock_timestamp() + interval '{REST_SECONDS + 0.1} seconds'
"""
MEND = f"""
UPDATE enquiries_channelaccount SET halted_reason = ''
 WHERE halted_reason <> '' AND halted_at < clock_timestamp() - interval '{MENDED_SECONDS} seconds' RETURNING halted_kind
"""
STATES = "SELECT state, count(*) FROM enquiries_posting GROUP BY state"
CLAIMED = """
SELECT v.content ->> 'text' FROM enquiries_posting p JOIN enquiries_replyversion v ON v.id = p.version_id WHERE p.state = %s
"""
UNSETTLED = """
SELECT v.content ->> 'text', p.state, p.attempts, p.looked, round(extract(epoch FROM p.due_at - clock_timestamp())),
       p.last_error
  FROM enquiries_posting p JOIN enquiries_replyversion v ON v.id = p.version_id
 WHERE p.state IN ('QUEUED', 'SENDING', 'UNKNOWN')
"""


@dataclass
class Watch:
    """One look after another at the service's rows; a database that is away is simply looked at again."""

    database_url: str
    broker_url: str
    halts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._hints = Celery(broker=self.broker_url)
        self._hints.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}

    def states(self) -> Counter[str] | None:
        """Count the postings by state, after shortening waits and mending accounts; None while nobody answers."""
        try:
            with psycopg2.connect(self.database_url, connect_timeout=2) as connection, connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '5s'")
                cursor.execute(SHORTEN)
                cursor.execute(REST)
                cursor.execute(MEND)
                self.halts.update(row[0] for row in cursor.fetchall())
                cursor.execute(STATES)
                return Counter(dict(cursor.fetchall()))
        except psycopg2.Error:
            return None

    def texts_in(self, state: str) -> set[str]:
        """List the words of the postings in a state."""
        with psycopg2.connect(self.database_url) as connection, connection.cursor() as cursor:
            cursor.execute(CLAIMED, [state])
            return {row[0] for row in cursor.fetchall()}

    def unsettled(self) -> dict[str, str]:
        """Tell of each posting that has not ended how it stands, by its words."""
        with psycopg2.connect(self.database_url) as connection, connection.cursor() as cursor:
            cursor.execute(UNSETTLED)
            return {row[0]: " ".join(map(str, row[1:])) for row in cursor.fetchall()}

    def hint(self) -> None:
        """Tell a worker to look, as beat does each ten seconds; on this faster clock more often."""
        try:
            self._hints.send_task("enquiries.post_replies", queue="posting", expires=5, retry=False)
        except Exception:  # noqa: BLE001 - the hint server is down or frozen: that is what is being tried
            return
