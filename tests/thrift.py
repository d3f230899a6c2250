"""pytest plugin: keeps a run of thousands of tests quick, whatever the earlier ones have left behind.

It is named in `addopts`, because it is for the controller of pytest-xdist too, which reads no conftest.py.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from typing import Any

import pytest
from pytest_django.plugin import blocking_manager_key

# Each of these starts a whole installation, or several processes that it kills and freezes.
WHOLE_STACKS = ("tests/bench/", "tests/journeys/", "tests/stack/", "tests/proof/test_chaos.py")


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

        Two stacks at once get into each other's way; a stack at the very end lets the other workers stand idle.
        """

        def _split_scope(self, nodeid: str) -> str:
            return "whole stacks" if nodeid.startswith(WHOLE_STACKS) else super()._split_scope(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            if "whole stacks" in self.workqueue:
                self.workqueue.move_to_end("whole stacks", last=False)
            super()._assign_work_unit(node)

    return WholeStacksFirst(config, log)
