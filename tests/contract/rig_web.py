"""The web form for the contract suite. No platform stands behind it, so nothing can fail on the way to one.

What a reply looks like to its citizen is tried on the real page, in tests/citizens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from citizens.channel import WebChannel
from citizens.submission import Submission
from enquiries.contract import Account, Incoming, OutboundReply, Polled, Receipt
from tests.contract.rigs import Deed, Fault, Rig, Sent

PLAYS: frozenset[Fault] = frozenset()
DOES = frozenset({Deed.REPLACE, Deed.REMOVE})


class NotingChannel(WebChannel):
    """The channel, with a note of what it said was posted."""

    def __init__(self) -> None:
        self.posted: list[Sent] = []

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        receipt = super().send(account, reply)
        note = Sent(external_id=receipt.external_id, text=reply.text)
        self.posted += [] if note in self.posted else [note]
        return receipt

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        receipt = super().replace(account, reply)
        self.posted = [self._other(sent, receipt, reply.text) for sent in self.posted]
        return receipt

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        receipt = super().remove(account, reply)
        self.posted = [sent for sent in self.posted if sent.external_id != receipt.external_id]
        return receipt

    def _other(self, sent: Sent, receipt: Receipt, text: str) -> Sent:
        return Sent(sent.external_id, text) if sent.external_id == receipt.external_id else sent


class WebRig(Rig):
    """Forms are sent, and what the page would show is noted."""

    channel: NotingChannel

    def __init__(self) -> None:
        account = Account(id=4, kind="web", name="Northwell City", external_id="form")
        super().__init__(channel=NotingChannel(), account=account, unreachable=account)
        self.forms: list[Incoming] = []

    def write(self, *, author: str, text: str) -> None:
        sent = Submission(
            nonce=str(uuid4()),
            text=text,
            submitted_at=datetime.now(UTC),
            name=author.title(),
            email=f"{author}@citizens.example",
        )
        self.forms.append(Incoming(external_id=sent.external_id, raw=sent.pack()))

    def ledger(self) -> list[Sent]:
        return list(self.channel.posted)

    def shown(self) -> list[Sent]:
        return self.ledger()

    def reset(self) -> None:
        self.forms.clear()
        self.channel.posted.clear()

    def look(self) -> Polled:
        return Polled(incoming=tuple(self.forms), cursor=self.channel.poll(self.account, {}).cursor)


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start nothing."""
    yield WebRig()
