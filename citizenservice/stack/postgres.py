"""Makes, starts and repairs the embedded PostgreSQL cluster: a unix socket in a closed folder and no network port."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from citizenservice.stack.binaries import PostgresPrograms
from citizenservice.stack.identity import Identity
from citizenservice.stack.problems import CannotStart
from citizenservice.stack.process import living_in, spawn

SUPERUSER = "postgres"
# Django as superuser would never meet a missing permission, so the service has a role of its own.
SERVICE_ROLE = "app"
STOP_SIGNAL = signal.SIGINT
BUILTIN_LOCALE_SINCE = 17

LASTING = {"max_connections": "100", "shared_buffers": "128MB", "fsync": "on", "synchronous_commit": "on"}
# For tests: nothing has to survive a power cut.
THROWAWAY = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster: its programs, who runs it, its data folder and the folder of its socket."""

    programs: PostgresPrograms
    identity: Identity
    folder: Path
    sockets: Path
    options: Mapping[str, str]

    def create(self) -> None:
        """Make the cluster unless it exists. A killed attempt leaves no half cluster: the last step is a rename."""
        if (self.folder / "PG_VERSION").exists():
            return
        unfinished = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        child = spawn(self._initdb(unfinished), env=environment(), identity=self.identity)
        output = child.communicate(timeout=120)[0].decode(errors="replace")
        if child.returncode:
            raise CannotStart(f"PostgreSQL could not make its data folder:\n{output.strip()}")
        unfinished.rename(self.folder)

    def _initdb(self, folder: Path) -> list[str]:
        command = [self.programs.program("initdb"), "-D", str(folder), "-U", SUPERUSER, "--encoding=UTF8"]
        # "trust" is sound only because the socket's folder is closed to all others and there is no port.
        command += ["--auth-local=trust", "--auth-host=reject", "--locale=C.UTF-8", "--no-instructions"]
        if self.programs.major >= BUILTIN_LOCALE_SINCE:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.options.get("fsync") == "off":
            command += ["--no-sync"]
        return command

    def command(self) -> list[str]:
        """The command line of the server."""
        settings = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "jit": "off",
            "TimeZone": "UTC",
            "log_line_prefix": "",
        }
        flags = [f"--{name}={value}" for name, value in {**settings, **self.options}.items()]
        return [self.programs.program("postgres"), "-D", str(self.folder), "-k", str(self.sockets), *flags]

    def clear_stale(self) -> None:
        """Remove what a killed server left behind, once it is proven that none lives here any more.

        PostgreSQL takes any process with the old number, even a zombie, for its own predecessor and refuses.
        Raises CannotStart when one does live here.
        """
        until = time.monotonic() + 10
        while sys.platform == "linux" and any(living_in(self.folder, program="postgres")):
            if time.monotonic() > until:
                raise CannotStart(f"Another PostgreSQL is running in {self.folder}. Stop it, then start again.")
            time.sleep(0.1)
        if sys.platform == "linux":
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.sockets.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server answers."""
        probe = [self.programs.program("pg_isready"), "-q", "-h", str(self.sockets), "-U", SUPERUSER]
        return subprocess.run(probe, env=environment(), timeout=20, check=False).returncode == 0

    def ensure_database(self, name: str) -> None:
        """Make the service's role and one database of its own, unless they are there."""
        if SERVICE_ROLE not in self._names("SELECT rolname FROM pg_roles"):
            self._client("createuser", "--createdb", SERVICE_ROLE)
        if name not in self._names("SELECT datname FROM pg_database"):
            self._client("createdb", "-O", SERVICE_ROLE, name)

    def _names(self, question: str) -> list[str]:
        return self.as_superuser(question).splitlines()

    def as_superuser(self, command: str) -> str:
        """Run one SQL command in the maintenance database; what it answers, a line per row."""
        return self._client("psql", "-d", "postgres", "-Atqc", command)

    def _client(self, name: str, *arguments: str) -> str:
        command = [self.programs.program(name), "-h", str(self.sockets), "-U", SUPERUSER, *arguments]
        answer = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
        if answer.returncode:
            raise CannotStart(f"PostgreSQL refused “{name}”: {answer.stderr.strip()}")
        return answer.stdout

    def url(self, database: str) -> str:
        """The address of one database for DATABASE_URL."""
        return f"postgresql://{SERVICE_ROLE}@/{database}?host={quote(str(self.sockets), safe='/')}"


def environment() -> dict[str, str]:
    """All that PostgreSQL's programs may see of our environment; locale names differ on macOS."""
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    return {"LC_ALL": locale, "PATH": os.environ.get("PATH", os.defpath)}
