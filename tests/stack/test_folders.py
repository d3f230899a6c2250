"""Where sockets lie when names are long, who may enter, and what PostgreSQL's own state needs."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from citizenservice.stack import binaries
from citizenservice.stack.binaries import PostgresPrograms, find_postgres, find_valkey
from citizenservice.stack.folders import LONGEST_SOCKET, closed_folder, forget, socket_folder
from citizenservice.stack.problems import CannotStart


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short place of our own for sockets that do not fit beside the data."""
    place = Path(tempfile.mkdtemp(prefix="cs-rt-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    yield place
    for folder in place.iterdir():
        folder.rmdir()
    place.rmdir()


def test_sockets_lie_beside_the_data_where_they_fit(runtime: Path) -> None:
    data = runtime / "data"

    assert socket_folder(data) == data / "run"
    assert stat.S_IMODE((data / "run").stat().st_mode) == 0o700
    (data / "run").rmdir()


@pytest.mark.parametrize("name", ["d" * 130, "with space", "größe", "percent%20"])
def test_sockets_move_where_the_path_would_not_do(runtime: Path, tmp_path: Path, name: str) -> None:
    folder = socket_folder(tmp_path / name)

    assert folder.parent == runtime
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(f"{folder}/.s.PGSQL.5432") <= LONGEST_SOCKET
    assert socket_folder(tmp_path / name) == folder


def test_socket_folder_that_is_open_to_others_is_refused(runtime: Path, tmp_path: Path) -> None:
    socket_folder(tmp_path / ("d" * 130)).chmod(0o755)

    with pytest.raises(CannotStart, match="was made by somebody else"):
        socket_folder(tmp_path / ("d" * 130))


def test_data_folder_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)

    closed_folder(tmp_path / "data")

    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_data_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path)

    with pytest.raises(CannotStart, match="belongs to somebody else"):
        closed_folder(tmp_path / "data")


def test_forget_removes_the_sockets_elsewhere(runtime: Path, tmp_path: Path) -> None:
    folder = socket_folder(tmp_path / ("d" * 130))

    forget(tmp_path / ("d" * 130))

    assert not folder.exists()


def test_cluster_of_another_major_is_named_instead_of_started_empty() -> None:
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 12, this is \d+\. Dump it"):
        find_postgres(majors_in_use=frozenset({12}))


def test_too_old_postgres_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("postgres", "initdb", "pg_isready"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.4'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert find_postgres(majors_in_use=frozenset()).major >= 16


def test_new_postgres_on_the_path_wins_over_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("postgres", "initdb", "pg_isready"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 99.1 (Distribution 99.1-1)'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert find_postgres(majors_in_use=frozenset()) == PostgresPrograms(folder=tmp_path, major=99)


def test_missing_servers_are_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(binaries, "package_folder", lambda name: None)

    with pytest.raises(CannotStart, match="Install the package “valkey” or “redis”, or set REDIS_URL"):
        find_valkey()
