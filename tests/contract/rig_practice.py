"""The practice channel for the contract suite. Nobody is on the other side, so nothing can fail on the way to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from enquiries.contract import Account, Incoming, OutboundReply, Polled, Receipt
from practice.channel import PracticeChannel
from tests.contract.rigs import Deed, Fault, Rig, Sent

PLAYS: frozenset[Fault] = frozenset()
DOES = frozenset({Deed.REPLACE, Deed.REMOVE})


class NotingPractice(PracticeChannel):
    """The channel, with a note of what it said was posted."""

    def __init__(self) -> None:
        self.posted: dict[str, str] = {}

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        receipt = super().send(account, reply)
        self.posted.setdefault(receipt.external_id, reply.text)
        return receipt

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        receipt = super().replace(account, reply)
        self.posted[receipt.external_id] = reply.text
        return receipt

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        receipt = super().remove(account, reply)
        self.posted.pop(receipt.external_id, None)
        return receipt


class PracticeRig(Rig):
    """Scenarios are started, and what would have been posted is noted."""

    channel: NotingPractice

    def __init__(self) -> None:
        account = Account(id=5, kind="practice", name="Practice", external_id="practice:1")
        super().__init__(channel=NotingPractice(), account=account, unreachable=account)
        self.started: list[Incoming] = []

    def write(self, *, author: str, text: str) -> None:
        attempt = f"1:{author}:{uuid4()}"
        sent = {
            "attempt": attempt,
            "name": author.title(),
            "subject": "Bin",
            "text": text,
            "side": "PRIVATE",
            "language": "en",
            "at": datetime.now(UTC).isoformat(),
        }
        self.started.append(Incoming(external_id=attempt, raw=json.dumps(sent).encode()))

    def ledger(self) -> list[Sent]:
        return [Sent(external_id, text) for external_id, text in self.channel.posted.items()]

    def shown(self) -> list[Sent]:
        return self.ledger()

    def reset(self) -> None:
        self.started.clear()
        self.channel.posted.clear()

    def look(self) -> Polled:
        return Polled(incoming=tuple(self.started), cursor=self.channel.poll(self.account, {}).cursor)


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start nothing."""
    yield PracticeRig()
