"""What a channel is, so that the service can speak to X, Facebook, e-mail and the web form without knowing any of them.

A channel is one object that keeps the `Channel` protocol. What crosses the line are the frozen values below; what goes
wrong on the other side comes back as one of the errors below, each of which says what the service may do next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol


class Side(StrEnum):
    """Who can read a text: everybody, or the citizen and us alone."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


@dataclass(frozen=True, kw_only=True)
class Account:
    """One of the organisation's accounts on a channel, with what is needed to use it.

    `external_id` is the platform's own number of the account (X user, Facebook page) or the mailbox address.
    `settings` holds what may be seen (host, port, folder), `secrets` what may not (tokens, passwords).
    """

    id: int
    kind: str
    name: str
    external_id: str
    handle: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who wrote a message, as the platform tells it. `external_id` is empty where the platform hides the person."""

    external_id: str
    name: str = ""
    handle: str = ""


@dataclass(frozen=True, kw_only=True)
class InboundFile:
    """A file that came with a message. `media_type` is what its bytes say, never what the sender says."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One message of a citizen, read out of a payload.

    `external_id` is the platform's identity of this very message, unique per account: a second arrival is the same message.
    `thread_key` names what belongs together on the platform *and* to one author; messages with the same key join one enquiry.
    `reply_token` is our own secret out of a reply address: it proves that the writer answers a mail of ours.
    `known_as` is the name by which later messages refer to this one, where that is not `external_id` (a mail's Message-ID).
    `references` are such names of earlier messages, nearest first.
    `reply_to` is where an answer goes: an e-mail address, a PSID, a user id; empty where answering in the thread is enough.
    `answerable` is False where the platform does not let us answer by its API; `hindrance` then says why, for a person.
    `answer_by` is until when the platform takes an answer, None where there is no end.
    `automatic` marks out-of-office notes and other machines: kept and shown, never a reason to write back.
    """

    external_id: str
    thread_key: str
    author: Author
    text: str
    side: Side
    occurred_at: datetime
    subject: str = ""
    html: str = ""
    parent_id: str = ""
    known_as: str = ""
    references: tuple[str, ...] = ()
    reply_token: str = ""
    reply_to: str = ""
    permalink: str = ""
    topic: str = ""
    language: str = ""
    answerable: bool = True
    hindrance: str = ""
    answer_by: datetime | None = None
    automatic: bool = False
    files: tuple[InboundFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnPost:
    """Our own words coming back: an echo, or the account's owner writing past us. Never an enquiry; proof of a posting.

    `posting_key` is the key that the platform carried for us, where it carries one.
    """

    external_id: str
    text: str
    occurred_at: datetime
    parent_id: str = ""
    posting_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """Something that needs nobody, with the reason, so that it can be told from something lost."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """One part of a payload that could not be read. `raw` is that part alone, so that the rest can go on without it."""

    raw: bytes = field(repr=False)
    error: str


Parsed = InboundMessage | OwnPost | Ignored | Unreadable


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """Bytes picked up from a platform, not interpreted. `external_id` is their identity for the account."""

    external_id: str
    raw: bytes = field(repr=False)
    received_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Polled:
    """What a look at the platform brought. The service stores `incoming`, commits, then keeps `cursor` and calls `settle`."""

    incoming: tuple[Incoming, ...]
    cursor: Mapping[str, Any]
    more: bool = False
    warning: str = ""


@dataclass(frozen=True, kw_only=True)
class OutboundReply:
    """One approved text on its way to one place. Every field is covered by the approval or derived from it.

    `key` is the posting's UUID: stable over all attempts, carried to the platform where the platform carries anything.
    `target_id` is the external identity of the message that is answered, `recipient` where a private answer goes.
    `references` are the external identities of the thread so far, oldest first (mail needs them).
    `reply_token` is what the citizen's next mail will carry. `of` names our own post that is replaced or removed.
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


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The platform's proof that a reply is there."""

    external_id: str
    permalink: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class NotThere:
    """A clean look at the platform that did not find the reply."""


@dataclass(frozen=True, kw_only=True)
class CannotTell:
    """A look that proves nothing: reading failed, two candidates, no way to look. `reason` is for a person."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a reply may be, counted as the channel's own `length` counts."""

    max_length: int
    settle: timedelta = timedelta(seconds=30)
    """How long a post may take to become visible to a read-back."""


@dataclass(frozen=True, kw_only=True)
class WebhookRequest:
    """An HTTP request as bytes, before anything has touched it. Header names are lower-case."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """The answer to a platform's handshake, sent back as it is."""

    body: str
    content_type: str = "text/plain"


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """A webhook that is proven to come from the platform, as the bytes to keep."""

    incoming: Incoming


class Forged(Exception):
    """The request does not prove that it comes from the platform. Nothing of it is stored."""


class Misdirected(Forged):
    """Proven to come from the platform, but meant for another account: no attack, and nothing for this account."""


class ChannelError(Exception):
    """What a platform did to us. `safe_message` is fit for an operator: no secret, no citizen's word.

    `code` is the platform's own code or the HTTP status, `trace_id` what its support asks for.
    """

    def __init__(self, safe_message: str, *, code: str = "", trace_id: str = "") -> None:
        super().__init__(safe_message)
        self.safe_message = safe_message
        self.code = code
        self.trace_id = trace_id


class NotSent(ChannelError):
    """It certainly did not happen (no connection, throttled): try again after `after`."""

    def __init__(
        self, safe_message: str, *, after: timedelta = timedelta(seconds=30), code: str = "", trace_id: str = ""
    ) -> None:
        super().__init__(safe_message, code=code, trace_id=trace_id)
        self.after = after


class Throttled(NotSent):
    """Refused for now because the account asked too much; the whole account pauses until `after` is over."""


class Uncertain(ChannelError):
    """It may have happened. Nothing is sent again before the platform has been read back."""


class Duplicate(Uncertain):
    """The platform says that the very same text is there already: most likely ours."""


class Refused(ChannelError):
    """It certainly did not happen and never will as it is. `fix` is a sentence for the person who has to change it."""

    def __init__(self, safe_message: str, *, fix: str, code: str = "", trace_id: str = "") -> None:
        super().__init__(safe_message, code=code, trace_id=trace_id)
        self.fix = fix


class AccountUnusable(ChannelError):
    """The account itself cannot be used (token dead, blocked, bill not paid, scope missing): it certainly did not happen.

    Postings of this account wait and burn no attempt until a person mends the account. `fix` says what to mend.
    """

    def __init__(self, safe_message: str, *, fix: str, code: str = "", trace_id: str = "") -> None:
        super().__init__(safe_message, code=code, trace_id=trace_id)
        self.fix = fix


class Channel(Protocol):
    """One way in and out. Stateless: all it needs comes with the call. No method touches our database."""

    kind: str
    label: str
    polls: bool
    """Whether there is anything to pick up; False for channels that are only pushed to."""
    replaces: frozenset[Side]
    """The sides on which a post of ours can get other words where it stands."""
    removes: frozenset[Side]
    """The sides on which a post of ours can be taken down."""

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long a reply may be on this account and side."""
        ...

    def length(self, text: str) -> int:
        """Count `text` as the platform counts it."""
        ...

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        """Tell a genuine webhook or handshake. Raises Forged; a channel without webhooks raises it always."""
        ...

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read a payload. Pure and total: whatever the bytes are, each part ends as one of `Parsed`."""
        ...

    def poll(self, account: Account, cursor: Mapping[str, Any]) -> Polled:
        """Look for what is new since `cursor` ({} at first), with overlap. Raises ChannelError."""
        ...

    def settle(self, account: Account, polled: Polled) -> None:
        """Tell the platform that `polled` is stored (flag or move mails). Called after the commit; may do nothing."""
        ...

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Post or mail `reply`. Returns the proof, or raises a ChannelError that says what is known."""
        ...

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Give our post `reply.of` the words of `reply`. Doing it twice is doing it once. Raises ChannelError, as `send`."""
        ...

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Take our post `reply.of` down; one that is not there any more is success. Raises ChannelError, as `send`."""
        ...

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look whether `reply` is on the platform already, among what we posted since `since`."""
        ...
