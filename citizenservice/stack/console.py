"""What the person at the terminal sees: numbered steps while starting, then log lines prefixed by process."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

COLOURS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
NAME_WIDTH = 9


class Console:
    """Writes to the terminal; coloured only where somebody looks and has not asked otherwise (NO_COLOR)."""

    def __init__(self, *, steps: int, stream: TextIO = sys.stdout) -> None:
        self.stream = stream
        self.steps = steps
        self.done = 0
        self.is_mid_line = False
        self.is_coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self.colours: dict[str, int] = {}

    def say(self, text: str = "") -> None:
        """Write one line, after ending a step's line if one is open."""
        if self.is_mid_line:
            self._write("\n")
            self.is_mid_line = False
        self._write(f"{text}\n")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, and add its seconds when it is done."""
        self.done += 1
        begun = time.monotonic()
        self._write(f"  starting {self.done}/{self.steps}  {title} … ")
        self.is_mid_line = True
        yield
        seconds = f"{time.monotonic() - begun:.1f} s"
        self._write(f"{seconds}\n" if self.is_mid_line else f"           {title}: {seconds}\n")
        self.is_mid_line = False

    def line(self, name: str, text: str) -> None:
        """Write one log line of a process behind the process's name."""
        prefix = f"{name:<{NAME_WIDTH}}|"
        if self.is_coloured:
            colour = self.colours.setdefault(name, COLOURS[len(self.colours) % len(COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self.say(f"{prefix} {text}")

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except BrokenPipeError:
            # Whoever read along has gone (for example `head`): the service goes on, silently.
            self.stream = open(os.devnull, "w")  # noqa: PTH123, SIM115
