"""The refusals that X is known to make, as tables: each with what it means for us and what a person can do.

Source: docs.x.com "Response codes and errors", answers seen live in 2026 and by others; read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass

from enquiries.contract import AccountUnusable, ChannelError, Duplicate, Halt, Refused, Uncertain


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
    kind: Halt = Halt.CONFIG


MAY_NOT_REPLY = "Answer by hand on x.com, or ask the citizen to mention the account."
GONE = "The citizen's post cannot be seen any more. Answer another way, or close the enquiry."
SCOPES = "Sign in to X anew for this account and agree to all the rights that are asked for."
SET_UP = "In X's developer console, give the app permission to read and write, then enter new keys."

TABLE: tuple[Row, ...] = (
    Row(
        status=401,
        error=AccountUnusable,
        says="X does not accept the account's keys",
        fix="Enter new keys and tokens for this X account.",
        kind=Halt.AUTH,
    ),
    Row(
        status=402,
        error=AccountUnusable,
        says="The prepaid credits of the X account are used up",
        fix="Buy credits in X's developer console, then resume the account.",
        kind=Halt.BILLING,
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
        kind=Halt.BLOCKED,
    ),
    Row(
        status=403,
        words="locked",
        error=AccountUnusable,
        says="X has locked the account",
        fix="Sign in to x.com as this account and unlock it, then resume the account.",
        kind=Halt.BLOCKED,
    ),
    Row(
        status=403,
        words="spending limit",
        error=AccountUnusable,
        says="The spending limit of the X account is reached",
        fix="Raise the limit in X's developer console, then resume the account.",
        kind=Halt.BILLING,
    ),
    Row(
        status=403,
        words="scope",
        error=AccountUnusable,
        says="The account gave the app too few rights on X",
        fix=SCOPES,
        kind=Halt.AUTH,
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
        status=413,
        error=Refused,
        says="X says that a picture is too large",
        fix="Choose a smaller picture, at most 5 MB, and submit the reply again.",
    ),
    Row(
        status=409, error=Uncertain, says="X says that this clashes with something it is doing for the account already"
    ),
    Row(
        status=422,
        error=Refused,
        says="X cannot make use of the reply or its pictures",
        fix="Change the text or leave the pictures out, and submit it again.",
    ),
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


BY_HAND = "Answer another way, or by hand on x.com."
DIRECT: tuple[Row, ...] = (
    Row(
        status=403,
        words="permission to dm",
        error=Refused,
        says="X does not let the account write to this person: their messages are closed to it",
        fix=BY_HAND,
    ),
    Row(
        status=403,
        words="cannot send messages",
        error=Refused,
        says="X does not let the account write to this person: their messages are closed to it",
        fix=BY_HAND,
    ),
    Row(status=403, words="duplicate", error=Duplicate, says="X has the same message from this account already"),
    Row(
        status=403,
        problem="oauth1-permissions",
        error=AccountUnusable,
        says="The app may not read and write direct messages on X",
        fix="In X's developer console, give the app permission for direct messages, then enter new keys.",
    ),
    *(row for row in TABLE if issubclass(row.error, AccountUnusable) and row.problem != "oauth1-permissions"),
    Row(status=404, error=Refused, says="X does not find the person who is answered", fix=BY_HAND),
    Row(
        status=400,
        error=Refused,
        says="X says that the message is not well formed",
        fix="Change the text and submit it again; tell the administrator if that does not help.",
    ),
)
"""The same for direct messages."""

HIDE_BY_HAND = "Sign in to x.com as this account and hide the reply by hand."
HIDING: tuple[Row, ...] = (
    *(row for row in TABLE if issubclass(row.error, AccountUnusable)),
    Row(
        status=403,
        error=Refused,
        says="X lets the account hide replies only under its own posts",
        fix="Report the post on x.com, or leave it.",
    ),
    Row(status=404, error=Refused, says="X does not find the reply that is to be hidden", fix=HIDE_BY_HAND),
    Row(status=400, error=Refused, says="X does not understand which reply is to be hidden", fix=HIDE_BY_HAND),
)
"""The same for hiding replies, and showing them again."""
