"""pytest plugin: keeps a run of thousands of tests quick, whatever the earlier ones have left behind.

It is named in `addopts`, because it is for the controller of pytest-xdist too, which reads no conftest.py.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import blocking_manager_key

# Each of these starts a whole installation, or several processes that it kills and freezes.
WHOLE_STACKS = ("tests/bench/", "tests/journeys/", "tests/stack/", "tests/proof/test_chaos.py")
# Few tests, half a minute or so each. By the number of their tests they would come last, when nothing is left for others.
LONG_FILES = (
    "tests/enquiries/test_trust_replay.py",
    "tests/proof/test_fault_schedules.py",
    "tests/enquiries/test_versions.py",
    "tests/channels_email/test_receiver.py",
    "tests/proof/test_crisis.py",
)
EVERY = 200
"""After so many tests, the database forgets the rows that they have undone or deleted."""


class Sweeper:
    """Sweeps the database now and then: no test has to look past the dead rows that thousands before it have left."""

    def __init__(self) -> None:
        self.tests = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
        """Count the test; sweep between two files, when nothing is open."""
        answer = yield
        self.tests += 1
        if self.tests >= EVERY and nextitem and nextitem.path != item.path:
            self.tests = 0
            with item.config.stash[blocking_manager_key].unblock():
                _sweep()
        return answer


def _sweep() -> None:
    from django.db import connection

    if connection.settings_dict["NAME"].startswith("test_"):
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ./test run what mostly waits beside all the rest: each test is on one of the two sides, so none is lost."""
    parser.addoption(
        "--whole-stacks", choices=("only", "none"), help="the tests with whole stacks alone, or all others"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read only the files of the side that is wanted."""
    side = config.getoption("whole_stacks")
    if not side or not collection_path.is_file():
        return None
    return True if is_left_out(collection_path.relative_to(config.rootpath).as_posix(), side=side) else None


def is_left_out(name: str, *, side: str) -> bool:
    """Whether a file, named from the root, belongs to the other side than the one that is wanted."""
    return name.startswith(WHOLE_STACKS) is not (side == "only")


def pytest_configure(config: pytest.Config) -> None:
    """Sweep where tests run."""
    config.pluginmanager.register(Sweeper(), "sweeper")


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lives to the end: every test and every module, a million objects."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep no word of what a good test said: nobody reads it, and of thousands it is gigabytes.

    The words of setup and call stay until the teardown went well, too: who fails there shows them all.
    """
    report = yield
    if report.passed and not {"P", "A"} & set(item.config.option.reportchars):
        report.sections.clear()
        if report.when == "teardown":
            item._report_sections.clear()
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give the tests with whole stacks to one worker, and first: see `WholeStacksFirst`."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class WholeStacksFirst(LoadFileScheduling):  # type: ignore[misc]
        """Whole files, and those with whole stacks one after another, while the other workers do all the rest.

        Two stacks at once get into each other's way; a stack or a long file at the very end lets the others stand idle.
        """

        def _split_scope(self, nodeid: str) -> str:
            return "whole stacks" if nodeid.startswith(WHOLE_STACKS) else super()._split_scope(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            for scope in (*reversed(LONG_FILES), "whole stacks"):
                if scope in self.workqueue:
                    self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

    return WholeStacksFirst(config, log)
