"""Keeps the children: starts them in order, shows what they say, replaces the dead, and stops all when told."""

import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from citizenservice.stack.child import Child
from citizenservice.stack.console import Console
from citizenservice.stack.journal import Journal
from citizenservice.stack.problems import CannotStart
from citizenservice.stack.process import kill_group
from citizenservice.stack.program import Program

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS_PER_MINUTE = 5


class StopRequested(Exception):
    """The person pressed Ctrl-C, or the system asked us to end."""


class Supervisor:
    """One loop, one thread: every pipe is drained while anything is waited for."""

    def __init__(self, console: Console, *, journal: Journal, folder: Path) -> None:
        self.console = console
        self.journal = journal
        self.folder = folder
        self.children: list[Child] = []
        self.shows_lines = False
        self.is_stopping = False
        self._signals = 0
        self._restarts: deque[float] = deque(maxlen=RESTARTS_PER_MINUTE)
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        for end in (self._waker, self._woken):
            end.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def listen_to_signals(self) -> None:
        """Take Ctrl-C and the like as a wish to stop; a second one makes it quick."""
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)
        # Only to be woken at once when a child ends.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def run(self, program: Program, *, seconds: float) -> list[str]:
        """Run a program to its end and return its last lines. Raises CannotStart unless it ends well in time."""
        child = self._add(program)
        until = time.monotonic() + seconds
        while not child.has_ended():
            if time.monotonic() > until:
                raise CannotStart(f"{program.name} did not finish within {seconds:.0f} seconds.\n{child.why()}")
            self.pump()
        self._drain(child)
        self._remove(child)
        if child.process.returncode:
            said = "." if program.speaks else f":\n{child.why()}"
            raise CannotStart(f"{program.name} failed ({child.how_it_ended()}){said}")
        return list(child.last_lines)

    def start(self, programs: Sequence[Program], *, seconds: float) -> None:
        """Start programs at the same time and wait until all are ready. Raises CannotStart if one is not."""
        waiting = [self._add(program) for program in programs]
        until = time.monotonic() + seconds
        while waiting := [child for child in waiting if not child.is_ready()]:
            for child in waiting:
                if child.has_ended():
                    self._drain(child)
                    raise CannotStart(f"{child.program.name} ended at once ({child.how_it_ended()}):\n{child.why()}")
            if time.monotonic() > until:
                first = waiting[0]
                raise CannotStart(f"{first.program.name} was not ready in {seconds:.0f} seconds:\n{first.why()}")
            self.pump(seconds=0.03)

    def watch(self, *, until: float | None = None) -> None:
        """Show what the children say and replace the dead, up to a moment or a wish to stop.

        Raises StopRequested, or CannotStart when children end again and again.
        """
        while until is None or time.monotonic() < until:
            self.pump(seconds=0.5 if until is None else 0.05)
            for child in [child for child in self.children if child.has_ended()]:
                self._replace(child)

    def _replace(self, child: Child) -> None:
        self._drain(child)
        self._remove(child)
        name, now = child.program.name, time.monotonic()
        if len(self._restarts) == RESTARTS_PER_MINUTE and now - self._restarts[0] < 60:
            raise CannotStart(
                f"{name} ends again and again ({child.how_it_ended()}), so everything stops.\n{child.why()}"
            )
        self._restarts.append(now)
        kill_group(child.process.pid)
        self.console.line(name, f"ended ({child.how_it_ended()}); starting it again")
        self._add(child.program)

    def pump(self, *, seconds: float = 0.2) -> None:
        """Take in what the children say. Raises StopRequested after a signal."""
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._woken:
                with suppress(BlockingIOError):
                    self._woken.recv(4096)
            elif isinstance(key.data, Child):
                self._read(key.data)
        if self._signals and not self.is_stopping:
            raise StopRequested

    def _read(self, child: Child) -> bool:
        """Show the new lines of one child; False when nothing more is there."""
        lines = child.read_lines()
        if lines is None:
            with suppress(KeyError):
                self._selector.unregister(child.pipe)
            return False
        for line in lines:
            self._show(child.program, line)
        return bool(lines)

    def _show(self, program: Program, line: str) -> None:
        if program.speaks:
            self.console.say(line)
        elif self.shows_lines and line.strip() and not program.boring.search(line):
            self.console.line(program.name, line)

    def _drain(self, child: Child) -> None:
        while self._read(child):
            continue

    def _add(self, program: Program) -> Child:
        child = Child(program, folder=self.folder)
        self.children.append(child)
        self._selector.register(child.pipe, selectors.EVENT_READ, child)
        self.journal.write(child.process.pid for child in self.children)
        return child

    def _remove(self, child: Child) -> None:
        self.children.remove(child)
        with suppress(KeyError):
            self._selector.unregister(child.pipe)
        if child.process.stdout:
            child.process.stdout.close()

    def stop(self) -> None:
        """Stop all children, the highest layer first, with patience for each and none after a second signal."""
        self.is_stopping = True
        self._signals = 0
        while self.children:
            layer = max(child.program.layer for child in self.children)
            self._stop_together([child for child in self.children if child.program.layer == layer])
        self.journal.remove()

    def _stop_together(self, children: list[Child]) -> None:
        begun = time.monotonic()
        for child in children:
            if not child.has_ended():
                child.process.send_signal(child.program.stop_signal)
        for child in children:
            until = begun + child.program.patience_seconds
            while not child.has_ended() and time.monotonic() < until and not self._signals:
                self.pump(seconds=0.05)
            # Also after a good end: nothing of its group may stay.
            kill_group(child.process.pid)
            child.process.wait(timeout=10)
            self._drain(child)
            self._remove(child)
