"""A crisis night: far more people write than usual, some of them hostile, and in the middle the platforms themselves fail.

`python -m simulators.crisis --x URL --facebook URL --mail URL [--minutes 5] [--usual 0.5] [--factor 10] [--outage 45]` writes
to simulators that run (./start prints their addresses). First as much as usual; from a fifth of the time on the factor of it.
In the middle of that the platforms answer no call for a while and hold back what they have to push; afterwards it comes late,
in any order, and some of it twice. The last line is JSON: what was written where, so that what arrived can be compared.
"""

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from simulators.citizens import KINDS, Fields, Person, Stopped, fields_of
from simulators.outgoing import call
from simulators.writings import FEARS, HOSTILE, PEOPLE, PLACES, WRITINGS

TICK_SECONDS: Final = 0.25
TOLD_EVERY_SECONDS: Final = 10.0
LONGEST_POST: Final = 270
HOSTILE_SHARE, EVERYDAY_SHARE = 0.25, 0.15
CROWD: Final = 400
"""So many different people write. Each comes back; some write the same words as others, as people do who pass them on."""
SCATTERED_SECONDS, TWICE = 3.0, 0.1
"""At night pushes come up to so late, and so many of them come twice."""
DARK: Final = (
    {"operation": "read", "fault": "html_502"},
    {"operation": "write", "fault": "html_502"},
    {"operation": "write", "fault": "drop_before_commit"},
    {"operation": "write", "fault": "commit_then_timeout", "seconds": 5},
)
"""How a platform fails that is down: it shows a proxy's page, hangs up, or does what it was told and never says so."""


@dataclass(frozen=True)
class Night:
    """How the night goes, in seconds from its beginning, and how many write in a second."""

    seconds: float
    usual: float
    factor: float
    outage_seconds: float

    @property
    def flood(self) -> tuple[float, float]:
        """When many write."""
        return self.seconds * 0.2, self.seconds * 0.85

    @property
    def outage(self) -> tuple[float, float]:
        """When the platforms are down, in the middle of the flood."""
        middle = sum(self.flood) / 2
        return middle - self.outage_seconds / 2, middle + self.outage_seconds / 2

    def rate(self, at: float) -> float:
        """Say how many write in a second at a moment."""
        begins, ends = self.flood
        return self.usual * (self.factor if begins <= at < ends else 1)

    def is_dark(self, at: float) -> bool:
        """Whether the platforms are down at a moment."""
        begins, ends = self.outage
        return begins <= at < ends


@dataclass
class Crowd:
    """Who writes what; the same seed makes the same crowd."""

    dice: random.Random
    heard: list[str] = field(default_factory=list)

    def write(self, channel: str) -> tuple[str, Fields]:
        """Think of one writing; returns its mood and the fields for the simulator's handle `write`."""
        mood, (subject, text) = self._words()
        kind = self.dice.choice(KINDS[channel])
        return mood, fields_of(kind, self._person(), subject, text[:LONGEST_POST] if channel == "x" else text)

    def _words(self) -> tuple[str, tuple[str, str]]:
        drawn = self.dice.random()
        if drawn < HOSTILE_SHARE:
            return "hostile", ("", self.dice.choice(HOSTILE))
        language = self.dice.choices(["en", "nl", "ar", "pl"], weights=[6, 2, 1, 1])[0]
        chosen = WRITINGS if drawn < HOSTILE_SHARE + EVERYDAY_SHARE else FEARS
        mood = "everyday" if chosen is WRITINGS else "worried"
        if mood == "worried" and self.heard and self.dice.random() < 0.2:
            return mood, ("", self.dice.choice(self.heard))  # passed on, word for word
        subject, text = self.dice.choice(chosen[language])
        filled = text.format(place=self.dice.choice(PLACES), number=self.dice.randint(2, 98))
        if mood == "worried":
            self.heard = [*self.heard[-50:], filled]
        return mood, (subject, filled)

    def _person(self) -> Person:
        number = self.dice.randrange(CROWD)
        name, _ = PEOPLE["en"][number % len(PEOPLE["en"])]
        return f"{name} {number}", f"{name.split()[0].lower()}_{number}"


