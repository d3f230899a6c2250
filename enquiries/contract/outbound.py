"""What goes out: one approved text on its way to one place, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from enquiries.contract.account import Side, Usage


@dataclass(frozen=True, kw_only=True)
class OutboundFile:
    """A file that leaves with a reply. `alt_text` says what a picture shows, for those who cannot see it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    alt_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What the citizen wrote, repeated below our answer. `author` is their name or address as the mail showed it."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class OutboundReply:
    """One approved text on its way to one place. Every field is covered by the approval or derived from it.

    `key` is the posting's UUID: stable over all attempts, carried to the platform where the platform carries anything.
    `target_id` is the external identity of the message that is answered, `recipient` where a private answer goes: an
    address or number, or "comment:" and a comment's number for a private answer to public words.
    `follows` is the external identity of our own part before this one, under which it belongs where the platform allows.
    `as_quote` asks for a post of its own that quotes the target, instead of an answer under it.
    `references` are the external identities of the thread so far, oldest first (mail needs them).
    `reply_token` is what the citizen's next mail will carry. `of` names our own post that is replaced or removed.
    `quote` are the citizen's words for below the answer (mail), `language` is that of `text`, "" where nobody knows.
    `automatic` marks what no person wrote for this citizen: an acknowledgement.
    `heard_at` is when the person wrote to us last in private, None where nobody knows: platforms count their windows from it.
    `send_by` is a moment on this process's monotonic clock. Whoever is not connected by then raises NotSent.
    `left_by` is given where it is looked for: it cannot have left later, so nobody has to look through what came after.
    """

    key: str
    text: str
    side: Side
    target_id: str
    recipient: str = ""
    recipient_name: str = ""
    subject: str = ""
    thread_key: str = ""
    references: tuple[str, ...] = ()
    reply_token: str = ""
    reference: str = ""
    of: str = ""
    approved_at: datetime
    follows: str = ""
    as_quote: bool = False
    files: tuple[OutboundFile, ...] = ()
    quote: Quote | None = None
    language: str = ""
    automatic: bool = False
    heard_at: datetime | None = None
    send_by: float | None = None
    left_by: datetime | None = None


COMMENT = "comment:"
"""What the recipient of a private answer to a public comment begins with; the comment's root follows."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The platform's proof that a reply is there."""

    external_id: str
    permalink: str = ""
    detail: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, kw_only=True)
class NotThere:
    """A clean look at the platform that did not find the reply."""


@dataclass(frozen=True, kw_only=True)
class CannotTell:
    """A look that proves nothing: reading failed, two candidates, no way to look. `reason` is for a person."""

    reason: str
