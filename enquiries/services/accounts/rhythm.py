"""Whether an account is as loud as it usually is: what came and went last, so that silence is noticed.

Every account has its own week: how many messages an hour usually brings, learned from six weeks. Where by that week so many
should have come since the last one that their all staying away is less likely than one in a thousand, somebody looks.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Max

from audit.ledger import record
from enquiries.models import AccountStanding, ChannelAccount, Message
from enquiries.services.incoming import forging
from worklist.models import Heartbeat
from worklist.queue import beat

log = logging.getLogger(__name__)
LEARNED_FROM = timedelta(weeks=6)
AT_LEAST = timedelta(weeks=2)
"""Of an account that has not been heard for so long nobody can say what is usual."""
LEARN_EVERY = timedelta(hours=20)
LEARNING = "enquiries.learn_rhythm"
UNLIKELY = 0.001
HOURS = 24 * 7
LOOKED_THROUGH = 50_000
"""Only the newest messages of all accounts are looked through; what came before is known already."""
LATE = timedelta(minutes=10)
"""What only a pick-up brought, so long after it was written, a living webhook has missed."""


def watch(*, now: datetime) -> int:
    """Note for every account in use what came and went, and whether it is silent. Returns how many accounts there are."""
    accounts = ChannelAccount.objects.filter(is_active=True)
    for account in accounts.filter(standing__isnull=True):
        AccountStanding.objects.get_or_create(account=account, defaults={"due_at": now, **_ever(account)})
    _note_traffic(now)
    learned = Heartbeat.objects.filter(name=LEARNING).first()
    if learned is None or now - learned.beaten_at > LEARN_EVERY:
        learn(now=now)
        beat(LEARNING, now=now)
    forging.look_at_accounts(now=now)
    standings = AccountStanding.objects.filter(account__in=accounts).select_related("account")
    return sum(_listen(standing, now) for standing in standings)


def _ever(account: ChannelAccount) -> dict[str, datetime | None]:
    said = Message.objects.filter(account=account).values("direction").annotate(last=Max("recorded_at"))
    last = {row["direction"]: row["last"] for row in said.order_by()}
    return {"last_in_at": last.get("IN"), "last_out_at": last.get("OUT")}


TRAFFIC = """
WITH newest AS (
  SELECT m.account_id, m.direction, m.recorded_at, m.occurred_at, p.source, p.received_at
    FROM enquiries_message m LEFT JOIN enquiries_payload p ON p.id = m.payload_id
   WHERE m.id > (SELECT coalesce(max(id), 0) FROM enquiries_message) - %(through)s
), pushed AS (
  SELECT account_id, max(received_at) AS at FROM enquiries_payload
   WHERE source = 'WEBHOOK' AND id > (SELECT coalesce(max(id), 0) FROM enquiries_payload) - %(through)s GROUP BY 1
), told AS (
  SELECT account_id, max(recorded_at) FILTER (WHERE direction = 'IN') AS last_in,
         max(recorded_at) FILTER (WHERE direction = 'OUT') AS last_out,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM recorded_at - occurred_at)::float8)
           FILTER (WHERE direction = 'IN' AND recorded_at > %(hour_ago)s) AS lag,
         count(*) FILTER (WHERE direction = 'IN' AND source = 'POLL' AND recorded_at > %(day_ago)s
                            AND received_at > occurred_at + %(late)s::interval) AS missed
    FROM newest GROUP BY 1
)
UPDATE enquiries_accountstanding s
   SET last_in_at = greatest(s.last_in_at, t.last_in), last_out_at = greatest(s.last_out_at, t.last_out),
       lag_seconds = coalesce(t.lag, s.lag_seconds), webhook_at = greatest(s.webhook_at, w.at),
       webhook_missed = CASE WHEN s.subscribed_at IS NOT NULL OR greatest(s.webhook_at, w.at) > %(day_ago)s
                             THEN coalesce(t.missed, 0) ELSE 0 END
  FROM enquiries_channelaccount a LEFT JOIN told t ON t.account_id = a.id LEFT JOIN pushed w ON w.account_id = a.id
 WHERE a.id = s.account_id AND a.is_active
"""


def _note_traffic(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            TRAFFIC,
            {
                "through": LOOKED_THROUGH,
                "hour_ago": now - timedelta(hours=1),
                "day_ago": now - timedelta(days=1),
                "late": f"{LATE.total_seconds()} seconds",
            },
        )


LEARN = """
SELECT account_id, ((extract(isodow FROM at) - 1) * 24 + extract(hour FROM at))::int, count(*), min(recorded_at)
  FROM (SELECT account_id, recorded_at, recorded_at AT TIME ZONE 'UTC' AS at FROM enquiries_message
         WHERE direction = 'IN' AND recorded_at > %s AND recorded_at <= %s) said
 GROUP BY 1, 2
"""


def learn(*, now: datetime) -> int:
    """Learn the usual week of every account. Returns how many have one: those heard for two weeks at least."""
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [now - LEARNED_FROM, now])
        rows = cursor.fetchall()
    weeks: dict[int, list[float]] = {}
    for account_id in {row[0] for row in rows}:
        mine = [row for row in rows if row[0] == account_id]
        heard_for = now - min(row[3] for row in mine)
        if heard_for < AT_LEAST:
            continue
        week = [0.0] * HOURS
        for _, hour, count, _ in mine:
            week[hour] = count / (heard_for / timedelta(weeks=1))
        weeks[account_id] = week
    for standing in AccountStanding.objects.all():
        AccountStanding.objects.filter(pk=standing.pk).update(rhythm=weeks.get(standing.account_id, []))
    return len(weeks)


def expected(rhythm: Sequence[float], *, since: datetime, until: datetime) -> float:
    """Say how many messages a usual week brings between two moments, at most those of six weeks."""
    at, total = max(since, until - LEARNED_FROM).astimezone(UTC), 0.0
    while at < until:
        full = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        share = (min(full, until) - at) / timedelta(hours=1)
        total += rhythm[at.weekday() * 24 + at.hour] * share
        at = full
    return total


def is_unlike(rhythm: Sequence[float], *, since: datetime | None, until: datetime) -> bool:
    """Say whether hearing nothing at all between two moments is unlike an account with this week."""
    if len(rhythm) != HOURS or since is None:
        return False
    return expected(rhythm, since=since, until=until) > -math.log(UNLIKELY)


def _listen(standing: AccountStanding, now: datetime) -> int:
    """Keep whether an account is silent, and write it down when that changes."""
    is_silent = is_unlike(standing.rhythm, since=standing.last_in_at, until=now)
    if is_silent == (standing.silent_since is not None):
        return 1
    changed = AccountStanding.objects.filter(pk=standing.pk, silent_since__isnull=is_silent)
    if changed.update(silent_since=standing.last_in_at if is_silent else None):
        record(
            verb="account.silent" if is_silent else "account.heard_again",
            now=now,
            subject=f"account:{standing.account_id}",
            organisation_id=standing.account.organisation_id,
        )
    return 1
