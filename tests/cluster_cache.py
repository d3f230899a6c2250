"""Keeps migrated clusters between test runs, so that a run with unchanged migrations starts in half a second."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citizenservice.stack.folders import closed_folder
from citizenservice.stack.postgres import Cluster

KEPT = 3


def cached(cluster: Cluster, *, root: Path) -> Path:
    """Where a cluster with exactly these programs and migrations is kept."""
    digest = hashlib.sha256(f"{cluster.programs.folder} {cluster.identity} {cluster.options}".encode())
    files = [
        root / "tests" / "cluster.py",
        *root.glob("*/migrations/*.py"),
        *root.glob("*/migrations/sql/*.sql"),
        root / "requirements.txt",
        root / "citizenservice" / "settings.py",
    ]
    for file in sorted(files):
        digest.update(f"{file}\0".encode() + file.read_bytes())
    return Path(tempfile.gettempdir()) / f"cs-clusters-{os.geteuid()}" / digest.hexdigest()[:20]


@contextmanager
def alone(cluster: Cluster, *, source: Path) -> Iterator[None]:
    """Let one run at a time migrate: ./test begins several at once, and the others take what the first has kept."""
    if not is_kept(cluster):
        yield
        return
    shelf = os.open(closed_folder(source.parent), os.O_RDONLY)
    try:
        fcntl.flock(shelf, fcntl.LOCK_EX)
        yield
    finally:
        os.close(shelf)


def is_kept(cluster: Cluster) -> bool:
    """Whether a copy would be of use: files of another user are not ours to copy."""
    return cluster.identity.kind != "setuid"


def restore(cluster: Cluster, *, source: Path) -> bool:
    """Copy a kept cluster to where the run wants it; False when none is kept."""
    if not source.is_dir():
        return False
    try:
        shutil.copytree(source, cluster.folder, symlinks=True)
    except (OSError, shutil.Error):
        # Another run may be tidying up at this very moment.
        shutil.rmtree(cluster.folder, ignore_errors=True)
        return False
    cluster.folder.chmod(0o700)
    os.utime(source)
    return True


def keep(cluster: Cluster, *, target: Path) -> None:
    """Copy a stopped cluster for later runs, and drop those that nobody used of late."""
    shelf = closed_folder(target.parent)
    unfinished = Path(tempfile.mkdtemp(dir=shelf, prefix="new-"))
    shutil.copytree(cluster.folder, unfinished / "cluster", symlinks=True)
    if not target.exists():
        (unfinished / "cluster").rename(target)
    shutil.rmtree(unfinished)
    by_age = sorted(shelf.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in by_age[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
