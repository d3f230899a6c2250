"""What Mastodon's answers mean for a reply: the known refusals as a table, everything unknown as "it may have happened".

Source: docs.joinmastodon.org "API: status codes, rate limits" and the methods themselves; Mastodon 4.3 to 4.5; read 2026-11-23.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels_social.reading import json_of, mapping_of, moment_of, text_of
from channels_social.transport import Answer
from enquiries.contract import (
    AccountUnusable,
    Bucket,
    ChannelError,
    Halt,
    NotSent,
    Refused,
    Throttled,
    Uncertain,
    Usage,
)

SHORTEST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=24)
GONE = frozenset({404, 410})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One known refusal: `words` must be part of what the server says, in lower case; "" fits always."""

    status: int
    words: str = ""
    says: str
    fix: str
    halt: Halt | None = None


TABLE = (
    Row(
        status=401,
        says="The Mastodon server no longer accepts the account's token",
        fix="Make a new access token in the account's preferences under Development, and enter it.",
        halt=Halt.AUTH,
    ),
    Row(
        status=403,
        words="scope",
        says="The Mastodon token may not do this",
        fix="Give the application the scopes read and write, make a new access token and enter it.",
        halt=Halt.CONFIG,
    ),
    Row(
        status=403,
        words="login",
        says="The Mastodon account is disabled or not confirmed",
        fix="Sign in to the account on its server and do what it asks, or ask the server's administrator.",
        halt=Halt.BLOCKED,
    ),
    Row(
        status=403,
        says="Mastodon does not allow this here",
        fix="Look at the post on Mastodon. The citizen may have blocked the account.",
    ),
    Row(
        status=404,
        says="The post that is answered is gone, or the account may not see it",
        fix="Look at the post on Mastodon. If the citizen removed it, no answer is needed there.",
    ),
    Row(
        status=410,
        says="The post that is answered is gone",
        fix="Look at the post on Mastodon. If the citizen removed it, no answer is needed there.",
    ),
    Row(
        status=413,
        says="The file is too large for the Mastodon server",
        fix="Send a smaller file.",
    ),
    Row(
        status=422,
        words="character limit",
        says="The text is longer than the Mastodon server allows",
        fix="Shorten the text, or set the longest post of the account to what the server allows.",
    ),
    Row(
        status=422,
        says="The Mastodon server does not take the post as it is",
        fix="Change the text or the file and submit it again.",
    ),
)


def meaning(answer: Answer, *, writing: bool, now: datetime) -> ChannelError:
    """Return the error for an answer that is no success. `now` is for the pause that Mastodon gives as a moment."""
    code, trace = str(answer.status), answer.headers.get("x-request-id", "")[:80]
    if answer.status == 429:
        return Throttled("Mastodon asks us to slow down", after=pause(answer, now=now), code=code, trace_id=trace)
    row = _row(answer)
    if row is None:
        return _unknown(code, trace, writing=writing)
    if row.halt:
        return AccountUnusable(row.says, fix=row.fix, kind=row.halt, code=code, trace_id=trace)
    if not writing:
        return NotSent(f"Mastodon did not let us read: {row.says}", code=code, trace_id=trace)
    return Refused(row.says, fix=row.fix, code=code, trace_id=trace)


def pause(answer: Answer, *, now: datetime) -> timedelta:
    """Return how long a 429 stops us: until the allowance refills, at least a minute, at most a day."""
    reset = moment_of(answer.headers.get("x-ratelimit-reset", "")) or now
    return min(max(SHORTEST_PAUSE, reset - now.astimezone(UTC)), LONGEST_PAUSE)


def usage_of(answer: Answer, *, what: str) -> Usage:
    """Return what the answer says of the allowance; without buckets where it says nothing."""
    limit, left = (answer.headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining"))
    if not (limit.isdecimal() and left.isdecimal() and len(limit) < 10 and len(left) < 10):
        return Usage()
    resets_at = moment_of(answer.headers.get("x-ratelimit-reset", ""))
    return Usage(buckets=(Bucket(name=what, limit=int(limit), remaining=int(left), resets_at=resets_at),))


def _row(answer: Answer) -> Row | None:
    said = _words(answer)
    return next((row for row in TABLE if row.status == answer.status and row.words in said), None)


def _words(answer: Answer) -> str:
    try:
        return text_of(mapping_of(json_of(answer.body)).get("error")).casefold()
    except ValueError:
        return ""


def _unknown(code: str, trace: str, *, writing: bool) -> ChannelError:
    if writing:
        says = f"Mastodon answered {code}, which does not tell whether it did what was asked"
        return Uncertain(says, code=code, trace_id=trace)
    return NotSent(f"Mastodon could not be read: it answered {code}", code=code, trace_id=trace)
