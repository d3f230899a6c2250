"""Counts processor time, the one figure that other programs on the same machine hardly disturb."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

# Places in /proc/<pid>/stat behind the name in brackets; see proc_pid_stat(5).
SESSION, USER, SYSTEM, ENDED_USER, ENDED_SYSTEM = 3, 11, 12, 13, 14


def seconds_of(sessions: Collection[int]) -> float | None:
    """Add up the processor seconds of all processes of some sessions, ended children included. None but on Linux."""
    if not Path("/proc/self/stat").exists():
        return None
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[SESSION]) in sessions:
            ticks += sum(int(fields[place]) for place in (USER, SYSTEM, ENDED_USER, ENDED_SYSTEM))
    return ticks / os.sysconf("SC_CLK_TCK")
