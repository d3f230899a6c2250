"""One running installation per data folder: a lock that the kernel frees, however its holder ends."""

import fcntl
import os
from pathlib import Path
from typing import IO

from citizenservice.stack.problems import CannotStart


def hold(file: Path) -> IO[str]:
    """Take the lock until the returned file is closed. Raises CannotStart naming the process that has it."""
    lock = file.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise CannotStart(f"Already running (process {holder}). Stop it with: kill {holder}") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
