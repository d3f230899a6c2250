"""The proof by force that nothing is lost, nothing is posted twice, and nothing leaves that nobody approved.

`python -m bench.chaos --replies N --seconds S --seed K` sends N approved replies through real Celery workers, PostgreSQL and
Valkey to simulated platforms that spoil 60 % of all calls, while processes are killed and frozen, hints lost and the
database restarted, until the last reply has ended. The truth is the ledgers of the platforms. It ends with one line, and with
exit code 0 only if there was no duplicate, nothing lost and nothing unapproved. What is shortened is printed, see chaos_told.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.chaos_told import Progress, Verdict, cuts
from bench.chaos_troubles import POSTING, Troubles
from bench.chaos_watch import FINAL, HINT_SECONDS, Watch
from bench.chaos_world import Planned, Seen, World, as_json
from bench.stage import Stage, stage
from citizenservice.env import broker_from
from citizenservice.stack import programs
from citizenservice.stack.supervisor import StopRequested, Supervisor

SHARE = 0.6
PEACE_SHARE, PEACE_SECONDS = 0.08, 20.0
"""When no more than this is left of the time and replies are still under way, faults and troubles end; the output says so."""
PATIENCE_SECONDS = 180.0
"""So much longer is waited, in peace, for what is still under way: slow is not lost. What has not ended then is."""


def main() -> int:
    """Run the proof; 0 only if nothing was posted twice, lost or unapproved."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--replies", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=90, help="how long it should take once everything runs")
    parser.add_argument("--seed", type=int, default=None, help="the same seed brings the same troubles and faults")
    parser.add_argument("--workers", type=int, default=3, help="processes that post, of each of two workers")
    parser.add_argument("--every", type=float, default=0.8, help="mean seconds between two troubles")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    print("\n".join([f"seed {seed}", *cuts()]), flush=True)
    begun = time.monotonic()
    try:
        with stage(workers=options.workers) as made:
            verdict = prove(made, replies=options.replies, seconds=options.seconds, seed=seed, every=options.every)
    except StopRequested:
        print("INTERRUPTED before anything was sent.")
        return 1
    print(
        "\n".join([f"{time.monotonic() - begun:.0f} seconds with setting up, seed {seed}", *verdict.words()]),
        flush=True,
    )
    return 0 if verdict.is_good else 1


def prove(made: Stage, *, replies: int, seconds: float, seed: int, every: float) -> Verdict:
    """Fill the service, let everything happen until all is settled or the time is over, and compare with the ledgers."""
    world = World(made.installation.ports)
    with foreign_world(made):
        planned = world.people_write(replies, seed=seed)
        fill(made, planned)
        with made.running("worker", *POSTING, "beat", "web") as supervisor:
            troubles = Troubles(made=made, supervisor=supervisor, dice=random.Random(seed), every=every)
            watch = Watch(made.env["DATABASE_URL"], broker_from(made.env["REDIS_URL"]))
            run = Run(made=made, supervisor=supervisor, troubles=troubles, watch=watch, due=due(planned))
            run.spend(world, seconds=seconds, seed=seed)
        # Everything of ours has stopped: what the ledgers show now is what citizens see.
        return judge(planned, world.look(planned), run)


class Run:
    """The time in which it all happens."""

    def __init__(self, *, made: Stage, supervisor: Supervisor, troubles: Troubles, watch: Watch, due: int) -> None:
        self.made, self.supervisor, self.troubles, self.watch, self.due = made, supervisor, troubles, watch, due
        self.is_whole, self.lasted = True, 0.0
        self.peace_after: float | None = None

    def spend(self, world: World, *, seconds: float, seed: int) -> None:
        """Bring faults and troubles until every reply has ended; shortly before the time is over, let there be peace.

        What is still under way when it is over gets some patience: the seconds are told, and only who never ends is lost.
        """
        begun = time.monotonic()
        progress = Progress(self.due)
        fire = max(seconds / 2, seconds - max(seconds * PEACE_SHARE, PEACE_SECONDS))
        world.spoil(SHARE, seed=seed)
        try:
            if not self._until_settled(progress, until=begun + fire):
                self.peace_after = time.monotonic() - begun
                world.spoil(0, seed=seed)
                self.troubles.every = float("inf")
                self._until_settled(progress, until=begun + seconds + PATIENCE_SECONDS)
        except StopRequested:
            self.is_whole = False
        self.troubles.end()
        self.lasted = time.monotonic() - begun

    def _until_settled(self, progress: Progress, *, until: float) -> bool:
        """Bring troubles and look, until every posting has ended one way or another; False when the time was over before."""
        looked = 0.0
        while time.monotonic() < until:
            self.supervisor.pump(seconds=0.05)
            self.made.servers.pump(seconds=0.0)
            self.troubles.step()
            if time.monotonic() - looked > HINT_SECONDS:
                looked = time.monotonic()
                self.watch.hint()
                states = self.watch.states()
                progress.tell(states, kills=self.troubles.kills, troubles=self.troubles.brought)
                if states and sum(states[state] for state in FINAL) == self.due:
                    return True
        return False


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


def judge(planned: Sequence[Planned], seen: Seen, run: Run) -> Verdict:
    """Compare what the platforms show with what was approved, and with what the service believes."""
    watch, troubles = run.watch, run.troubles
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
        seconds=run.lasted,
        peace_after=run.peace_after,
        is_whole=run.is_whole,
        evidence=tuple(evidence),
    )


if __name__ == "__main__":
    sys.exit(main())
