"""How much memory the web workers hold: their own, and their share of what they share."""

from __future__ import annotations

import re
from pathlib import Path

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
