"""How much each list of the desk holds for somebody: added up from what triggers keep, never counted row by row.

A few numbers are counted, because nobody can keep them, and because they stay small: what is somebody's own, notes for
them, what fell due today (the days before are on the shelves), and what is in trouble. All in one statement, so that it
sees one state of the tables, and in words of its own: it is asked with every page, and composing it took longer than
answering it. tests/enquiries/test_counts.py holds it to the lists themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from enquiries.queries.moderations import STUCK_TRIES
from enquiries.queries.prepared import PreparedText
from enquiries.queries.queue import WORKED_ON, Onlooker
from enquiries.queries.sight import Sight
from enquiries.queries.trouble import FAILING_TRIES, TroubleCounts


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is in each view, exactly. `changes` grows with everything that a list could show.

    `newest_id` is the newest enquiry's number, of whomever it is.
    """

    all: int
    mine: int
    team: int
    mentioned: int
    unassigned: int
    awaiting: int
    overdue: int
    waiting: int
    answered: int
    closed: int
    practice: int
    changes: int
    newest_id: int


# Short words for what is said again and again below: @covers(table), @worked_on and @on_the_desk of an enquiry `e`.
_SPELLED = {
    "@worked_on": "@open_here AND @covers(e)",
    "@due_today": "@open_here AND e.due_at >= %(midnight)s AND e.due_at <= %(now)s",
    "@open_here": "e.state IN (@states) AND @real",
    "@on_the_desk": "@real AND @covers(e)",
    "@real": "e.merged_into_id IS NULL AND NOT (e.kind = 'practice')",
    "@open": "t.shelf IN (@states)",
    "@states": ", ".join(f"'{state.value}'" for state in WORKED_ON),
    "@tries": str(FAILING_TRIES),
    "@stuck": str(STUCK_TRIES),
}
_COVERS = """(#.organisation_id = ANY(%(organisations)s) AND
 (#.organisation_id = ANY(%(administers)s) OR #.team_id = ANY(%(teams)s) OR #.team_id IS NULL))"""


def _shelf(what: str) -> str:
    return f"coalesce(sum(t.n) FILTER (WHERE {what}), 0)"


def _spell(sql: str) -> str:
    for word, meaning in _SPELLED.items():
        sql = sql.replace(word, meaning)
    return re.sub(r"@covers\((\w)\)", lambda table: _COVERS.replace("#", table[1]), sql)


