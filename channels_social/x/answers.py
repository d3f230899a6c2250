"""What X's answers mean for a reply: the known refusals as a table, everything unknown as "it may have happened".

Source: docs.x.com "Response codes and errors", answers seen live in 2026 and by others; read 2026-11-22.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_social.transport import Answer
from channels_social.x.refusals import DIRECT, HIDING, REMOVING, TABLE, Row
from enquiries.contract import AccountUnusable, ChannelError, Halt, NotSent, Refused, Throttled, Uncertain

__all__ = ["DIRECT", "HIDING", "REMOVING", "TABLE", "Row", "meaning", "pause", "says_gone"]

log = logging.getLogger(__name__)

SHORTEST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=24)
SLOW_DOWN = "X asks us to slow down"
BUCKETS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


def meaning(answer: Answer, *, writing: bool, now: datetime, table: Sequence[Row] = TABLE) -> ChannelError:
    """Return the error for an answer that is no success. `now` is for the pauses that X gives as a moment."""
    code, trace = _code(answer), answer.headers.get("x-transaction-id", "")
    if answer.status == 429:
        return _throttled(answer, code=code, trace=trace, now=now)
    row = _row(answer, table)
    if row is None:
        return _unknown(answer, writing=writing, code=code, trace=trace)
    if issubclass(row.error, AccountUnusable):
        return AccountUnusable(row.says, fix=row.fix, kind=row.kind, code=code, trace_id=trace)
    if not writing:
        return NotSent(f"X did not let us read: {row.says}", code=code, trace_id=trace)
    if issubclass(row.error, Refused):
        return Refused(row.says, fix=row.fix, code=code, trace_id=trace)
    return row.error(row.says, code=code, trace_id=trace)


def says_gone(answer: Answer) -> bool:
    """Tell whether X names what was asked for as not there: as a refusal, or beside an empty success."""
    kinds = {_last_segment(error.get("type")) for error in (answer.json(), *_errors(answer))}
    return "data" not in answer.json() and "resource-not-found" in kinds


def _row(answer: Answer, table: Sequence[Row]) -> Row | None:
    kind, words = _type(answer), _words(answer)
    fitting = (row for row in table if row.status == answer.status)
    return next((row for row in fitting if row.problem in ("", kind) and row.words in words), None)


def _unknown(answer: Answer, *, writing: bool, code: str, trace: str) -> ChannelError:
    says = f"X answered {answer.status}, which does not tell whether it did what was asked"
    if answer.status < 500:
        log.warning("X gave an answer that is not in the table: %s, trace %s", code, trace)
    if writing:
        return Uncertain(says, code=code, trace_id=trace)
    return NotSent(f"X could not be read: it answered {answer.status}", code=code, trace_id=trace)


def _throttled(answer: Answer, *, code: str, trace: str, now: datetime) -> ChannelError:
    capped, period = _type(answer) == "usage-capped", str(answer.json().get("period", "")).lower()
    if capped and period == "monthly":
        says, fix = "The month's quota of the X account is used up", "Raise the limit in X's developer console."
        return AccountUnusable(says, fix=fix, kind=Halt.BILLING, code=code, trace_id=trace)
    says = "The day's quota of the X account is used up; X takes no more until tomorrow" if capped else SLOW_DOWN
    return Throttled(says, after=pause(answer, now=now), code=code, trace_id=trace)


def pause(answer: Answer, *, now: datetime) -> timedelta:
    """Return how long a 429 stops us: until the last exhausted bucket refills, at least a minute, at most a day.

    The bucket of a day can be empty while that of the quarter of an hour is not, so each is asked by itself.
    """
    if _type(answer) == "usage-capped":
        return LONGEST_PAUSE
    resets = [_seconds(answer, f"{bucket}-reset") for bucket in BUCKETS if _is_exhausted(answer, bucket)]
    latest = max(resets, default=0.0)
    until = timedelta(seconds=max(0.0, min(latest - now.astimezone(UTC).timestamp(), LONGEST_PAUSE.total_seconds())))
    return max(SHORTEST_PAUSE, until)


def _is_exhausted(answer: Answer, bucket: str) -> bool:
    left = answer.headers.get(f"{bucket}-remaining")
    return left == "0" or (left is None and f"{bucket}-reset" in answer.headers)


def _seconds(answer: Answer, header: str) -> float:
    value = answer.headers.get(header, "")
    return float(value) if value.isdigit() and len(value) < 12 else 0.0


def _type(answer: Answer) -> str:
    return _last_segment(answer.json().get("type"))


def _last_segment(kind: object) -> str:
    """What tells problem types apart: X gives them under two host names."""
    return str(kind or "").rstrip("/").rsplit("/", 1)[-1]


def _errors(answer: Answer) -> list[dict[str, Any]]:
    errors = answer.json().get("errors")
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def _words(answer: Answer) -> str:
    sources = (answer.json(), *_errors(answer))
    said = [source.get(name, "") for source in sources for name in ("title", "detail", "message")]
    return " ".join(str(each) for each in said).casefold()


def _code(answer: Answer) -> str:
    kind = _type(answer)
    return f"{answer.status} {kind}" if kind and kind != "about:blank" else str(answer.status)
