"""What comes in: bytes that were picked up or pushed, and what each part of them turned out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from enquiries.contract.account import Author, Side, Usage


class SenderTrust(StrEnum):
    """What our own mail gateway found out about a sender. UNKNOWN where no gateway of ours looked."""

    UNKNOWN = ""
    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    NONE = "NONE"


@dataclass(frozen=True, kw_only=True)
class InboundFile:
    """A file that came with a message. `media_type` is what its bytes say, never what the sender says.

    `content_id` is the name by which the message's HTML shows it in the middle of the text.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, kw_only=True)
class InboundPicture:
    """A picture or film that lies on the platform and is fetched later. `media_type` is its own word, if any."""

    url: str
    media_type: str = ""
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One message of a citizen, read out of a payload.

    `external_id` is the platform's identity of this very message, unique per account: a second arrival is the same message.
    `root_id` is its identity without the version, where its words can be changed or taken away later: an edited post is a
    further message with the same root. Empty where that cannot happen (mail). `version_at` is when these words were
    written, where that is not `occurred_at`.
    `copies` are the identities of copies of these very words that count for more (a mail that came straight from its
    writer, not by a list), the best first: where one of them is here, this one adds nothing.
    `thread_key` names what belongs together on the platform *and* to one author; messages with the same key join one
    enquiry. `more_threads` are further such keys, asked when that one is new.
    `reply_token` is our own secret out of a reply address: it proves that the writer answers a mail of ours.
    `known_as` is the name by which later messages refer to this one, where that is not `external_id` (a mail's Message-ID).
    `references` are such names of earlier messages, nearest first.
    `reply_to` is where an answer goes: an e-mail address, a PSID, a user id; empty where answering in the thread is enough.
    `answerable` is False where the platform does not let us answer by its API; `hindrance` then says why, for a person.
    `answer_by` is until when the platform takes an answer, None where there is no end.
    `automatic` marks out-of-office notes and other machines: kept and shown, never a reason to write back.
    `quote_from` is the place in `text` from which on it only repeats earlier words; all of `text` is kept.
    """

    external_id: str
    thread_key: str
    author: Author
    text: str
    side: Side
    occurred_at: datetime
    root_id: str = ""
    version_at: datetime | None = None
    copies: tuple[str, ...] = ()
    more_threads: tuple[str, ...] = ()
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
    sender_trust: SenderTrust = SenderTrust.UNKNOWN
    quote_from: int | None = None
    files: tuple[InboundFile, ...] = ()
    pictures: tuple[InboundPicture, ...] = ()


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


class ChangeKind(StrEnum):
    """What became of a post on the platform. Changed words are no change here: they come as a message of their own."""

    GONE = "GONE"
    HIDDEN = "HIDDEN"
    SHOWN = "SHOWN"


@dataclass(frozen=True, kw_only=True)
class PostChanged:
    """A post was taken down, hidden or shown again, by whoever. It may come before the post itself."""

    root_id: str
    kind: ChangeKind
    at: datetime


class Reached(StrEnum):
    """How far a reply of ours came after it was posted."""

    DELIVERED = "DELIVERED"
    READ = "READ"


@dataclass(frozen=True, kw_only=True)
class Receipted:
    """The platform tells that replies of ours were delivered or read.

    Which ones: that of `posting_key`, those of `external_ids`, or all to `person` up to `at`.
    """

    kind: Reached
    at: datetime
    posting_key: str = ""
    external_ids: tuple[str, ...] = ()
    person: str = ""


class BounceKind(StrEnum):
    """What a mail server says of a mail of ours."""

    FAILED = "FAILED"
    DELAYED = "DELAYED"
    DELIVERED = "DELIVERED"
    COPY_FAILED = "COPY_FAILED"
    """Only our own copy was not delivered. It says nothing of the citizen's, but that the mail was taken."""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A mail server's report on a mail of ours. `posting_key` or `known_as` (its Message-ID) says which; both may be empty.

    `status` is the server's own code ("5.1.1"), `detail` a sentence for a person, without addresses.
    """

    kind: BounceKind
    at: datetime
    posting_key: str = ""
    known_as: str = ""
    status: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """Something that needs nobody, with the reason, so that it can be told from something lost."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """One part of a payload that could not be read. `raw` is that part alone, so that the rest can go on without it."""

    raw: bytes = field(repr=False)
    error: str


Parsed = InboundMessage | OwnPost | PostChanged | Receipted | Bounce | Ignored | Unreadable


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """Bytes picked up from a platform, not interpreted. `external_id` is their identity for the account.

    `place` is where they lie (a mailbox's folder, validity and UID), by which a later look tells whether any were missed.
    """

    external_id: str
    raw: bytes = field(repr=False)
    received_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Polled:
    """What a look at the platform brought. The service stores `incoming`, commits, then keeps `cursor` and calls `settle`."""

    incoming: tuple[Incoming, ...]
    cursor: Mapping[str, Any]
    more: bool = False
    warning: str = ""
    usage: Usage | None = None


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
