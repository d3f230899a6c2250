"""What happens to the service meanwhile: workers and web killed and frozen, hints lost, the database restarted in mid-air."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Final

import redis

from bench.chaos_fill import LEASE_SECONDS
from bench.stage import Stage
from citizenservice.stack import programs
from citizenservice.stack.child import Child
from citizenservice.stack.embedded import valkey_in
from citizenservice.stack.process import kill_group
from citizenservice.stack.program import Program
from citizenservice.stack.supervisor import Supervisor

FROZEN_AT_ONCE: Final = 2
BEYOND_LEASE: Final = 0.7
"""So often a frozen worker sleeps for longer than its lease, else for less."""
POSTING: Final = ("posting", "posting-2")
"""The programs that post. There are two, so that one goes on while the other comes back, which takes seconds."""
KILLING: Final = frozenset(
    {"worker process killed", "worker killed", "web process killed", "hints killed", "database restarted"}
)


@dataclass
class Troubles:
    """Brings the troubles one after another, drawn by `dice`; `counts` tells what was done.

    `every` is the mean number of seconds between two of them, infinite for none; `supervisor` keeps the service's programs.
    """

    made: Stage
    supervisor: Supervisor
    dice: random.Random
    every: float
    counts: Counter[str] = field(default_factory=Counter)
    _frozen: dict[int, float] = field(default_factory=dict)
    _next: float = 0.0

    def __post_init__(self) -> None:
        kinds: list[tuple[int, str, Callable[[], bool]]] = [
            (66, "worker process killed", lambda: self._kill(self._process_of(*POSTING))),
            (8, "worker process frozen", self._freeze_worker),
            (2, "worker killed", lambda: self._kill_program(*POSTING)),
            (6, "web process killed", lambda: self._kill(self._process_of("web"))),
            (4, "web process frozen", lambda: self._freeze(self._process_of("web"), self.dice.uniform(0.5, 3.0))),
            (6, "hints flushed", self._flush),
            (3, "hints killed", lambda: self._kill_server("valkey", signal.SIGKILL)),
            (4, "database restarted", lambda: self._kill_server("postgres", signal.SIGQUIT)),
        ]
        self._weights = [weight for weight, _, _ in kinds]
        self._deeds = [(name, deed) for _, name, deed in kinds]

    @property
    def brought(self) -> int:
        """How many troubles there were."""
        return sum(count for name, count in self.counts.items() if name != "beyond its lease")

    @property
    def kills(self) -> int:
        """How many programs or processes ended by force, at least."""
        return sum(count for name, count in self.counts.items() if name in KILLING)

    def step(self) -> None:
        """Thaw whose time has come, start again what is gone, and bring the next trouble when it is due."""
        now = time.monotonic()
        for pid in [pid for pid, until in self._frozen.items() if until < now]:
            self._thaw(pid)
        self._revive()
        if now >= self._next and isfinite(self.every):
            self._next = now + self.dice.expovariate(1 / self.every)
            name, deed = self.dice.choices(self._deeds, self._weights)[0]
            if deed():
                self.counts[name] += 1

    def end(self) -> None:
        """Let everything go on that was frozen, and see that everything runs."""
        for pid in list(self._frozen):
            self._thaw(pid)
        self._revive()

    def _thaw(self, pid: int) -> None:
        self._frozen.pop(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def _process_of(self, *names: str) -> int | None:
        """Choose one of the processes that programs have started and that do their work."""
        parents = {child.process.pid for child in self._living(*names)}
        workers = [pid for pid in sorted(children_of(parents)) if pid not in self._frozen]
        return self.dice.choice(workers) if workers else None

    def _living(self, *names: str) -> list[Child]:
        return [child for child in self.supervisor.children if child.program.name in names and not child.has_ended()]

    def _kill(self, pid: int | None) -> bool:
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return True

    def _freeze_worker(self) -> bool:
        is_beyond = self.dice.random() < BEYOND_LEASE
        seconds = LEASE_SECONDS * self.dice.uniform(1.1, 1.6) if is_beyond else self.dice.uniform(0.5, LEASE_SECONDS)
        done = self._freeze(self._process_of(*POSTING), seconds)
        self.counts["beyond its lease"] += done and is_beyond
        return done

    def _freeze(self, pid: int | None, seconds: float) -> bool:
        if pid is None or len(self._frozen) >= FROZEN_AT_ONCE:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self._frozen[pid] = time.monotonic() + seconds
        return True

    def _kill_program(self, *names: str) -> bool:
        living = self._living(*names)
        if not living:
            return False
        child = self.dice.choice(living)
        kill_group(child.process.pid)
        child.process.wait(timeout=10)
        return True

    def _flush(self) -> bool:
        try:
            redis.Redis.from_url(self.made.env["REDIS_URL"], socket_timeout=2).flushall()
        except redis.RedisError:
            return False
        return True

    def _kill_server(self, name: str, by: signal.Signals) -> bool:
        """End a server without farewell and start it again at once. SIGQUIT is PostgreSQL's immediate shutdown."""
        for child in self.made.servers.children:
            if child.program.name == name and not child.has_ended():
                child.process.send_signal(by)
                child.process.wait(timeout=30)
                self.made.servers.start([self._server(name)], seconds=60)
                return True
        return False

    def _server(self, name: str) -> Program:
        if name == "postgres":
            return programs.database(self.made.cluster)
        return programs.hints(valkey_in(self.made.installation.data))

    def _revive(self) -> None:
        """Start again what has ended, without waiting for it."""
        gone = [child for child in self.supervisor.children if child.has_ended()]
        for child in gone:
            self.supervisor.children.remove(child)
            kill_group(child.process.pid)
            self.supervisor.start([replace(child.program, ready_line=None, is_ready=None)], seconds=10)


def children_of(parents: set[int]) -> set[int]:
    """List the processes that these have started. Linux only."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) in parents and fields[0] != "Z":
                found.add(int(stat.parent.name))
    return found
