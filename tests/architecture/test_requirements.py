"""What runs needs only what is installed where it runs: a package of the tests is there for us, and missing everywhere else."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
LISTS = ("requirements.txt", "requirements-local.txt")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named_in(line: str) -> tuple[str, list[str]]:
    """The package of a requirement, and its extras."""
    found = re.match(r"\s*([\w.-]+)\s*(?:\[([^\]]*)\])?", line)
    assert found, line
    return canonical(found[1]), [canonical(extra) for extra in (found[2] or "").replace(" ", "").split(",") if extra]


def lines(name: str) -> list[str]:
    return [
        line for line in (ROOT / name).read_text().splitlines() if line.strip() and not line.startswith(("#", "-r"))
    ]


def installed_by(*requirements: str) -> set[str]:
    """These packages with all that they bring along."""
    brought: set[str] = set()
    waiting = [named_in(line) for line in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extras = waiting.pop()
        brought.add(name)
        for wanted in ("", *extras):
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            try:
                further = requires(name) or []
            except PackageNotFoundError:  # for another system or Python than ours
                continue
            waiting += [named_in(line) for line in further if wanted == extra_of(line)]
    return brought


def extra_of(requirement: str) -> str:
    found = re.search(r"extra\s*==\s*['\"]([^'\"]+)", requirement)
    return canonical(found[1]) if found else ""


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level modules that are imported when it runs, and not only when it is checked."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]
        yield from imported(node)


@pytest.fixture(scope="module")
def runtime() -> set[str]:
    return installed_by(*(line for name in LISTS for line in lines(name)))


@pytest.mark.parametrize("package", OURS)
def test_product_imports_only_what_its_requirements_bring(package: str, runtime: set[str]):
    brings = packages_distributions()
    known = {*sys.stdlib_module_names, *OURS}
    strangers = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in (ROOT / package).rglob("*.py")
        for module in imported(ast.parse(path.read_text(encoding="utf-8")))
        if module not in known and not {canonical(name) for name in brings.get(module, [])} & runtime
    }

    assert not strangers


def test_what_only_the_checks_need_is_told_apart(runtime: set[str]):
    assert "django" in runtime
    assert "redis" in runtime
    assert not {"pytest", "hypothesis", "django-stubs", "django-stubs-ext", "ruff"} & runtime
