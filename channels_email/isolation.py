"""Reads mails in a process of its own, so that no mail can take a worker along: neither its memory nor its time.

`python -m channels_email.isolation` is that process. It is started by whoever reads, gets mail after mail through a socket
that only the two of them have, and ends with whoever started it. It sees no secret but the one by which bounce addresses
are proven.
"""

from __future__ import annotations

import atexit
import io
import logging
import os
import pickle
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast, get_args

from channels_email.verp import SECRET
from enquiries.contract import Account, Parsed, Unreadable

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "channels_email.isolation")
HOME = Path(__file__).resolve().parent.parent
MEMORY = 512 * 1024 * 1024
MEMORY_PER_BYTE = 12
"""A mail of 60 MB is taken apart in 500 MB (measured), and goes through the socket twice."""
CPU_SECONDS = 10
BYTES_A_SECOND = 4 * 1024 * 1024
DEATHS = 3
"""So many readers may die over one mail, then it is a person's."""
MAILS_EACH = 5000
"""After so many a new reader begins: what a library may have leaked is gone."""
START_WITHIN = 20
PIECE = 1024 * 1024
"""So much of an answer is taken at once: a reader that lies about its length gets no more room than it fills."""
_LENGTH = struct.Struct(">Q")
_HELLO = b"ready"
_TIMES = ("datetime", "timedelta", "timezone")
Read = Callable[[Account, bytes], Parsed]


class Died(Exception):
    """The reader did not come back with an answer. `by_time`: it was ended because it took too long."""

    def __init__(self, *, by_time: bool) -> None:
        super().__init__()
        self.by_time = by_time


class CannotStart(Exception):
    """There is no reader: the machine has no room for a process, or the program is broken."""


def read_apart(*, account: Account, raw: bytes) -> Parsed:
    """Read one mail as `parsing.read_mail` does, in the process apart. Total: what cannot be read says why."""
    open_account = replace(account, secrets={name: value for name, value in account.secrets.items() if name == SECRET})
    try:
        return _hall.read(open_account, raw)
    except CannotStart:
        log.exception("No process to read mails apart can be started; this one is read here.")
        from channels_email.parsing import read_mail

        return read_mail(account=open_account, raw=raw)


class Reader:
    """One process that reads. Not for several threads at once."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self.mails = 0
        self._line, theirs = socket.socketpair()
        theirs.setblocking(True)
        try:
            self._child = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                cwd=HOME,
                env={name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ},
                start_new_session=True,
            )
        except OSError as error:
            self.forget()
            raise CannotStart from error
        finally:
            theirs.close()
        try:
            hello = self._within(START_WITHIN)
        except Died as death:
            raise CannotStart from death
        if hello != _HELLO:
            self.end()
            raise CannotStart

    def read(self, account: Account, raw: bytes) -> Parsed:
        """Read one mail. Raises Died; then this reader is gone."""
        self.mails += 1
        answer = self._within(2 * cpu_seconds(len(raw)) + 5, pickle.dumps((account, raw)))
        try:
            return unpack(answer)
        except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, ImportError) as error:
            self.end()
            raise Died(by_time=False) from error

    def _within(self, seconds: float, question: bytes | None = None) -> bytes:
        """Put a question, if there is one, and take what is said next; when time is over, the process is ended."""
        until = time.monotonic() + seconds
        try:
            if question is not None:
                self._line.settimeout(seconds)
                self._line.sendall(_LENGTH.pack(len(question)) + question)
            return self._said(_LENGTH.unpack(self._said(_LENGTH.size, until))[0], until)
        except TimeoutError as error:
            self._child.kill()
            self.end()
            raise Died(by_time=True) from error
        except (OSError, EOFError) as error:
            raise Died(by_time=self.end() == -signal.SIGPROF) from error

    def _said(self, size: int, until: float) -> bytes:
        """Take `size` bytes from the process. Raises EOFError when it is gone, TimeoutError when it is too late."""
        pieces: list[bytes] = []
        while size:
            self._line.settimeout(max(until - time.monotonic(), 0.001))
            piece = self._line.recv(min(size, PIECE))
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def end(self) -> int:
        """End the process and return its exit code."""
        self.forget()
        try:
            return self._child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()

    def forget(self) -> None:
        """Close our end of the line: without anybody to ask it, the process ends by itself."""
        self._line.close()


class Hall:
    """Keeps one reader per process, and begins again with a new one when it died."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    def read(self, account: Account, raw: bytes) -> Parsed:
        """Read one mail. One over which a reader ran out of time, or several died, is unreadable."""
        with self._lock:
            for _ in range(DEATHS):
                if self._reader and self._reader.mails >= MAILS_EACH:
                    self._reader.end()
                    self._reader = None
                self._reader = self._reader or Reader(self._command)
                try:
                    return self._reader.read(account, raw)
                except Died as death:
                    self._reader = None
                    if death.by_time:
                        return Unreadable(raw=raw, error="This mail was not read because it takes too long.")
        return Unreadable(raw=raw, error=f"This mail was not read because {DEATHS} processes ended over it.")

    def close(self) -> None:
        """End the reader."""
        with self._lock:
            if self._reader:
                self._reader.end()
                self._reader = None

    def after_fork(self) -> None:
        """Leave the parent's reader to the parent."""
        self._lock = threading.Lock()
        if self._reader:
            self._reader.forget()
        self._reader = None


_hall = Hall()
atexit.register(_hall.close)
os.register_at_fork(after_in_child=_hall.after_fork)


def cpu_seconds(size: int) -> int:
    """Say how long a mail of `size` bytes may occupy a processor."""
    return CPU_SECONDS + size // BYTES_A_SECOND


def send(pipe: BinaryIO, content: bytes) -> None:
    """Write one piece with its length before it."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes:
    """Read one piece. Raises EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    size = _LENGTH.unpack(head)[0]
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return content


class _OfTheContract(pickle.Unpickler):
    """Makes values of the contract and nothing else: a reader that a mail took over must not speak for us."""

    def find_class(self, module: str, name: str) -> type:
        is_ours = module.startswith("enquiries.contract.") or (module == "datetime" and name in _TIMES)
        found = super().find_class(module, name) if is_ours and "." not in name else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} is no value of a mail")
        return found


def unpack(answer: bytes) -> Parsed:
    """Return the value that a reader answered with. Raises UnpicklingError for anything that no mail can become."""
    value = _OfTheContract(io.BytesIO(answer)).load()
    if not isinstance(value, get_args(Parsed)):
        raise pickle.UnpicklingError("not what a mail can become")
    return cast("Parsed", value)


def serve(read: Read) -> None:
    """Be the process apart: read mail after mail until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for place in (0, 1):  # a library that prints must not speak into the line
        os.dup2(os.open(os.devnull, os.O_RDWR), place)
    send(answers, _HELLO)
    while True:
        try:
            question = receive(questions)
        except EOFError:
            return
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY + MEMORY_PER_BYTE * len(question), resource.RLIM_INFINITY))
        account, raw = pickle.loads(question)  # noqa: S301 - from the process that started us
        del question
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds(len(raw)))  # the signal ends the process, inside C code too
        answer = pickle.dumps(read(account, raw))
        signal.setitimer(signal.ITIMER_PROF, 0)
        send(answers, answer)


def main() -> None:
    """Read mails for whoever started this."""
    from channels_email.parsing import read_mail

    serve(lambda account, raw: read_mail(account=account, raw=raw))


if __name__ == "__main__":
    main()
