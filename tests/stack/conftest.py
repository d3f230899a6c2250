"""A tiny installation as a process of its own, and ways to look at what runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from citizenservice.stack.folders import forget
from citizenservice.stack.installation import ROOT, free_ports
from citizenservice.stack.process import started_at


def eventually(question: Callable[[], object], *, seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.03)
    return bool(question())


class Tiny:
    """Starts, kills and questions a tiny installation."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_ports().web
        self.runs: list[subprocess.Popen[str]] = []

    def begin(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.stack.tiny", str(self.data), str(self.port)]
        with (self.data.parent / "output").open("a") as output:
            run = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, text=True)
        self.runs.append(run)
        return run

    def up(self) -> subprocess.Popen[str]:
        before = self.output().count("\nup\n")
        run = self.begin()
        assert eventually(lambda: self.output().count("\nup\n") > before or run.poll() is not None, seconds=40)
        assert run.poll() is None, self.output()
        return run

    def output(self) -> str:
        file = self.data.parent / "output"
        return "\n" + file.read_text() if file.exists() else ""

    def children(self) -> dict[str, int]:
        """Process numbers by the name of the program, from the journal; those that are gone already are left out."""
        found = {}
        for pid in json.loads((self.data / "children.json").read_text()):
            with suppress(OSError):
                found[Path(f"/proc/{pid}/comm").read_text().strip()] = int(pid)
        return found

    def everything(self) -> list[int]:
        """All living processes that mention the data folder on their command line: each of ours does."""
        mark = str(self.data).encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if mark in words and started_at(int(entry.name)):
                found.append(int(entry.name))
        return found


@pytest.fixture
def tiny() -> Iterator[Tiny]:
    folder = Path(tempfile.mkdtemp(prefix="cs-tiny-"))
    tiny = Tiny(folder / "data")
    yield tiny
    for run in tiny.runs:
        run.kill()
        run.wait(timeout=10)
    eventually(lambda: not tiny.everything())
    for pid in tiny.everything():
        os.kill(pid, signal.SIGKILL)
    forget(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)
