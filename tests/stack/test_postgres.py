"""The embedded PostgreSQL: who it runs as, what it lets in, and that half a cluster is never left."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from citizenservice.stack import embedded
from citizenservice.stack.embedded import cluster_in
from citizenservice.stack.folders import forget, place_for_nobody
from citizenservice.stack.identity import Identity, choose_identity, nobody, ourselves
from citizenservice.stack.postgres import THROWAWAY, Cluster, environment
from citizenservice.stack.process import end, spawn, started_at
from tests.stack.conftest import eventually

# Whoever runs the tests: an ordinary user has one way, root has those that this system allows.
IDENTITIES = [ourselves()]
if os.geteuid() == 0:
    ways = [nobody("namespace"), nobody("setuid")]
    IDENTITIES = [way for way in ways if way.can_run("/bin/true", writing_in=Path("/tmp"))]


@contextmanager
def running(cluster: Cluster) -> Iterator[subprocess.Popen[bytes]]:
    cluster.create()
    process = spawn(cluster.command(), env=environment(), identity=cluster.identity, output=subprocess.DEVNULL)
    try:
        assert eventually(cluster.is_ready)
        yield process
    finally:
        end(process, by=2, patience_seconds=20)


@pytest.fixture(params=IDENTITIES, ids=lambda identity: identity.kind)
def cluster(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setattr(embedded, "choose_identity", lambda program, *, writing_in: request.param)
    yield cluster_in(tmp_path, options=THROWAWAY)
    forget(tmp_path)


def test_cluster_answers_its_service_role_and_never_runs_as_root(cluster: Cluster) -> None:
    with running(cluster) as process:
        cluster.ensure_database("one")
        cluster.ensure_database("one")
        with psycopg2.connect(cluster.url("one")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
            assert cursor.fetchone() == ("app", False)
            cursor.execute("SELECT upper('éж'), 'ЖÉ' ILIKE 'жé'")
            assert cursor.fetchone() == ("ÉЖ", True)
        connection.close()
        inside = Path(f"/proc/{process.pid}/uid_map").read_text().split()
        uid = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "Uid:" in line)

    assert uid.split()[1] != "0" or inside[0] != "0"


def test_cluster_has_no_port_and_a_closed_socket_folder(cluster: Cluster) -> None:
    with running(cluster):
        listening = [line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines() if "PGSQL" in line]

        assert str(cluster.sockets / ".s.PGSQL.5432") in listening
        assert cluster.sockets.stat().st_mode & 0o077 == 0
        assert cluster.folder.stat().st_mode & 0o077 == 0
        assert "--listen_addresses=" in cluster.command()


def test_half_a_cluster_is_made_anew(cluster: Cluster) -> None:
    unfinished = cluster.folder.with_name(cluster.folder.name + ".new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with running(cluster):
        assert not unfinished.exists()


def test_cluster_keeps_what_was_written(cluster: Cluster) -> None:
    with running(cluster):
        cluster.ensure_database("kept")

    with running(cluster):
        assert "kept" in cluster.as_superuser("SELECT datname FROM pg_database").split()


def test_nothing_above_the_data_folder_is_loosened(cluster: Cluster, tmp_path: Path) -> None:
    before = [parent.stat().st_mode for parent in (tmp_path, *tmp_path.parents)]

    with running(cluster):
        after = [parent.stat().st_mode for parent in (tmp_path, *tmp_path.parents)]

    assert after == before
    if cluster.identity.kind == "setuid":
        assert place_for_nobody(tmp_path) in (cluster.folder, *cluster.folder.parents)


def test_child_does_not_outlive_its_parent(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from citizenservice.stack.process import spawn\n"
        "child = spawn(['/bin/sleep', '60'], env={}, output=-3)\n"
        "print(child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20).stdout

    assert eventually(lambda: started_at(int(said)) is None, seconds=5)


def test_ordinary_user_stays_who_he_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)

    assert choose_identity("/bin/true", writing_in=tmp_path) == Identity(kind="self", uid=1234, gid=os.getegid())
