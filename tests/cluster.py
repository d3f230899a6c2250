"""pytest plugin: gives every run a PostgreSQL and a Valkey of its own, in a temporary folder, migrated once.

It is named in `addopts`, because conftest.py comes too late: pytest-django reads the settings before.
Only the controller starts servers; the workers of pytest-xdist inherit their addresses.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from bench.stage import TABLES
from citizenservice.stack.embedded import cluster_in, valkey_in
from citizenservice.stack.folders import forget
from citizenservice.stack.postgres import SERVICE_ROLE, THROWAWAY, Cluster
from citizenservice.stack.postgres import environment as postgres_environment
from citizenservice.stack.process import end, spawn
from citizenservice.stack.valkey import Valkey
from tests.cluster_cache import alone, cached, is_kept, keep, restore

PREFIX = "cs-test-"
# Databases of the run are copies of this one: a copy costs 0.1 s, all migrations cost seconds.
TEMPLATE = "migrated"
ROOT = Path(__file__).resolve().parent.parent
# Not secrets: they guard nothing but rows that live as long as one test run.
TEST_ENVIRONMENT = {
    "CITIZENSERVICE_MODE": "test",
    "SECRET_KEY": "test-only-" + "k" * 50,
    "FIELD_KEYS": "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktMTI=",
}


@dataclass(frozen=True)
class Servers:
    """What one run has started."""

    folder: Path
    lock: IO[str]
    cluster: Cluster
    processes: dict[str, subprocess.Popen[bytes]]


running: list[Servers] = []
notices: list[str] = []


def start_servers() -> None:
    """Start both servers in a fresh folder and point the environment at them."""
    sweep_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.environ.update({name: os.environ.get(name, value) for name, value in TEST_ENVIRONMENT.items()})
    os.environ.setdefault("DATA_DIR", str(folder))
    (folder / "static").mkdir()  # WhiteNoise warns without it
    cluster = cluster_in(folder, options=THROWAWAY)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    running.append(Servers(folder=folder, lock=lock, cluster=cluster, processes=processes))
    if "REDIS_URL" not in os.environ:
        processes["valkey"] = start_valkey(valkey_in(folder))
    if "DATABASE_URL" not in os.environ:
        prepare_cluster(cluster)
        processes["postgres"] = start_postgres(cluster)
        os.environ["DATABASE_URL"] = cluster.url("citizenservice")


def prepare_cluster(cluster: Cluster) -> None:
    """Make the cluster with all migrations run once, or take the one that an earlier run kept."""
    source = cached(cluster, root=ROOT)
    # Tests that set up whole installations begin with a copy of it, too.
    os.environ[TABLES] = str(source)
    with alone(cluster, source=source):
        if not restore(cluster, source=source):
            make_cluster(cluster, target=source)


def make_cluster(cluster: Cluster, *, target: Path) -> None:
    """Make the cluster, run all migrations, and keep a copy for later runs."""
    cluster.create()
    process = start_postgres(cluster)
    cluster.ensure_database(TEMPLATE)
    # Our tables refuse TRUNCATE; a transactional test has to empty them all the same, see `empty_without_triggers`.
    cluster.as_superuser(f"GRANT SET ON PARAMETER session_replication_role TO {SERVICE_ROLE}")
    is_good = migrate_template(cluster)
    end(process, by=signal.SIGINT, patience_seconds=20)
    if is_good and is_kept(cluster):
        keep(cluster, target=target)


def start_valkey(valkey: Valkey) -> subprocess.Popen[bytes]:
    """Start Valkey, wait until it answers, and export its address."""
    child = spawn(valkey.command(), env=postgres_environment(), output=subprocess.DEVNULL)
    wait_for(valkey.is_ready, child)
    os.environ["REDIS_URL"] = valkey.url()
    return child


def start_postgres(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the cluster and wait until it answers."""
    with (running[-1].folder / "postgres.log").open("ab") as log:
        child = spawn(
            cluster.command(),
            env=postgres_environment(),
            identity=cluster.identity,
            death_signal=signal.SIGQUIT,
            output=log,
        )
    wait_for(cluster.is_ready, child)
    return child


def wait_for(is_ready: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    """Wait up to 30 seconds for a server; a server that ends meanwhile ends the run."""
    until = time.monotonic() + 30
    while not is_ready():
        if child.poll() is not None or time.monotonic() > until:
            raise pytest.UsageError(f"The test server did not start: {child.args!r}")
        time.sleep(0.02)


def migrate_template(cluster: Cluster) -> bool:
    """Run all migrations; False if they fail: then the template stays empty and the tests themselves show why."""
    environment = {**os.environ, "DATABASE_URL": cluster.url(TEMPLATE)}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input", "--verbosity", "0"]
    migrated = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    if migrated.returncode:
        notices.append("migrate FAILED: " + (migrated.stderr.strip() or migrated.stdout.strip())[-1500:])
    return migrated.returncode == 0


def stop_servers() -> None:
    """Stop what this run started and remove its folder."""
    while running:
        servers = running.pop()
        for process in reversed(servers.processes.values()):
            end(process, by=signal.SIGQUIT, patience_seconds=10)
        servers.lock.close()
        remove(servers.folder)


def remove(folder: Path) -> None:
    """Remove a run's folder, and what it has elsewhere where PostgreSQL had to become another user."""
    forget(folder)
    shutil.rmtree(folder, ignore_errors=True)


def sweep_leftovers() -> None:
    """Remove folders of runs that were killed: their lock is free. The very new ones may just be starting."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime < 60 or folder.stat().st_uid != os.geteuid():
                continue
            with (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(folder)
        except OSError:
            continue


def is_controller() -> bool:
    """Whether this process starts the servers: not a worker of pytest-xdist, not a mere question to pytest."""
    return "PYTEST_XDIST_WORKER" not in os.environ and not {"--help", "-h", "--version"} & set(sys.argv)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the servers before pytest-django reads the settings."""
    if is_controller():
        start_servers()


def empty_without_triggers() -> None:
    """Let Django empty the tables between transactional tests, although triggers refuse it to everybody else."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    refused = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        commands = refused(self, *args, **options)
        return ["SET LOCAL session_replication_role = replica", *commands] if commands else []

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment]


def pytest_configure() -> None:
    """Prepare this process, controller or worker, for tests that use the database."""
    empty_without_triggers()


def pytest_report_header() -> list[str]:
    """Say which servers the tests use, and loudly if the migrations failed."""
    if not is_controller():
        return []
    used = [f"{name}: own, in {servers.folder}" for servers in running for name in servers.processes]
    return [*used, *notices]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers after everything else let go of them."""
    stop_servers()
