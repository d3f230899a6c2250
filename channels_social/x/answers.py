"""What X's answers mean for a reply: the known refusals as a table, everything unknown as "it may have happened".

Source: docs.x.com "Response codes and errors", answers seen live in 2026 and by others; read 2026-11-22.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_social.transport import Answer
from enquiries.contract import AccountUnusable, ChannelError, Duplicate, NotSent, Refused, Throttled, Uncertain

log = logging.getLogger(__name__)

SHORTEST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=24)
BUCKETS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One refusal that X is known to make.

    It holds when status, problem (last segment of its type) and words (lower case) all fit.
    """

    status: int
    problem: str = ""
    words: str = ""
    error: type[ChannelError]
    says: str
    fix: str = ""


MAY_NOT_REPLY = "Answer by hand on x.com, or ask the citizen to mention the account."
GONE = "The citizen's post cannot be seen any more. Answer another way, or close the enquiry."
SET_UP = "In X's developer console, give the app permission to read and write, then enter new keys."

TABLE: tuple[Row, ...] = (
    Row(
        status=401,
        error=AccountUnusable,
        says="X does not accept the account's keys",
        fix="Enter new keys and tokens for this X account.",
    ),
    Row(
        status=402,
        error=AccountUnusable,
        says="The prepaid credits of the X account are used up",
        fix="Buy credits in X's developer console, then resume the account.",
    ),
    Row(status=403, words="duplicate content", error=Duplicate, says="X has the same text from this account already"),
    Row(
        status=403,
        words="have not been mentioned",
        error=Refused,
        says="X does not let the account answer this post: its author did not mention the account",
        fix=MAY_NOT_REPLY,
    ),
    Row(
        status=403,
        words="reply to this conversation",
        error=Refused,
        says="X does not let the account answer in this conversation",
        fix=MAY_NOT_REPLY,
    ),
    Row(
        status=403,
        words="deleted or not visible",
        error=Refused,
        says="The post that is answered is gone or hidden from the account",
        fix=GONE,
    ),
    Row(
        status=403,
        words="too long",
        error=Refused,
        says="X says that the text is too long",
        fix="Shorten the reply and submit it again.",
    ),
    Row(
        status=403,
        words="suspended",
        error=AccountUnusable,
        says="X has suspended the account",
        fix="Sign in to x.com as this account and follow X's steps, then resume the account.",
    ),
    Row(
        status=403,
        words="locked",
        error=AccountUnusable,
        says="X has locked the account",
        fix="Sign in to x.com as this account and unlock it, then resume the account.",
    ),
    Row(
        status=403,
        problem="unsupported-authentication",
        error=AccountUnusable,
        says="X wants the keys of a user, not of an app alone",
        fix="Enter access token and secret of the account.",
    ),
    Row(
        status=403,
        problem="client-forbidden",
        error=AccountUnusable,
        says="X does not let this app use its interface",
        fix=SET_UP,
    ),
    Row(
        status=403,
        problem="oauth1-permissions",
        error=AccountUnusable,
        says="The app may only read on X",
        fix=SET_UP,
    ),
    Row(
        status=403,
        problem="not-authorized-for-resource",
        error=Refused,
        says="X does not show the post to the account",
        fix=GONE,
    ),
    Row(status=404, error=Refused, says="X does not find the post that is answered", fix=GONE),
    Row(
        status=400,
        words="deleted or not visible",
        error=Refused,
        says="The post that is answered is gone or hidden from the account",
        fix=GONE,
    ),
    Row(
        status=400,
        error=Refused,
        says="X says that the reply is not well formed",
        fix="Change the text and submit it again; tell the administrator if that does not help.",
    ),
)
"""Read from the top; the first row that fits holds."""

REMOVE_BY_HAND = "Sign in to x.com as this account and remove the post by hand."
REMOVING: tuple[Row, ...] = (
    *(row for row in TABLE if issubclass(row.error, AccountUnusable)),
    Row(
        status=403,
        words="authorized to delete",
        error=Refused,
        says="X does not let the account remove this post",
        fix=REMOVE_BY_HAND,
    ),
    Row(
        status=403,
        problem="not-authorized-for-resource",
        error=Refused,
        says="X does not show the post to the account",
        fix=REMOVE_BY_HAND,
    ),
    Row(status=404, error=Refused, says="X does not find the post that is to be removed", fix=REMOVE_BY_HAND),
    Row(status=400, error=Refused, says="X does not understand which post is to be removed", fix=REMOVE_BY_HAND),
)
"""The same for taking down a post of our own."""


def meaning(answer: Answer, *, writing: bool, now: datetime, table: Sequence[Row] = TABLE) -> ChannelError:
    """Return the error for an answer that is no success. `now` is for the pauses that X gives as a moment."""
    code, trace = _code(answer), answer.headers.get("x-transaction-id", "")
    if answer.status == 429:
        return _throttled(answer, code=code, trace=trace, now=now)
    row = _row(answer, table)
    if row is None:
        return _unknown(answer, writing=writing, code=code, trace=trace)
    if issubclass(row.error, AccountUnusable):
        return AccountUnusable(row.says, fix=row.fix, code=code, trace_id=trace)
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
    if _type(answer) == "usage-capped" and str(answer.json().get("period", "")).lower() == "monthly":
        says, fix = "The month's quota of the X account is used up", "Raise the limit in X's developer console."
        return AccountUnusable(says, fix=fix, code=code, trace_id=trace)
    after = pause(answer, now=now)
    return Throttled("X asks us to slow down", after=after, code=code, trace_id=trace)


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
