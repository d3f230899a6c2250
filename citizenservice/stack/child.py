"""One running child process: its output cut into lines, and what is known about it."""

import os
import re
import signal
import subprocess
from collections import deque
from pathlib import Path

from citizenservice.stack.problems import CannotStart
from citizenservice.stack.process import spawn
from citizenservice.stack.program import Program


class Child:
    """A program that was started. Its pipe never blocks us, and must be drained or it blocks the child."""

    def __init__(self, program: Program, *, folder: Path) -> None:
        if program.before:
            program.before()
        self.program = program
        self.process = start(program, folder=folder)
        if self.process.stdout is None:
            raise AssertionError("spawn gave no pipe")
        self.pipe = self.process.stdout.fileno()
        os.set_blocking(self.pipe, False)
        self.has_said_ready = False
        self.last_lines: deque[str] = deque(maxlen=40)
        self._rest = b""

    def read_lines(self) -> list[str] | None:
        """The whole lines that have arrived since last time; None when the pipe has ended."""
        try:
            data = os.read(self.pipe, 65536)
        except BlockingIOError:
            return []
        *lines, self._rest = (self._rest + data).split(b"\n")
        texts = [line.decode(errors="replace").rstrip("\r") for line in lines]
        if not data and self._rest:
            texts, self._rest = [self._rest.decode(errors="replace")], b""
        for text in texts:
            self._note(text)
        return texts if data or texts else None

    def _note(self, text: str) -> None:
        self.last_lines.append(text)
        pattern = self.program.ready_line
        if pattern and pattern.search(text):
            self.has_said_ready = True

    def is_ready(self) -> bool:
        """Whether the program does what it is for."""
        if self.program.ready_line:
            return self.has_said_ready
        return self.program.is_ready is None or self.program.is_ready()

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def how_it_ended(self) -> str:
        """In words: by which signal or with which exit code."""
        code = self.process.returncode
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def why(self) -> str:
        """The last lines it said, indented, for a person to read."""
        return "\n".join(f"    {line}" for line in list(self.last_lines)[-12:] if re.search(r"\S", line))


def start(program: Program, *, folder: Path) -> subprocess.Popen[bytes]:
    """Start a program's process; raises CannotStart when the system refuses."""
    try:
        return spawn(
            program.command,
            env=program.env,
            identity=program.identity,
            death_signal=program.stop_signal,
            folder=folder,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(f"{program.name} could not be started: {error}") from error