class Crisis:
    """Lets the night happen on simulators that run; `addresses` by channel: x, facebook, mail."""

    def __init__(self, addresses: Mapping[str, str], night: Night, *, seed: int) -> None:
        self.addresses, self.night, self.seed = addresses, night, seed
        self.dice = random.Random(seed)
        self.crowd = Crowd(self.dice)
        self.written: Counter[str] = Counter()
        self.moods: Counter[str] = Counter()
        self.refused = 0
        self._is_dark = False

    def live(self) -> dict[str, Any]:
        """Live through it in real time; returns what was written. A wish to stop ends it early."""
        begun = told = time.monotonic()
        owed = 0.0
        self._scatter(SCATTERED_SECONDS)
        try:
            while (at := time.monotonic() - begun) < self.night.seconds:
                self._switch(self.night.is_dark(at))
                owed += self.night.rate(at) * TICK_SECONDS
                self._write(int(owed))
                owed -= int(owed)
                if time.monotonic() - told > TOLD_EVERY_SECONDS:
                    told = time.monotonic()
                    self._tell(at)
                time.sleep(max(0.0, begun + at + TICK_SECONDS - time.monotonic()))
        except Stopped:
            pass
        finally:
            self._switch(False)
            self._scatter(0)
        return {"written": dict(self.written), "moods": dict(self.moods), "refused": self.refused, "seed": self.seed}

    def _tell(self, at: float) -> None:
        state = "the platforms are DOWN" if self._is_dark else f"{self.night.rate(at):g} a second"
        sys.stderr.write(f"{at:5.0f} s: {sum(self.written.values())} written, {state}\n")
        sys.stderr.flush()

    def _write(self, count: int) -> None:
        """Let `count` people write, those of one channel in one call. A simulator that is down is counted, not waited for."""
        chosen: dict[str, list[tuple[str, Fields]]] = {}
        for _ in range(count):
            channel = self.dice.choice(sorted(self.addresses))
            chosen.setdefault(channel, []).append(self.crowd.write(channel))
        for channel, written in chosen.items():
            if self._act(channel, "write", [fields for _, fields in written]):
                self.written[channel] += len(written)
                self.moods.update(mood for mood, _ in written)
            else:
                self.refused += len(written)

    def _switch(self, dark: bool) -> None:
        """Let the platforms fail, or mend them. Mail servers go on: they are not one company's."""
        if dark == self._is_dark:
            return
        self._is_dark = dark
        for place, channel in enumerate(self._platforms()):
            self._act(channel, "chance", {"share": 1 if dark else 0, "seed": self.seed + place, "kinds": DARK})
        self._scatter(self.night.outage_seconds if dark else SCATTERED_SECONDS)

    def _scatter(self, seconds: float) -> None:
        for place, channel in enumerate(self._platforms()):
            order = {"within_seconds": seconds, "twice": TWICE if seconds else 0, "seed": self.seed + place}
            self._act(channel, "scatter", order)

    def _platforms(self) -> Sequence[str]:
        return [channel for channel in sorted(self.addresses) if channel != "mail"]

    def _act(self, channel: str, handle: str, fields: Any) -> bool:
        headers = {"Content-Type": "application/json"}
        body = json.dumps(fields).encode()
        return call("POST", f"{self.addresses[channel]}/_sim/{handle}", body=body, headers=headers).status == 200


def main() -> None:
    """Read the command line, live through the night, and print what was written."""
    parser = argparse.ArgumentParser(prog="python -m simulators.crisis", description=(__doc__ or "").partition("\n")[0])
    for channel in ("x", "facebook", "mail"):
        parser.add_argument(
            f"--{channel}", default="", help=f"address of the simulated {channel}, without: nobody writes"
        )
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--usual", type=float, default=0.5, help="how many write in a second on any other night")
    parser.add_argument("--factor", type=float, default=10, help="how many times as many write in this one")
    parser.add_argument(
        "--outage", type=float, default=45, help="seconds for which X and Facebook are down, 0 for none"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed brings the same words in the same order")
    options = parser.parse_args()
    given = {name: getattr(options, name).rstrip("/") for name in ("x", "facebook", "mail")}
    addresses = {name: address for name, address in given.items() if address}
    if not addresses:
        raise SystemExit("A crisis needs at least one place to happen: --x, --facebook or --mail.")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    night = Night(options.minutes * 60, options.usual, options.factor, options.outage)
    sys.stdout.write(json.dumps(Crisis(addresses, night, seed=options.seed).live()) + "\n")


def _stop(number: int, frame: object) -> None:
    raise Stopped


if __name__ == "__main__":
    main()
