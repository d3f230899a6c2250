"""Remembers which processes are ours, so that the next start can end what a killed start left behind.

On Linux the kernel ends the children with us; macOS does not, and grandchildren may need a moment anywhere.
"""

import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from citizenservice.stack.process import kill_group, started_at


class Journal:
    """A small file of process numbers with their starting times; both together name a process for good."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, pids: Iterable[int]) -> None:
        """Replace the file's content."""
        entries = {str(pid): started for pid in pids if (started := started_at(pid))}
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text(json.dumps(entries))
        unfinished.replace(self.path)

    def remove(self) -> None:
        """Forget all, because all are gone."""
        self.path.unlink(missing_ok=True)

    def end_leftovers(self, *, patience_seconds: float) -> None:
        """End those processes of a former start that still run, kindly first."""
        living = [pid for pid, started in self._read().items() if started_at(pid) == started]
        for pid in living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + patience_seconds
        while any(started_at(pid) for pid in living) and time.monotonic() < until:
            time.sleep(0.05)
        for pid in living:
            kill_group(pid)
        self.remove()

    def _read(self) -> dict[int, str]:
        try:
            return {int(pid): str(started) for pid, started in json.loads(self.path.read_text()).items()}
        except (OSError, ValueError, AttributeError):
            # Cut off by a full disk or a power cut: then there is nothing to be proven by it.
            return {}
