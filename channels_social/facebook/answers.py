"""What the Graph API's answers mean for a reply: known codes as a table, the unknown as "it may have happened".

Source: developers.facebook.com, "Graph API error handling" and "Messenger Platform error codes"; read 2026-11-22.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from channels_social.facebook.quota import pause
from channels_social.facebook.traits import SCOPES
from channels_social.reading import mapping_of, name_of, text_of
from channels_social.transport import Answer
from enquiries.contract import AccountUnusable, ChannelError, Duplicate, Halt, NotSent, Refused, Throttled, Uncertain

log = logging.getLogger(__name__)

WINDOW_CLOSED = "10/2018278"
OBJECT_GONE = "100/33"
ALREADY_PRIVATE = "10900"
NO_SUCH_NAME = "803"

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
    kind: Halt = Halt.CONFIG


FAILED = Row(error=Uncertain, says="Facebook failed without saying whether it did what was asked")
SLOW = Row(error=Throttled, says="Facebook asks us to slow down")
TOKEN = Row(
    error=AccountUnusable,
    says="Facebook does not accept the page's token any more",
    fix=CONNECT_AGAIN,
    kind=Halt.AUTH,
)
CHECKPOINT = replace(
    TOKEN,
    says="Facebook wants the person who connected the page to prove who they are",
    fix="Let that person sign in on facebook.com and do what it asks. Then enter a new page token.",
)
LACKS = Row(error=AccountUnusable, says="The app lacks a permission for this page", fix=PERMISSION)
UNREACHABLE = Row(error=Refused, says="The person cannot be written to on Messenger", fix=BY_HAND)
BAD_PICTURE = Row(
    error=Refused,
    says="Facebook cannot use the picture",
    fix="Save it anew as PNG or JPEG, smaller than 4 MB, put it in again and submit the reply anew.",
)
NO_PRIVATE = Row(error=Refused, says="Facebook does not allow a private answer to this comment", fix=BY_HAND)

TABLE: dict[str, Row] = {
    **dict.fromkeys(("1", "2", "-1", "-2"), FAILED),
    "1/1357046": replace(FAILED, says="Facebook's answer came back broken: it may well have done what was asked"),
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
        kind=Halt.BLOCKED,
    ),
    "100": Row(
        error=Refused,
        says="Facebook says that the reply is not well formed",
        fix="Change the text and submit it again; tell the administrator if that does not help.",
    ),
    OBJECT_GONE: Row(error=Refused, says="What is answered is gone or hidden from the page", fix=GONE),
    NO_SUCH_NAME: Row(error=Refused, says="Facebook knows nothing by this number", fix=GONE),
    "100/2018001": UNREACHABLE,
    "102": TOKEN,
    "104": replace(LACKS, says="Facebook got no token", fix=CONNECT_AGAIN, kind=Halt.AUTH),
    "190": TOKEN,
    "190/458": replace(TOKEN, says="Somebody removed our app from the page or from their account"),
    "190/459": CHECKPOINT,
    "190/460": replace(TOKEN, says="The person who connected the page has changed their password"),
    "190/463": replace(TOKEN, says="The page's token has run out"),
    "190/464": CHECKPOINT,
    "190/467": replace(TOKEN, says="The page's token was withdrawn"),
    "190/492": replace(TOKEN, says="The person who connected the page has no role on it any more"),
    **dict.fromkeys(("324", "1/1366046", "100/1366046"), BAD_PICTURE),
    "368": Row(
        error=AccountUnusable,
        says="Facebook has blocked the page for a while, for what it takes as abuse",
        fix="Wait a day, look at the page's quality tab, then resume the account.",
        kind=Halt.BLOCKED,
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
    ALREADY_PRIVATE: Row(error=Duplicate, says="The page has answered this comment in private already"),
    "10901": replace(NO_PRIVATE, says="The comment is gone, so it cannot be answered in private", fix=GONE),
    **dict.fromkeys(("10902", "10903"), NO_PRIVATE),
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
        return AccountUnusable(row.says, fix=row.fix, kind=row.kind, code=code, trace_id=trace)
    if not writing:
        return NotSent(f"Facebook did not let us read: {row.says}", code=code, trace_id=trace)
    if row.error is Refused:
        return Refused(row.says, fix=row.fix, code=code, trace_id=trace)
    return row.error(row.says, code=code, trace_id=trace)


def _row(error: dict[str, Any]) -> Row | None:
    code = name_of(error.get("code"))
    if 200 <= (int(code) if code.isdecimal() and len(code) < 9 else 0) <= 299:
        return _lacking(error)
    row = TABLE.get(_code(error)) or TABLE.get(code)
    return _lacking(error) if row is LACKS else row


def _lacking(error: dict[str, Any]) -> Row:
    """Name the permissions that are missing. Nothing else of Facebook's sentence is repeated."""
    told = text_of(error.get("message"))
    named = [scope for scope in SCOPES if scope in told]
    return replace(LACKS, says=f"{LACKS.says}: {', '.join(named)}") if named else LACKS


def _code(error: dict[str, Any]) -> str:
    code, inner = name_of(error.get("code")), name_of(error.get("error_subcode"))
    return f"{code}/{inner}" if inner else code
