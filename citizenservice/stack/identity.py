"""Lets PostgreSQL, which refuses root, run under nobody's identity without loosening any folder's permissions."""

import ctypes
import os
import pwd
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from citizenservice.stack.problems import CannotStart

CLONE_NEWUSER = 0x10000000
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """Who a child process is: ourselves, nobody inside a user namespace, or nobody for real."""

    kind: Literal["self", "namespace", "setuid"]
    uid: int
    gid: int

    def enter(self) -> None:
        """Become this identity; called in the child between fork and exec."""
        if self.kind == "namespace":
            self._enter_namespace()
        elif self.kind == "setuid":
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)

    def _enter_namespace(self) -> None:
        # os.unshare came with Python 3.12. Inside we are "nobody" without any capability;
        # seen from outside, every file we make still belongs to root.
        if LIBC.unshare(CLONE_NEWUSER):
            raise OSError(ctypes.get_errno(), "unshare")
        for name, text in (("setgroups", "deny"), ("uid_map", f"{self.uid} 0 1"), ("gid_map", f"{self.gid} 0 1")):
            Path("/proc/self", name).write_text(text)

    def can_run(self, program: str, *, writing_in: Path) -> bool:
        """Try it: whether this identity may run the program and write in the folder."""
        script = 'test -w "$1" && exec "$0" --version'
        try:
            probe = subprocess.run(
                ["/bin/sh", "-c", script, program, str(writing_in)],
                preexec_fn=self.enter,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return probe.returncode == 0


def ourselves() -> Identity:
    """The identity of the running process, unchanged."""
    return Identity(kind="self", uid=os.geteuid(), gid=os.getegid())


def nobody(kind: Literal["namespace", "setuid"]) -> Identity:
    """The machine's unprivileged user. initdb needs an entry in passwd, so an invented number would not do."""
    entry = pwd.getpwnam("nobody")
    return Identity(kind=kind, uid=entry.pw_uid, gid=entry.pw_gid)


def choose_identity(program: str, *, writing_in: Path) -> Identity:
    """Choose who PostgreSQL runs as: ourselves, or as root the least intrusive way that works here.

    Raises CannotStart when we are root and the system allows neither way.
    """
    if os.geteuid() != 0:
        return ourselves()
    if sys.platform == "linux" and nobody("namespace").can_run(program, writing_in=writing_in):
        return nobody("namespace")
    if nobody("setuid").can_run("/bin/true", writing_in=Path(tempfile.gettempdir())):
        return nobody("setuid")
    raise CannotStart(
        "PostgreSQL refuses to run as root, and this system does not let us become another user. "
        "Run ./start as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )
