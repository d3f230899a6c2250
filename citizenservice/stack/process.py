"""Starts child processes that cannot outlive us, and tells which processes on this machine are ours."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from citizenservice.stack.identity import LIBC, Identity, ourselves

PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    identity: Identity | None = None,
    death_signal: int = signal.SIGTERM,
    output: int | IO[bytes] = subprocess.PIPE,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, which gets `death_signal` when we die, however we die.

    Call it from the main thread only: Linux ties the signal to the thread that started the child.
    A session of its own keeps Ctrl-C away, or the database could go before the worker's last commit.
    """
    parent = os.getpid()
    who = identity or ourselves()

    def between_fork_and_exec() -> None:
        who.enter()
        if sys.platform == "linux":
            # Only now: a change of user or namespace clears it again.
            LIBC.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(
        list(command),
        env=dict(env),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=between_fork_and_exec,
    )


def end(process: subprocess.Popen[bytes], *, by: int, patience_seconds: float) -> bool:
    """Ask a child to end, then make its whole group end; True when it went by itself."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(timeout=patience_seconds)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        process.wait(timeout=10)
        return False
    return True


def kill_group(pid: int) -> None:
    """Kill a child's whole process group; no error when it is gone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def started_at(pid: int) -> str | None:
    """When a process started, as the system writes it, or None when no such process runs.

    Together with the number it proves that a process is still the one we knew: numbers are used again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None if sys.platform == "linux" else _started_at_by_ps(pid)
    return None if fields[0] == "Z" else fields[19]


def _started_at_by_ps(pid: int) -> str | None:
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def living_in(folder: Path, *, program: str) -> Iterator[int]:
    """The numbers of the processes of one program that work in a folder. A zombie does not count. Linux only."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text() != f"{program}\n" or started_at(int(entry.name)) is None:
                continue
            if (entry / "cwd").readlink() == folder.resolve():
                yield int(entry.name)
        except FileNotFoundError:
            continue
        except PermissionError:
            # Another user's process: it can only be ours if that user owns the folder.
            if entry.stat().st_uid == folder.stat().st_uid:
                yield int(entry.name)
