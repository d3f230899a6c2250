"""The house keeps its shape: known rooms, small files, short functions, a sentence on every door."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from worklist.hints import QUIET_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = {
    "agents",
    "api",
    "audit",
    "bench",
    "channels_email",
    "channels_social",
    "citizens",
    "citizenservice",
    "enquiries",
    "practice",
    "simulators",
    "tests",
    "worklist",
}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 350, 50


def sources() -> list[Path]:
    """Every Python file of ours; migrations are history and keep their length."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split() if "/migrations/" not in name and (ROOT / name).exists()]


FILES = sources()
PRODUCT = [path for path in FILES if path.relative_to(ROOT).parts[0] not in ("tests", "bench")]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_list_of_packages_is_the_list_on_disk():
    on_disk = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert on_disk == PACKAGES


def test_import_contracts_name_every_package():
    contracts = (ROOT / "pyproject.toml").read_text()

    roots = re.search(r"root_packages = \[(.*?)\]", contracts, re.DOTALL)
    assert roots is not None
    assert set(re.findall(r'"(\w+)"', roots.group(1))) == PACKAGES - {"tests", "bench"}


def test_files_are_small_enough_to_be_read():
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}

    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_are_short():
    long = [
        f"{named(path)} {node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_modules_and_public_functions_say_what_they_are_for():
    silent = []
    for path in PRODUCT:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        doors = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        public = [node for node in doors if not node.name.startswith("_")]
        silent += [named(path)] if tree.body and not ast.get_docstring(tree) else []
        silent += [f"{named(path)} {node.name}" for node in public if not ast.get_docstring(node)]

    assert silent == []


FORBIDDEN = {
    r"\bmark_safe\b": "markup is made by templates only",
    r"\bexcept:": "a bare except hides what it did not expect",
    r"\beta=": "nothing is done later except through a due row",
    r"\bself\.retry\(": "a retry is a due row",
    r"\bcache\.lock\(": "locks live in PostgreSQL",
    r"@receiver\(": "no Django signals: a change says in its service what follows from it",
    r"\bTODO\b|\bFIXME\b|\bXXX\b": "an issue is the place for what is left",
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_product_does_without(pattern: str):
    found = [named(path) for path in PRODUCT if re.search(pattern, path.read_text(encoding="utf-8"))]

    assert found == [], FORBIDDEN[pattern]


def test_only_hints_wait_in_celery_and_only_for_a_moment():
    waiting = [named(path) for path in PRODUCT if "countdown=" in path.read_text(encoding="utf-8")]

    assert waiting == ["worklist/hints.py"]
    assert QUIET_SECONDS < 1


def test_templates_carry_no_inline_script_style_or_unescaped_text():
    bad = re.compile(r"\|\s*safe\b|\bstyle=|\son\w+=|<script(?![^>]*\bsrc=)|<style|autoescape off|hx-on|javascript:")
    found = {
        named(path): match.group(0)
        for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
        for match in bad.finditer(path.read_text(encoding="utf-8"))
    }

    assert found == {}


def test_no_test_may_leave_the_machine():
    with pytest.raises(SocketConnectBlockedError), socket.socket() as outward:
        outward.connect(("192.0.2.1", 9))  # an address for documentation only; it is refused before anything is sent
