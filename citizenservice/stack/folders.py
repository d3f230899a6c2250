"""Decides where sockets and the cluster lie: a socket has a short name, and nobody cannot enter a closed home."""

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from citizenservice.stack.binaries import PostgresPrograms
from citizenservice.stack.identity import Identity
from citizenservice.stack.problems import CannotStart

LONGEST_SOCKET = 107 if sys.platform == "linux" else 103
LONGEST_NAME = "/.s.PGSQL.5432"
# These need no quoting in an address, whoever parses it.
PLAIN_PATH = re.compile(r"[\w/.@+-]+", re.ASCII)


def closed_folder(path: Path) -> Path:
    """Make a folder that only we may enter, or check that it is one.

    Raises CannotStart when somebody else made it first, or opened it.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise CannotStart(f"{path} belongs to somebody else. Remove it, or choose another folder with --data.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o700)
    return path


def socket_folder(data: Path) -> Path:
    """The folder for unix sockets: in the data folder, or a short private one elsewhere."""
    inside = data / "run"
    fits = len(os.fsencode(f"{inside}{LONGEST_NAME}")) <= LONGEST_SOCKET
    if fits and PLAIN_PATH.fullmatch(str(inside)):
        return closed_folder(inside)
    return _private_in_shared(_socket_folder_elsewhere(data))


def _socket_folder_elsewhere(data: Path) -> Path:
    root = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(root) / f"citizenservice-{short_hash(data)}-{os.geteuid()}"


def _private_in_shared(path: Path) -> Path:
    """Like closed_folder, in a place where anybody may have made it before us: then we do not repair, we stop."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise CannotStart(f"{path} was made by somebody else. Remove it, or choose a shorter folder with --data.")
    return path


def short_hash(path: Path) -> str:
    """Twelve hexadecimal digits that stand for a folder's full path."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def place_for_nobody(data: Path) -> Path:
    """Where the state of a data folder lies when PostgreSQL must really become the unprivileged user.

    Used only where no user namespace is allowed: nobody cannot reach a closed home, and nothing above it is loosened.
    """
    return Path("/var/lib") / f"citizenservice-{short_hash(data)}" / "state"


def make_place_for_nobody(data: Path, *, identity: Identity) -> Path:
    """Make that place: owned and entered by the unprivileged user only, in a folder of root that all may pass."""
    place = place_for_nobody(data)
    place.parent.mkdir(mode=0o711, exist_ok=True)
    place.parent.chmod(0o711)
    place.mkdir(mode=0o700, exist_ok=True)
    os.chown(place, identity.uid, identity.gid)
    return place


def forget(data: Path) -> None:
    """Remove what a temporary data folder has outside itself."""
    for place in (place_for_nobody(data).parent, _socket_folder_elsewhere(data)):
        if place.is_dir() and place.lstat().st_uid == os.geteuid():
            shutil.rmtree(place, ignore_errors=True)


def copy_for_nobody(programs: PostgresPrograms, *, place: Path) -> PostgresPrograms:
    """Copy the wheel's PostgreSQL to where the unprivileged user can run it; again when the wheel has changed."""
    if not programs.is_from_wheel:
        return programs
    installation, package = programs.folder.parent, programs.folder.parent.parent
    copied = place.parent / f"pg-{package.stat().st_mtime_ns}"
    if not copied.exists():
        for old in place.parent.glob("pg-*"):
            shutil.rmtree(old)
        unfinished = place.parent / "pg-new"
        # Client programs find their libraries relative to themselves: both folders keep their places.
        skip = shutil.ignore_patterns("include", "pgxs", "*.a")
        shutil.copytree(installation, unfinished / package.name / installation.name, ignore=skip, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.rename(copied)
    return PostgresPrograms(folder=copied / package.name / installation.name / "bin", major=programs.major)
