"""The script ./start, as far as it goes before anything is installed: it must run, or at least speak, anywhere."""

import ast
import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from citizenservice.stack.installation import ROOT


@pytest.fixture(scope="module")
def start() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("start_script", str(ROOT / "start"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("start_script", loader) or pytest.fail())
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.mark.parametrize("name", ["start", "test"])
def test_script_can_be_read_by_an_old_python(name: str) -> None:
    ast.parse((ROOT / name).read_text(), feature_version=(3, 7))


def test_old_python_gets_a_sentence(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(start.CannotStart, match=r"Python 3\.8 is too old: Citizenservice needs 3\.11 or newer"):
        start.use_a_new_enough_python()


def test_help_names_every_option() -> None:
    shown = subprocess.run([sys.executable, str(ROOT / "start"), "--help"], capture_output=True, text=True).stdout

    assert all(option in shown for option in ("--port", "--data", "--no-demo", "--check", "Ctrl-C"))


@pytest.mark.parametrize("port", ["0", "65530", "web"])
def test_impossible_port_is_refused(port: str) -> None:
    command = [sys.executable, str(ROOT / "start"), "--port", port]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full."),
        ("Failed to establish a new connection: [Errno 111]", "The package registry cannot be reached."),
        ("ERROR: No matching distribution found for psycopg2-binary<3", "no ready-made package of psycopg2-binary<3"),
        ("[Errno 13] Permission denied: '/srv/app/.venv'", "is not allowed. Use a copy of your own."),
        ("something new", "It did not work:\nsomething new"),
    ],
)
def test_what_pip_says_becomes_a_sentence(start: ModuleType, output: str, sentence: str) -> None:
    assert sentence in start.why(output, "It did not work")


def test_missing_venv_is_said_with_the_package_to_install(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "PYTHON", tmp_path / "python")
    said = "The virtual environment was not created successfully because ensurepip is not available."
    monkeypatch.setattr(start, "run", lambda command: (1, said))

    with pytest.raises(start.CannotStart, match="sudo apt install python3-venv"):
        start.make_environment()


def test_without_the_wheels_of_the_servers_all_other_packages_remain(start: ModuleType) -> None:
    lines = start.without_replaceable(start.REQUIREMENTS["dev"])

    assert any(line.startswith("Django") for line in lines) and any(line.startswith("pytest>") for line in lines)
    assert not any(line.startswith(start.REPLACEABLE) for line in lines)
    assert not any("#" in line or line.startswith("-r") for line in lines)
