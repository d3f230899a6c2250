"""Sets up a throw-away installation with the very programs of ./start, so that what is measured is what runs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from bench.processor import seconds_of
from citizenservice.stack import programs
from citizenservice.stack.console import Console
from citizenservice.stack.embedded import cluster_in, valkey_in
from citizenservice.stack.folders import forget
from citizenservice.stack.installation import ROOT, Installation, free_ports, outside_environment
from citizenservice.stack.journal import Journal
from citizenservice.stack.postgres import LASTING, SERVICE_ROLE, Cluster
from citizenservice.stack.program import Program
from citizenservice.stack.run import DATABASE, is_ours
from citizenservice.stack.supervisor import Supervisor

SERVICE_WSGI, BARE_WSGI = "citizenservice.wsgi:application", "bench.bare:application"
COUNTED_WSGI = "bench.desk_counted:application"
TABLES = "BENCH_TABLES"
"""May name a folder with a stopped cluster that has all tables already: the tests set up several stages in one run."""
TABLES_DATABASE = "migrated"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A running database and hint server, and what can be started on them.

    `ports.x` is free for the bare view, `ports.facebook` for the service that counts its statements.
    """

    installation: Installation
    env: Mapping[str, str]
    workers: int
    servers: Supervisor
    cluster: Cluster

    @contextmanager
    def running(self, *names: str) -> Iterator[Supervisor]:
        """Start programs by name ("web", "worker", "posting-2", …, or "bare" and "counted"), and stop them at the end."""
        wanted = [program for program in self._programs() if program.name in names]
        supervisor = supervisor_in(self.installation.data, name="-".join(names))
        try:
            supervisor.start(wanted, seconds=90)
            yield supervisor
        finally:
            supervisor.stop()

    def _programs(self) -> Iterator[Program]:
        for program in programs.service(self.installation, self.env):
            if program.name in ("worker", "posting"):
                mine = replace(program, command=with_option(program.command, "-c", str(self.workers)))
                yield mine
                if program.name == "posting":
                    second = with_option(mine.command, "-n", "posting-2@%h")
                    yield replace(mine, name="posting-2", command=second)
                continue
            yield program
            if program.name == "web":
                ports = self.installation.ports
                yield self._around(program, BARE_WSGI, name="bare", port=ports.x, path="/")
                yield self._around(program, COUNTED_WSGI, name="counted", port=ports.facebook, path="/healthz")

    def _around(self, web: Program, wsgi: str, *, name: str, port: int, path: str) -> Program:
        """The same server with the same options, around something else."""
        command = with_option(web.command, "--bind", f"127.0.0.1:{port}")
        command = tuple(wsgi if word == SERVICE_WSGI else word for word in command)
        return replace(web, name=name, command=command, is_ready=programs.answers(port, path))

    def gather_static_files(self) -> None:
        """Put the static files where the pages look for them, as ./start does."""
        gathering = programs.manage("static", self.env, "collectstatic", "--no-input", "--verbosity", "0")
        self.servers.run(gathering, seconds=120)

    def let_rows_in(self) -> None:
        """Let the service's role switch triggers off, which only filling tables in bulk needs."""
        self.cluster.as_superuser(f"GRANT SET ON PARAMETER session_replication_role TO {SERVICE_ROLE}")

    def figures(self, supervisor: Supervisor, module: str, *arguments: object) -> dict[str, Any]:
        """Run `python -m bench.<module>` to its end beside what runs, and return the JSON object of its last line.

        `cpu_seconds` is what the service and its servers spent meanwhile, the module itself not counted.
        """
        command = (sys.executable, "-m", f"bench.{module}", *(str(argument) for argument in arguments))
        program = Program(name=module, command=command, env=self.env, layer=programs.SERVICE_LAYER)
        service = {child.process.pid for child in (*self.servers.children, *supervisor.children)}
        before = seconds_of(service)
        answer: dict[str, Any] = json.loads(supervisor.run(program, seconds=1800)[-1])
        after = seconds_of(service)
        spent = None if before is None or after is None else round(after - before, 3)
        return {**answer, "cpu_seconds": spent}


@contextmanager
def stage(*, workers: int) -> Iterator[Stage]:
    """Start PostgreSQL (with fsync) and Valkey on a temporary folder, make the tables; leave nothing behind."""
    data = Path(tempfile.mkdtemp(prefix="cs-bench-"))
    installation = Installation(data=data, ports=free_ports(), has_demo=False)
    supervisor = supervisor_in(data, name="servers")
    supervisor.listen_to_signals()
    try:
        cluster = cluster_in(data, options=LASTING)
        has_tables = _took_tables(cluster)
        env = _servers(supervisor, installation, cluster)
        if not has_tables:
            supervisor.run(programs.manage("migrate", env, "migrate", "--no-input", "--verbosity", "0"), seconds=300)
        yield Stage(installation=installation, env=env, workers=workers, servers=supervisor, cluster=cluster)
    finally:
        supervisor.stop()
        forget(data)
        shutil.rmtree(data, ignore_errors=True)


def _took_tables(cluster: Cluster) -> bool:
    """Begin with a copy of the cluster that has all tables, where one is named and still there."""
    source = Path(os.environ.get(TABLES, "/nonexistent"))
    try:
        shutil.copytree(source, cluster.folder, symlinks=True)
    except (OSError, shutil.Error):
        shutil.rmtree(cluster.folder, ignore_errors=True)
        return False
    cluster.folder.chmod(0o700)
    return True


def _servers(supervisor: Supervisor, installation: Installation, cluster: Cluster) -> dict[str, str]:
    data = installation.data
    hints = valkey_in(data)
    cluster.create()
    supervisor.start([programs.database(cluster), programs.hints(hints)], seconds=60)
    if TABLES_DATABASE in cluster.as_superuser("SELECT datname FROM pg_database").splitlines():
        cluster.as_superuser(f"ALTER DATABASE {TABLES_DATABASE} RENAME TO {DATABASE}")
        cluster.as_superuser(f"REVOKE SET ON PARAMETER session_replication_role FROM {SERVICE_ROLE}")
    cluster.ensure_database(DATABASE)
    outside = {name: value for name, value in outside_environment(with_env_file=False).items() if not is_ours(name)}
    (data / "static").mkdir()
    return installation.environment(outside, database_url=cluster.url(DATABASE), redis_url=hints.url())


def supervisor_in(data: Path, *, name: str) -> Supervisor:
    """Make a supervisor that keeps what its children say to itself."""
    return Supervisor(Console(steps=0, stream=StringIO()), journal=Journal(data / f"{name}.json"), folder=ROOT)


def with_option(command: Sequence[str], option: str, value: str) -> tuple[str, ...]:
    """Return `command` with the value of one option exchanged."""
    place = list(command).index(option) + 1
    return (*command[:place], value, *command[place + 1 :])
