"""What the chaos proof tells people: what is cut and why, how far it is while it runs, and the verdict."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from bench.chaos_fill import LEASE_SECONDS, SETTLE_SECONDS, TIMEOUT_SECONDS, UNKNOWN_SECONDS
from bench.chaos_watch import FINAL, HINT_SECONDS, MENDED_SECONDS, REST_SECONDS, WAIT_SECONDS

TOLD_EVERY = 10.0
CUTS = (
    ("lease of a posting", "60 s", f"{LEASE_SECONDS:g} s", "or each killed worker would cost a minute of the run"),
    ("patience with a platform", "10 s", f"{TIMEOUT_SECONDS:g} s", "the slowest answer takes 2.5 s here"),
    ("doubt until a person is asked", "30 min", f"{UNKNOWN_SECONDS / 60:g} min", "as much quicker as the lease"),
    ("settling before a look counts", "60 s", f"{SETTLE_SECONDS:g} s", "a post shows after at most 0.6 s here"),
    ("wait between two tries or looks", "5 s to 2 min", f"{WAIT_SECONDS:g} s", "they only wait; nothing is skipped"),
    ("rest that a platform asks for", "as it says", f"{REST_SECONDS:g} s", "the simulated one says a second"),
    ("sweep when no hint arrives", "10 s", f"{HINT_SECONDS:g} s", "on this clock beat would look once in 80 s"),
    (
        "a person who lets an account go on",
        "hours",
        f"{MENDED_SECONDS:g} s",
        "after five doubts in a row it stands still",
    ),
)
"""What is shorter than in the service, all about eight times or more, and why. Everything else is as it is there."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of it. `lost` is neither there nor with a person, or said to be there and is not."""

    replies: int
    posted: int
    duplicates: int
    lost: int
    unapproved: int
    parked: int
    kills: int
    faults: int
    calls: int
    troubles: Counter[str]
    halts: Counter[str]
    seconds: float
    peace_after: float | None = None
    """After how many seconds faults and troubles had to end; None when they went on until all was settled."""
    is_whole: bool = True
    """False when it was interrupted: what had not ended then counts as lost."""
    evidence: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the promise was kept."""
        return self.is_whole and not (self.duplicates or self.lost or self.unapproved)

    def line(self) -> str:
        """Say it in one line."""
        names = ("replies", "posted", "duplicates", "lost", "unapproved", "parked", "kills", "faults")
        return " ".join(f"{name}={getattr(self, name)}" for name in names)

    def words(self) -> list[str]:
        """Say it whole, the line last."""
        happened = [f"{name} x{count}" for name, count in (self.troubles + self.halts).most_common()]
        pace = f"{self.replies / self.seconds if self.seconds else 0.0:.1f} replies a second"
        return [
            *self.evidence[:50],
            ", ".join(happened),
            self._until_when(),
            f"{self.seconds:.0f} seconds ({pace}), {self.faults} of {self.calls} calls of platforms spoilt",
            self.line(),
        ]

    def _until_when(self) -> str:
        if not self.is_whole:
            return "INTERRUPTED: what had not ended is counted as lost."
        if self.peace_after is None:
            return "Faults and troubles went on until the last reply had ended."
        return f"Faults and troubles were ended after {self.peace_after:.0f} seconds, with replies still under way."


@dataclass
class Progress:
    """Tells every ten seconds how far it is."""

    due: int
    begun: float = field(default_factory=time.monotonic)
    told: float = 0.0

    def tell(self, states: Counter[str] | None, *, kills: int, troubles: int) -> None:
        """Say how it stands, unless that was said a moment ago. No states: nobody answers just now."""
        now = time.monotonic()
        if states is None or now - self.told < TOLD_EVERY:
            return
        self.told = now
        lasted, ended = now - self.begun, sum(states[state] for state in FINAL)
        left = f", about {lasted / ended * (self.due - ended):.0f} s left" if ended else ""
        doubt, waiting = states["UNKNOWN"] + states["SENDING"], states["QUEUED"]
        print(
            f"{lasted:5.0f} s: {ended} of {self.due} ended, {doubt} in doubt, {waiting} waiting; "
            f"{troubles} troubles, {kills} of them kills{left}",
            flush=True,
        )


def cuts() -> list[str]:
    """Say what is cut, one line each."""
    head = "Shortened, so that hours fit into minutes (in the service → here):"
    return [head, *(f"  {what}: {there} → {here}; {why}" for what, there, here, why in CUTS)]
