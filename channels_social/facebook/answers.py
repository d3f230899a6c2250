"""What the Graph API's answers mean for a reply: known codes as a table, the unknown as "it may have happened".

Source: developers.facebook.com, "Graph API error handling" and "Messenger Platform error codes"; read 2026-11-22.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels_social.reading import json_of, list_of, mapping_of, name_of
from channels_social.transport import Answer
from enquiries.contract import AccountUnusable, ChannelError, Duplicate, NotSent, Refused, Throttled, Uncertain

log = logging.getLogger(__name__)

WINDOW_CLOSED = "10/2018278"
OBJECT_GONE = "100/33"
USUAL_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
CLOSE_TO_QUOTA = 75
"""Percent of a quota from which on Facebook is about to refuse."""

CONNECT_AGAIN = "Connect the page again: sign in as one of its administrators and enter the new page token."
PERMISSION = "Give the app the missing permission in Meta's app dashboard, then enter a new page token."
BY_HAND = "Answer by hand in the page's inbox, or by another channel."
GONE = "The citizen's comment cannot be seen any more. Answer another way, or close the enquiry."


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one code means: the error it becomes, what to say, and what a person can do."""

    error: type[ChannelError]
    says: str
    fix: str = ""


FAILED = Row(error=Uncertain, says="Facebook failed without saying whether it did what was asked")
SLOW = Row(error=Throttled, says="Facebook asks us to slow down")
TOKEN = Row(error=AccountUnusable, says="Facebook does not accept the page's token any more", fix=CONNECT_AGAIN)
LACKS = Row(error=AccountUnusable, says="The app lacks a permission for this page", fix=PERMISSION)
UNREACHABLE = Row(error=Refused, says="The person cannot be written to on Messenger", fix=BY_HAND)
NO_PRIVATE = Row(error=Refused, says="Facebook does not allow a private answer to this comment", fix=BY_HAND)

TABLE: dict[str, Row] = {
    **dict.fromkeys(("1", "2", "-1", "-2"), FAILED),
    **dict.fromkeys(("4", "17", "32", "341", "613", "80001", "80006"), SLOW),
    "3": LACKS,
    "10": LACKS,
    WINDOW_CLOSED: Row(
        error=Refused,
        says="More than 24 hours have passed since the person's last message, so Messenger takes no answer",
        fix="Wait until the person writes again or answer another way. If Meta has granted the page the Human Agent "
        "feature, switch on human_agent in the account's settings: then there are 7 days.",
    ),
    "10/2018065": UNREACHABLE,
    "10/2018108": UNREACHABLE,
    "10/1893063": Row(
        error=AccountUnusable,
        says="Facebook keeps the page from sending messages for now",
        fix="Look at the page's quality tab for how long, then resume the account.",
    ),
    "100": Row(
        error=Refused,
        says="Facebook says that the reply is not well formed",
        fix="Change the text and submit it again; tell the administrator if that does not help.",
    ),
    OBJECT_GONE: Row(error=Refused, says="What is answered is gone or hidden from the page", fix=GONE),
    "100/2018001": UNREACHABLE,
    "102": TOKEN,
    "190": TOKEN,
    "368": Row(
        error=AccountUnusable,
        says="Facebook has blocked the page for a while, for what it takes as abuse",
        fix="Wait a day, look at the page's quality tab, then resume the account.",
    ),
    "506": Row(error=Duplicate, says="Facebook has the same text from this page already"),
    "551": UNREACHABLE,
    "2635": Row(
        error=AccountUnusable,
        says="Facebook no longer speaks the version that is set",
        fix="Raise graph_version in the account's settings.",
    ),
    "1705": NO_PRIVATE,
    "1609005": Row(error=Refused, says="Facebook does not accept a link in the text", fix="Remove or change the link."),
    "10900": Row(error=Duplicate, says="The page has answered this comment in private already"),
    **dict.fromkeys(("10901", "10902", "10903"), NO_PRIVATE),
}
"""Key: code, or code/subcode, which comes first. 200 to 299 are all missing permissions."""


def meaning(answer: Answer, *, writing: bool) -> ChannelError:
    """Return the error for an answer that is no success."""
    error = mapping_of(answer.json().get("error"))
    code, trace = _code(error) or f"HTTP {answer.status}", name_of(error.get("fbtrace_id"))
    row = _row(error)
    if row is None:
        if error:
            log.warning("Facebook gave a code that is not in the table: %s, trace %s", code, trace)
        row = FAILED
    if row.error is Throttled:
        return Throttled(row.says, after=pause(answer), code=code, trace_id=trace)
    if row.error is not Duplicate and error.get("is_transient") is True:
        row = FAILED
    return _error(row, writing=writing, code=code, trace=trace)


def _error(row: Row, *, writing: bool, code: str, trace: str) -> ChannelError:
    if row.error is AccountUnusable:
        return AccountUnusable(row.says, fix=row.fix, code=code, trace_id=trace)
    if not writing:
        return NotSent(f"Facebook did not let us read: {row.says}", code=code, trace_id=trace)
    if row.error is Refused:
        return Refused(row.says, fix=row.fix, code=code, trace_id=trace)
    return row.error(row.says, code=code, trace_id=trace)


def _row(error: dict[str, Any]) -> Row | None:
    code = name_of(error.get("code"))
    if 200 <= (int(code) if code.isdecimal() and len(code) < 9 else 0) <= 299:
        return LACKS
    return TABLE.get(_code(error)) or TABLE.get(code)


def _code(error: dict[str, Any]) -> str:
    code, inner = name_of(error.get("code")), name_of(error.get("error_subcode"))
    return f"{code}/{inner}" if inner else code


def pause(answer: Answer) -> timedelta:
    """Return how long a throttle stops us: what Facebook estimates (minutes), else a quarter of an hour."""
    waits = [_number(entry.get("estimated_time_to_regain_access")) for entry in _usages(answer)]
    longest = timedelta(minutes=min(max(waits, default=0.0), 24 * 60))
    return min(longest, LONGEST_PAUSE) or USUAL_PAUSE


def percent_used(answer: Answer) -> float:
    """Return how much of the fullest quota is used, as Facebook tells with every answer; 0 if it does not tell."""
    names = ("call_count", "total_time", "total_cputime")
    return max((_number(entry.get(name)) for entry in _usages(answer) for name in names), default=0.0)


def _usages(answer: Answer) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for header in ("x-app-usage", "x-page-usage", "x-business-use-case-usage"):
        try:
            content = mapping_of(json_of(answer.headers.get(header, "{}").encode()))
        except ValueError:
            continue
        entries += [content, *(mapping_of(each) for group in content.values() for each in list_of(group))]
    return entries


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e9 else 0.0
