"""The one thing every channel is: what it can be asked at any time. What only some can do stands in `abilities`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from enquiries.contract.account import Account, Limits, Side
from enquiries.contract.inbound import Challenge, Genuine, Parsed, Polled, WebhookRequest
from enquiries.contract.outbound import CannotTell, NotThere, OutboundReply, Receipt
from enquiries.contract.traits import Traits, Words


class Channel(Protocol):
    """One way in and out. Stateless: all it needs comes with the call. No method touches our database."""

    kind: str
    traits: Traits
    polls: bool
    """Whether there is anything to pick up; False for channels that are only pushed to."""
    replaces: frozenset[Side]
    """The sides on which a post of ours can get other words where it stands."""
    removes: frozenset[Side]
    """The sides on which a post of ours can be taken down."""

    @property
    def label(self) -> Words:
        """What people call it; maybe in the language of each request."""
        ...

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

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Look for what is new since `cursor` ({} at first), with overlap. Raises ChannelError.

        `watch` are the posts under which citizens still write to us, whatever their age, by their platform's numbers.
        """
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
