"""Counts processor time, the one figure that other programs on the same machine hardly disturb."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

# Places in /proc/<pid>/stat behind the name in brackets; see proc_pid_stat(5).
PARENT, SESSION, USER, SYSTEM, ENDED_USER, ENDED_SYSTEM = 1, 3, 11, 12, 13, 14


def seconds_of(leaders: Collection[int]) -> float | None:
    """Add up the processor seconds of some processes with all that they began, ended ones included. None but on Linux.

    What they began counts by its parents and by its session: each process of PostgreSQL makes a session of its own.
    """
    if not Path("/proc/self/stat").exists():
        return None
    stats = dict(_stats())
    of_parents: dict[int, bool] = {}

    def is_theirs(pid: int) -> bool:
        if pid not in of_parents:
            fields = stats.get(pid)
            of_parents[pid] = pid in leaders or bool(
                fields and (int(fields[SESSION]) in leaders or is_theirs(int(fields[PARENT])))
            )
        return of_parents[pid]

    theirs = (fields for pid, fields in stats.items() if is_theirs(pid))
    ticks = sum(int(fields[place]) for fields in theirs for place in (USER, SYSTEM, ENDED_USER, ENDED_SYSTEM))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stats() -> Iterator[tuple[int, list[str]]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            yield int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
