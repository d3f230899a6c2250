"""What a channel brings to the contract suite: a rig, in a file `rig_<kind>.py` beside this one.

The file defines `open_rig()`, a context manager that starts the platform's simulator, yields a `Rig` and stops what it
started, `PLAYS`, the faults that the platform can play, and `DOES`, what it lets be done to a reply that is there.
Nothing else in this folder changes for a new channel.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from enquiries.contract import Account, Channel, InboundMessage, Incoming, OutboundReply, Polled, Receipt


class Fault(StrEnum):
    """What a platform can do to a reply."""

    COMMIT_THEN_DROP = "it takes the reply and breaks the line"
    DROP = "it breaks the line before it takes the reply"
    REFUSE = "it refuses this reply for good"
    THROTTLE = "it asks us to slow down"
    CREDENTIALS = "it no longer accepts the account"
    CANNOT_READ = "it does not let us read back"
    UPLOAD = "it takes the picture of a reply and breaks the line"


class Deed(StrEnum):
    """What a channel is asked to do on a platform."""

    SEND = "post a reply"
    REPLACE = "give a reply of ours other words"
    REMOVE = "take a reply of ours down"


@dataclass(frozen=True)
class Sent:
    """One reply of ours as the platform's own ledger has it."""

    external_id: str
    text: str


class Rig:
    """One channel with a simulated platform behind it. A channel's rig fills in what raises NotImplementedError."""

    sent: OutboundReply
    """The reply that a test corrects."""

    def __init__(self, *, channel: Channel, account: Account, unreachable: Account) -> None:
        """`unreachable` is the same account on a port where nobody listens."""
        self.channel, self.account, self.unreachable = channel, account, unreachable

    def write(self, *, author: str, text: str) -> None:
        """Write to the organisation as the citizen `author` (letters only)."""
        raise NotImplementedError

    def ledger(self) -> list[Sent]:
        """All replies of ours that are on the platform, whatever we know of them, oldest first."""
        raise NotImplementedError

    def pictures(self, external_id: str) -> list[str]:
        """The SHA-256 of the pictures that hang on a reply of ours, in hex. For platforms that can play UPLOAD."""
        raise NotImplementedError

    def inject(self, fault: Fault, deed: Deed = Deed.SEND) -> None:
        """Make the platform do `fault` to the next `deed`, or to the next look for a reply."""
        raise NotImplementedError

    def shown(self) -> list[Sent]:
        """The replies of ours that people on the platform can read now, oldest first."""
        raise NotImplementedError

    def vanish(self, external_id: str) -> None:
        """Let somebody else take our reply down."""
        raise NotImplementedError

    def reset(self) -> None:
        """Make the platform forget everything, faults included."""
        raise NotImplementedError

    def look(self) -> Polled:
        """Pick up what is there. A channel that is only pushed to hands over what was written."""
        return self.channel.poll(self.account, {})

    def read(self, incoming: Sequence[Incoming]) -> list[InboundMessage]:
        """The messages of citizens in what was picked up."""
        parts = [part for each in incoming for part in self.channel.parse(self.account, each.raw)]
        return [part for part in parts if isinstance(part, InboundMessage)]

    def message(self, *, author: str = "dana", text: str = "The street light is out") -> InboundMessage:
        """Write a message as a citizen and pick it up."""
        self.write(author=author, text=text)
        (message,) = [each for each in self.read(self.look().incoming) if text in each.text]
        return message

    def reply(self, message: InboundMessage, text: str = "We will mend it") -> OutboundReply:
        """A reply to `message`, as the service makes it after an approval."""
        return OutboundReply(
            key=str(uuid4()),
            text=text,
            side=message.side,
            target_id=message.external_id,
            recipient=message.reply_to,
            recipient_name=message.author.name,
            subject=f"Re: {message.subject}",
            thread_key=message.thread_key,
            references=(message.known_as,) if message.known_as else (),
            reply_token="a" * 26,
            reference="AB12-CD34",
            approved_at=datetime.now(UTC),
        )


def correction(sent: OutboundReply, receipt: Receipt, text: str = "We will mend it on Friday") -> OutboundReply:
    """The letter that replaces or removes what `sent` left on the platform."""
    return replace(sent, key=str(uuid4()), text=text, of=receipt.external_id)


def do(rig: Rig, deed: Deed, letter: OutboundReply, account: Account | None = None) -> Receipt:
    """Replace or remove, as the service asks for it."""
    act = rig.channel.replace if deed is Deed.REPLACE else rig.channel.remove
    return act(account or rig.account, letter)


def just_now() -> datetime:
    """A moment before the test began to send."""
    return datetime.now(UTC) - timedelta(seconds=20)


def elsewhere(account: Account, **settings: object) -> Account:
    """The same account with other settings."""
    return replace(account, settings={**account.settings, **settings})


def kinds() -> list[str]:
    """The channels that have a rig."""
    return sorted(path.stem.removeprefix("rig_") for path in Path(__file__).parent.glob("rig_*.py"))


def open_rig(kind: str) -> AbstractContextManager[Rig]:
    """Open the rig of a channel."""
    module = importlib.import_module(f"tests.contract.rig_{kind}")
    rig: AbstractContextManager[Rig] = module.open_rig()
    return rig


def plays(kind: str) -> frozenset[Fault]:
    """The faults that the platform of a channel can play, known before it is started."""
    found: frozenset[Fault] = importlib.import_module(f"tests.contract.rig_{kind}").PLAYS
    return found


def does(kind: str) -> frozenset[Deed]:
    """What the platform of a channel lets be done to a reply of ours."""
    found: frozenset[Deed] = importlib.import_module(f"tests.contract.rig_{kind}").DOES
    return found


def corrections(*, able: bool, fault: Fault | None = None) -> Any:
    """Run a test for each channel and way of correcting that its platform knows, or does not; `fault` narrows further."""
    ways = [
        pytest.param(kind, deed, id=f"{kind}-{deed.name.lower()}")
        for kind in kinds()
        for deed in (Deed.REPLACE, Deed.REMOVE)
        if (deed in does(kind)) is able and (fault is None or fault in plays(kind))
    ]
    return pytest.mark.parametrize(("running_rig", "deed"), ways, indirect=["running_rig"], scope="module")


def played(fault: Fault) -> Any:
    """Run a test for the channels alone whose platform can fail in this way; the others have nothing to prove there."""
    able = [kind for kind in kinds() if fault in plays(kind)]
    return pytest.mark.parametrize("running_rig", able, indirect=True, scope="module")