_COLUMNS = {
    "all": _shelf("@open"),
    # "OFFSET 0": first what is somebody's own; the planner would go through all that is open instead.
    "mine": """(SELECT count(*) FROM (SELECT e.organisation_id, e.team_id FROM enquiries_enquiry e
        WHERE e.assignee_id = %(user)s AND @open_here OFFSET 0) e WHERE @covers(e))""",
    "team": _shelf("@open AND t.team_id = ANY(%(own_teams)s)"),
    "mentioned": """(SELECT count(*) FROM enquiries_enquiry e WHERE @on_the_desk AND e.id IN (
        SELECT coalesce(noted.merged_into_id, noted.id) FROM enquiries_mention m JOIN enquiries_note n ON n.id = m.note_id
          JOIN enquiries_enquiry noted ON noted.id = n.enquiry_id WHERE m.user_id = %(user)s AND m.read_at IS NULL))""",
    "unassigned": _shelf("@open AND t.is_free"),
    # Those they are asked about as a substitute are outside of what they see; nobody without such a team pays for them.
    "awaiting": """coalesce(sum(t.n) FILTER (WHERE t.shelf = 'AWAITING_APPROVAL'), 0)
        + CASE WHEN cardinality(%(late_teams)s::bigint[]) = 0 THEN 0 ELSE (
        SELECT count(*) FROM enquiries_reply r JOIN enquiries_enquiry e ON e.id = r.enquiry_id
         WHERE r.state = 'SUBMITTED' AND r.escalated_at IS NOT NULL AND e.team_id = ANY(%(late_teams)s)
           AND e.organisation_id = ANY(%(organisations)s) AND NOT @covers(e)) END""",
    # Team by team, as the index has them: what fell due today for all the others is not looked through.
    "overdue": """coalesce(sum(t.n) FILTER (WHERE t.shelf = 'DUE' AND t.day < %(today)s), 0)
        + (SELECT count(*) FROM unnest(%(administers)s::bigint[]) o JOIN enquiries_enquiry e ON e.organisation_id = o
            WHERE @due_today)
        + (SELECT count(*) FROM unnest(%(elsewhere)s::bigint[]) o CROSS JOIN unnest(%(teams)s::bigint[]) own
            JOIN enquiries_enquiry e ON e.organisation_id = o AND e.team_id = own WHERE @due_today)
        + (SELECT count(*) FROM unnest(%(elsewhere)s::bigint[]) o
            JOIN enquiries_enquiry e ON e.organisation_id = o AND e.team_id IS NULL WHERE @due_today)""",
    "waiting": _shelf("t.shelf = 'WAITING'"),
    "answered": _shelf("t.shelf = 'ANSWERED'"),
    "closed": _shelf("t.shelf = 'CLOSED'"),
    "practice": _shelf("t.shelf = 'PRACTICE'"),
    "changes": "coalesce(sum(t.changes), 0)",
    "newest_id": "(SELECT coalesce(max(id), 0) FROM enquiries_enquiry)",
}
# What `queries.trouble` lists.
_TROUBLE = {
    "postings": """(SELECT count(*) FROM enquiries_posting p JOIN enquiries_reply r ON r.id = p.reply_id
          JOIN enquiries_enquiry e ON e.id = r.enquiry_id
         WHERE p.state IN ('UNKNOWN', 'NEEDS_PERSON', 'FAILED') AND @covers(e)
           AND (p.state <> 'FAILED' OR e.state <> 'CLOSED' AND NOT EXISTS (
             SELECT FROM enquiries_reply newer
              WHERE newer.enquiry_id = e.id AND newer.id > r.id AND newer.state <> 'WITHDRAWN')))""",
    "accounts": """(SELECT count(*) FROM enquiries_channelaccount a LEFT JOIN enquiries_pickup k ON k.account_id = a.id
          LEFT JOIN enquiries_accountstanding s ON s.account_id = a.id
         WHERE @covers(a) AND CASE WHEN a.is_active
           THEN a.halted_reason <> '' OR a.paused_until > %(now)s OR k.attempts >= @tries AND k.last_error <> ''
             OR k.warning <> '' OR s.silent_since IS NOT NULL OR s.token_expires_at <= %(now)s
             OR s.checkup @> '{"lines": [{"verdict": "BAD"}]}'
           ELSE EXISTS (SELECT FROM enquiries_posting w WHERE w.account_id = a.id AND w.state IN ('QUEUED', 'UNKNOWN')) END)""",
    "payloads": """(SELECT count(*) FROM enquiries_payload y JOIN enquiries_channelaccount a ON a.id = y.account_id
         WHERE y.state = 'UNREADABLE' AND @covers(a))""",
    "notices": """(SELECT count(*) FROM enquiries_postingnotice n JOIN enquiries_channelaccount a ON a.id = n.account_id
          LEFT JOIN enquiries_posting p ON p.id = n.posting_id LEFT JOIN enquiries_reply r ON r.id = p.reply_id
          LEFT JOIN enquiries_enquiry e ON e.id = r.enquiry_id
         WHERE n.seen_by_id IS NULL AND n.kind IN ('BOUNCED', 'UNKNOWN_BOUNCE')
           AND CASE WHEN n.posting_id IS NULL THEN @covers(a) ELSE @covers(e) END)""",
    # What `queries.moderations` lists; it hangs on the enquiry that shows it.
    "moderations": """(SELECT count(*) FROM enquiries_moderation d JOIN enquiries_message m ON m.id = d.message_id
          JOIN enquiries_enquiry own ON own.id = m.enquiry_id
          JOIN enquiries_enquiry e ON e.id = coalesce(own.merged_into_id, own.id)
         WHERE @covers(e) AND (d.state = 'ASKED' OR d.state = 'QUEUED' AND d.attempts >= @stuck
           OR d.state = 'FAILED' AND m.blanked_at IS NULL AND own.state <> 'CLOSED' AND NOT EXISTS (
             SELECT FROM enquiries_moderation newer WHERE newer.message_id = d.message_id AND newer.id > d.id)))""",
}
_NUMBERS = ", ".join(f"({sql})::bigint AS {name}" for name, sql in {**_COLUMNS, **_TROUBLE}.items())
_STANDING = _spell("SELECT @numbers FROM enquiries_tally t WHERE @covers(t)".replace("@numbers", _NUMBERS))
_ask = PreparedText(_STANDING)


def standing(seen: Sight, *, by: Onlooker, now: datetime) -> tuple[Counts, TroubleCounts]:
    """Count every view of what somebody sees, and what waits for a person, in one statement."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    asked: dict[str, Any] = {
        "organisations": tuple(sorted(seen.organisations)),
        **seen.scope,
        "own_teams": tuple(sorted(by.teams)),
        "user": by.user_id,
        "now": now,
        "midnight": midnight,
        "today": midnight.date(),
    }
    numbers = _ask(**asked)[0]
    named = dict(zip([*_COLUMNS, *_TROUBLE], numbers, strict=True))
    counts = Counts(**{name: named[name] for name in _COLUMNS})
    return counts, TroubleCounts(**{name: named[name] for name in _TROUBLE})
