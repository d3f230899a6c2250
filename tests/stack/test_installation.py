"""Ports, secrets and the environment of an installation, and the sentences of a start that may not be."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from citizenservice.stack.installation import (
    ROOT,
    Installation,
    Ports,
    free_ports,
    is_free,
    mode_for,
    secrets_in,
    write_environment,
)
from citizenservice.stack.lock import hold
from citizenservice.stack.problems import CannotStart, explain
from citizenservice.stack.run import in_plain_words, is_ours


def stack(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citizenservice.stack", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_taken_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    ports = free_ports()
    with socket.create_server(("127.0.0.1", ports.facebook)):
        refused = stack("--data", str(tmp_path / "data"), "--port", str(ports.web))

    assert refused.returncode == 1
    assert f"Port {ports.facebook} is taken by another program." in refused.stderr
    assert f"./start --port {ports.web + 100}" in refused.stderr
    assert not list((tmp_path / "data").glob("postgres-*"))


def test_running_installation_is_named_by_its_process(tmp_path: Path) -> None:
    with hold(tmp_path / "lock"):
        refused = stack("--data", str(tmp_path), "--port", str(free_ports().web))

    assert refused.returncode == 1
    assert f"Already running (process {os.getpid()})." in refused.stderr


def test_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    hold(tmp_path / "lock").close()

    with hold(tmp_path / "lock") as lock:
        assert not lock.closed


def test_demo_is_refused_where_the_environment_says_production(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"\./start --no-demo"):
        mode_for({"CITIZENSERVICE_MODE": "production"}, has_demo=True)


@pytest.mark.parametrize(
    ("outside", "has_demo", "mode"),
    [
        ({}, True, "demo"),
        ({}, False, "demo"),
        ({"PUBLIC_URL": "https://city.example"}, False, "production"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, False, "demo"),
        ({"CITIZENSERVICE_MODE": "production"}, False, "production"),
        ({"CITIZENSERVICE_MODE": "test"}, True, "demo"),
    ],
)
def test_mode_follows_the_address_and_the_demo(outside: dict[str, str], has_demo: bool, mode: str) -> None:
    assert mode_for(outside, has_demo=has_demo) == mode


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = secrets_in(tmp_path)

    assert secrets_in(tmp_path) == first
    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o600


def test_secrets_from_outside_win(tmp_path: Path) -> None:
    installation = Installation(data=tmp_path, ports=Ports(web=8000), has_demo=True)

    env = installation.environment({"SECRET_KEY": "from outside"}, database_url="d", redis_url="r")

    assert env["SECRET_KEY"] == "from outside"
    assert env["FIELD_KEYS"] == secrets_in(tmp_path)["FIELD_KEYS"]


def test_simulators_are_named_only_with_the_demo(tmp_path: Path) -> None:
    with_demo = Installation(data=tmp_path, ports=Ports(web=8000), has_demo=True)
    without = Installation(data=tmp_path, ports=Ports(web=8000), has_demo=False)

    assert with_demo.environment({}, database_url="", redis_url="")["X_API_URL"] == "http://127.0.0.1:8001"
    assert "X_API_URL" not in without.environment({}, database_url="", redis_url="")


def test_environment_file_can_be_read_by_a_shell_and_by_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "environment"

    write_environment(file, {"A": "it's; $HOME", "B": "same"}, outside={"B": "same"})

    script = f'. {file}; printf "%s|%s" "$A" "$B"'
    assert subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, env={}).stdout == "it's; $HOME|"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_free_ports_are_seven_in_a_row() -> None:
    ports = free_ports()

    assert [port - ports.web for port in ports.all()] == list(range(7))
    assert all(is_free(port) for port in ports.all())
    assert ports.receiver == ports.web + 6


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "X_API_URL", "SECRET_KEY", "CITIZENSERVICE_MODE"])
def test_self_test_sees_nothing_of_a_real_installation(name: str) -> None:
    assert is_ours(name)


def test_full_disk_is_said_in_words() -> None:
    error = OSError(28, "No space left on device", "/var/data")

    assert str(explain(error)).startswith("The disk is full (/var/data). Free some space")
    failed = CannotStart("migrate failed:\n psycopg2.errors.DiskFull: No space left on device")
    assert str(in_plain_words(failed, outside={})).startswith("The disk is full.")


def test_silent_database_of_the_environment_is_said_in_words(tmp_path: Path) -> None:
    url = f"postgresql://app@/none?host={tmp_path}"

    refused = stack("--data", str(tmp_path / "data"), "--port", str(free_ports().web), "--no-demo", DATABASE_URL=url)

    assert refused.returncode == 1
    assert "The database at DATABASE_URL does not answer." in refused.stderr
    assert "Traceback" not in refused.stderr
