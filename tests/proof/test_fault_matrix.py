"""The table of faults names only tests that are there, and names each fault once."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = (ROOT / "docs" / "proof" / "fault-matrix.md").read_text("utf-8")
ROWS = [line for line in TABLE.splitlines() if line.startswith("| ") and "::" in line]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TABLE)))


@cache
def functions_in(path: str) -> frozenset[str]:
    """Name the test functions of a file."""
    module = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(each.name for each in module.body if isinstance(each, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda value: value.rpartition("/")[2])
def test_test_of_a_fault_is_there(path: str, name: str):
    assert name in functions_in(path)


def test_every_row_names_a_test():
    assert len(ROWS) > 50
    assert all(re.search(r"\| `tests/[\w/]+\.py::\w+` \|$", row) for row in ROWS)


def test_every_fault_stands_once():
    faults = [row.split("|")[1].strip() for row in ROWS]
    assert len(faults) == len(set(faults))
