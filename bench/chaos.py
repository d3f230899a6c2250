"""The proof by force that nothing is lost, nothing is posted twice, and nothing leaves that nobody approved.

`python -m bench.chaos --replies N --seconds S --seed K` sends N approved replies through real Celery workers, PostgreSQL and
Valkey to simulated platforms that spoil 60 % of all calls, while processes are killed and frozen, hints lost and the
database restarted. The truth is the ledgers of the platforms. It ends with one line, and with exit code 0 only if there
was no duplicate, nothing lost and nothing unapproved. Waits are shortened about eight times, see chaos_fill and chaos_watch.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.chaos_troubles import Troubles
from bench.chaos_watch import FINAL, Watch
from bench.chaos_world import Planned, Seen, World, as_json
from bench.stage import Stage, stage
from citizenservice.env import broker_from
from citizenservice.stack import programs
from citizenservice.stack.supervisor import Supervisor

SHARE = 0.6
PEACE_AFTER = 0.8
"""After this share of the time troubles and faults end, so that what is under way can end too."""


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
    evidence: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the promise was kept."""
        return not (self.duplicates or self.lost or self.unapproved)

    def line(self) -> str:
        """Say it in one line."""
        names = ("replies", "posted", "duplicates", "lost", "unapproved", "parked", "kills", "faults")
        return " ".join(f"{name}={getattr(self, name)}" for name in names)


def main() -> int:
    """Run the proof; 0 only if nothing was posted twice, lost or unapproved."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos")
    parser.add_argument("--replies", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60, help="how long it may take once everything runs")
    parser.add_argument("--seed", type=int, default=None, help="the same seed brings the same troubles and faults")
    parser.add_argument("--workers", type=int, default=3, help="processes that post")
    parser.add_argument("--every", type=float, default=0.8, help="mean seconds between two troubles")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    with stage(workers=options.workers) as made:
        verdict = prove(made, replies=options.replies, seconds=options.seconds, seed=seed, every=options.every)
    for what in verdict.evidence[:50]:
        print(what)
    print(", ".join(f"{name} x{count}" for name, count in (verdict.troubles + verdict.halts).most_common()))
    print(f"{verdict.seconds:.0f} seconds, {verdict.calls} calls of platforms, seed {seed}")
    print(verdict.line())
    return 0 if verdict.is_good else 1


def prove(made: Stage, *, replies: int, seconds: float, seed: int, every: float) -> Verdict:
    """Fill the service, let everything happen until all is settled or the time is over, and compare with the ledgers."""
    world = World(made.installation.ports)
    with foreign_world(made):
        planned = world.people_write(replies, seed=seed)
        fill(made, planned)
        with made.running("worker", "posting", "beat", "web") as supervisor:
            dice = random.Random(seed)
            troubles = Troubles(made=made, supervisor=supervisor, dice=dice, every=every)
            watch = Watch(made.env["DATABASE_URL"], broker_from(made.env["REDIS_URL"]))
            world.spoil(SHARE, seed=seed)
            begun = time.monotonic()
            if not until_settled(made, supervisor, troubles, watch, due=due(planned), seconds=seconds * PEACE_AFTER):
                states = watch.states() or Counter()
                print(f"peace after {time.monotonic() - begun:.0f} seconds: {dict(states)}", flush=True)
                world.spoil(0, seed=seed)
                troubles.every = float("inf")
                until_settled(made, supervisor, troubles, watch, due=due(planned), seconds=seconds * (1 - PEACE_AFTER))
            troubles.end()
            lasted = time.monotonic() - begun
        # Everything of ours has stopped: what the ledgers show now is what citizens see.
        return judge(planned, world.look(planned), watch, troubles, lasted)


@contextmanager
def foreign_world(made: Stage) -> Iterator[None]:
    """Start the simulated platforms, which push to the service's pages, and stop them at the end."""
    made.servers.start(programs.simulators(made.installation, made.env), seconds=60)
    yield


def fill(made: Stage, planned: Sequence[Planned]) -> None:
    """Make the enquiries and approved replies."""
    plan = Path(made.installation.data) / "plan.json"
    plan.write_text(as_json(planned))
    ports = made.installation.ports
    addresses: tuple[object, ...] = ("--x-port", ports.x, "--facebook-port", ports.facebook)
    addresses += ("--smtp-port", ports.mailbox_smtp, "--imap-port", ports.mailbox_imap)
    with made.running() as nothing:
        answer = made.figures(nothing, "chaos_fill", "--plan", plan, *addresses)
    if answer["due"] != due(planned):
        raise AssertionError(f"{answer['due']} replies are due instead of {due(planned)}")


def due(planned: Sequence[Planned]) -> int:
    """Count the replies that have to arrive."""
    return sum(not one.is_decoy for one in planned)


def until_settled(
    made: Stage, supervisor: Supervisor, troubles: Troubles, watch: Watch, *, due: int, seconds: float
) -> bool:
    """Bring troubles and look, until every posting has ended one way or another; False when the time was over before."""
    begun = looked = time.monotonic()
    while time.monotonic() - begun < seconds:
        supervisor.pump(seconds=0.05)
        made.servers.pump(seconds=0.0)
        troubles.step()
        if time.monotonic() - looked > 0.5:
            looked = time.monotonic()
            watch.hint()
            states = watch.states()
            if states and sum(states[state] for state in FINAL) == due:
                return True
    return False


def judge(planned: Sequence[Planned], seen: Seen, watch: Watch, troubles: Troubles, seconds: float) -> Verdict:
    """Compare what the platforms show with what was approved, and with what the service believes."""
    by_text = {one.text: one.number for one in planned}
    wanted = {one.number for one in planned if not one.is_decoy}
    held = {state: {by_text[text] for text in watch.texts_in(state)} for state in FINAL}
    with_a_person = held["NEEDS_PERSON"] | held["FAILED"] | held["CANCELLED"]
    there = {number for number, copies in seen.copies.items() if copies}
    unsettled = wanted - held["POSTED"] - with_a_person
    invented = held["POSTED"] - there
    twice = {number: copies for number, copies in seen.copies.items() if copies > 1}
    evidence = [f"posted {copies} times: {number}" for number, copies in twice.items()]
    evidence += [f"said to be posted, and is not there: {number}" for number in sorted(invented)]
    evidence += [f"still not settled: {text}: {how}" for text, how in watch.unsettled().items()]
    evidence += [f"not approved: {what}" for what in seen.unapproved]
    return Verdict(
        replies=len(wanted),
        posted=len(there),
        duplicates=sum(copies - 1 for copies in twice.values()),
        lost=len(invented | unsettled),
        unapproved=len(seen.unapproved),
        parked=len(with_a_person),
        kills=troubles.kills,
        faults=seen.faults,
        calls=seen.calls,
        troubles=troubles.counts,
        halts=Counter({f"halted {kind}": count for kind, count in watch.halts.items()}),
        seconds=seconds,
        evidence=tuple(evidence),
    )


if __name__ == "__main__":
    sys.exit(main())
