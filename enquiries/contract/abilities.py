"""What only some channels can do. Each is one method; the service asks `isinstance(speaks, Renews)`, and else does without.

All of them raise ChannelError, as the methods of `Channel` do, and none touches our database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from enquiries.contract.account import Account, Author, Usage
from enquiries.contract.inbound import InboundFile, Polled


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """New secrets of an account, to be kept over the old ones at once, and when they end."""

    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None = None


@runtime_checkable
class Renews(Protocol):
    """A channel whose tokens run out and can be exchanged for new ones."""

    def renew(self, account: Account) -> Renewed:
        """Exchange the account's tokens. Called by one process at a time; the caller commits what comes back at once."""
        ...


class Verdict(StrEnum):
    """How one line of a check-up ended."""

    GOOD = "GOOD"
    WARNING = "WARNING"
    BAD = "BAD"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One line of a check-up. `name` is stable ("token", "webhook"), `says` a sentence, `fix` what to do unless GOOD."""

    name: str
    verdict: Verdict
    says: str
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """What a look at an account itself brought. Nothing was posted and nothing read but what the account is.

    `subscribed` says whether the platform pushes to us, None where it never does or nobody can tell.
    """

    lines: tuple[Checked, ...]
    token_expires_at: datetime | None = None
    subscribed: bool | None = None
    usage: Usage | None = None


@runtime_checkable
class Checks(Protocol):
    """A channel that can say whether an account is in order."""

    def check(self, account: Account) -> Checkup:
        """Look at token, scopes, subscription and version. What is wrong is a line, not an error."""
        ...


@runtime_checkable
class Mends(Protocol):
    """A channel that can put its own subscription back."""

    def mend(self, account: Account) -> Sequence[str]:
        """Subscribe again to what the platform should push. Returns what was done, a sentence each. Safe to repeat."""
        ...


@runtime_checkable
class Looks(Protocol):
    """A channel whose posts vanish, and that can be asked which are still there."""

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        """Say of each post (by root) whether it is there. None where the look proves nothing. At most 100 at once."""
        ...


@dataclass(frozen=True, kw_only=True)
class Said:
    """A post of a public thread, as context: read, never answered from here."""

    external_id: str
    author: Author
    text: str
    occurred_at: datetime
    parent_id: str = ""
    is_ours: bool = False
    permalink: str = ""


@runtime_checkable
class Tells(Protocol):
    """A channel that can show what stands around a post."""

    def context(self, account: Account, *, post_id: str, thread_key: str) -> Sequence[Said]:
        """Bring the thread of a post, oldest first, at most 100: what it answers, and what was said below."""
        ...


@runtime_checkable
class Listens(Protocol):
    """A channel that can be searched for posts which nobody addressed to us."""

    def listen(self, account: Account, query: str, cursor: Mapping[str, Any]) -> Polled:
        """Search for `query` since `cursor` ({} at first). `parse` reads what comes back like any other post."""
        ...


class Act(StrEnum):
    """What can be done to somebody else's post under ours."""

    HIDE = "HIDE"
    SHOW = "SHOW"
    REMOVE = "REMOVE"


@runtime_checkable
class Moderates(Protocol):
    """A channel on which citizens' words under our posts can be hidden or taken down."""

    acts: frozenset[Act]
    """What of it the platform allows."""

    def moderate(self, account: Account, *, post_id: str, act: Act) -> None:
        """Do it. Doing it twice is doing it once; a post that is gone is success. Raises ChannelError, as `send`."""
        ...


@runtime_checkable
class Fetches(Protocol):
    """A channel whose pictures lie elsewhere and are fetched afterwards."""

    def fetch(self, account: Account, url: str) -> InboundFile:
        """Fetch one picture or film, from the platform's own hosts only. Raises Refused for any other address."""
        ...


@runtime_checkable
class Redacts(Protocol):
    """A channel whose payloads hold several posts, of which one can be taken out."""

    def redact(self, raw: bytes, root_id: str) -> bytes:
        """Give the payload without the words and names of one post. Pure and total; never longer than it was."""
        ...


@runtime_checkable
class Compares(Protocol):
    """A channel whose things lie at places that can all be listed, so that what was missed is found."""

    def missing(
        self, account: Account, cursor: Mapping[str, Any], *, known: Callable[[Sequence[str]], set[str]]
    ) -> Polled:
        """Bring some of what lies there up to the cursor's mark, and of whose places `known` does not give back.

        Its cursor says how far it looked; with `more` the next look goes on from there, until all was looked at once.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Clean:
    """A scanner found nothing."""


@dataclass(frozen=True, kw_only=True)
class Infected:
    """A scanner found something. `name` is what the scanner calls it."""

    name: str


class Scanner(Protocol):
    """What looks into files for viruses. `settings.SCANNER` names it, or nothing where there is none."""

    def scan(self, content: bytes) -> Clean | Infected:
        """Look into one file. Raises NotSent when the scanner cannot be reached: the file is held until it can."""
        ...
