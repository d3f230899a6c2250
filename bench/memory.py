"""How much memory the workers hold: their own, and their share of what they share; once, or every few seconds."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.processor import SESSION
from citizenservice.stack.supervisor import Supervisor

SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def workers_megabytes(supervisor: Supervisor, name: str) -> list[float]:
    """Give the proportional set size of each worker of a program, in MB. Empty but on Linux."""
    masters = [child.process.pid for child in supervisor.children if child.program.name == name]
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid = int(stat.parent.name)
            session = int(stat.read_text().rpartition(")")[2].split()[SESSION])
            if session in masters and pid not in masters:
                share = SHARE.search((stat.parent / "smaps_rollup").read_text())
                found.append(round(int(share[1]) / 1024, 1) if share else 0.0)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return sorted(found)


@dataclass
class Held:
    """What the workers of some programs held in turn: seconds since the beginning, and MB of each worker, by name."""

    samples: list[tuple[float, dict[str, list[float]]]] = field(default_factory=list)

    def grown(self, name: str, *, since: float = 0.0) -> float | None:
        """Say by how many MB the fullest worker grew, from the first third after `since` seconds to the last.

        None with fewer than six samples, which prove nothing.
        """
        sizes = [max(held[name]) for at, held in self.samples if at >= since and held.get(name)]
        third = len(sizes) // 3
        return round(median(sizes[-third:]) - median(sizes[:third]), 1) if third >= 2 else None

    def told(self) -> dict[str, list[list[float]]]:
        """Give at most twenty samples of each program for the record: the moment, then each worker."""
        step = max(1, len(self.samples) // 20)
        names = {name for _, held in self.samples for name in held}
        return {name: [[at, *held.get(name, [])] for at, held in self.samples[::step]] for name in sorted(names)}


@contextmanager
def watched(supervisor: Supervisor, names: Sequence[str], *, every: float = 5.0) -> Iterator[Held]:
    """Look every few seconds, beside whatever is done meanwhile."""
    held, over, begun = Held(), threading.Event(), time.monotonic()

    def look() -> None:
        while not over.wait(every):
            at = round(time.monotonic() - begun, 1)
            held.samples.append((at, {name: workers_megabytes(supervisor, name) for name in names}))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield held
    finally:
        over.set()
        watcher.join(timeout=10)
