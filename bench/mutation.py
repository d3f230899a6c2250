"""Mutation testing of what must never be wrong: python -m bench.mutation signatures (docs/proof/mutation.md tells the set-up).

The mutants are mutmut's. Its own runner cannot be used: it leaves out decorated functions, among them everything under
`@transaction.atomic`, and begins pytest anew for each mutant. Here pytest collects once, each test runs once and is seen to
call which functions, and every mutant is a fork of that process in which one function is another one: only the tests that
call it are run until one fails, first those that noticed other mutants of the same function. A mutant that nobody notices
is printed as a difference.
"""

# mutmut and libcst live in an environment of their own, where nobody runs mypy.
# mypy: ignore-errors
from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import CodeType, FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from bench.mutants import Mutant, functions_of, mutants_of, put_in_place
from bench.mutation_areas import AREAS, Area

PATIENCE = 20.0
"""Seconds that a mutant may take beyond ten times what its tests took before."""
QUICKEST = 100
"""So many tests at most are asked about one mutant."""
SURVIVED, BROKEN, FIRST_TEST = 0, 1, 2
"""How the process of a mutant ends: nobody noticed, or it could not even run; else by the place of the test that noticed."""


@dataclass
class Seen:
    """What the first run showed: how long each test takes, and by which tests each function is called."""

    seconds: dict[str, float] = field(default_factory=dict)
    callers: dict[CodeType, set[str]] = field(default_factory=lambda: defaultdict(set))


class Stay:
    """Stands for "the next test" when there is none: what the whole session shares is left standing."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[Any]:
        """Name what a next test would go on using."""
        return [self.session]


class Mutating:
    """The pytest plugin: takes the place of the loop that runs the tests."""

    def __init__(self, area: Area, *, wait_while: Path | None, only: list[str], sample: int) -> None:
        self.area, self.wait_while, self.only, self.sample = area, wait_while, only, sample
        self.verdicts: Counter[str] = Counter()
        self.survivors: list[Mutant] = []
        self.noticed: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run every test once, then the tests of each mutant in a fork."""
        if not session.items:
            raise pytest.UsageError("no test was collected: every mutant would count as unnoticed")
        functions = functions_of(self.area.sources)
        seen = self._first_run(session, {function.__code__ for each in functions.values() for function in each})
        items = {item.nodeid: item for item in self._fit(session, seen)}
        mutants = self._chosen()
        for number, mutant in enumerate(mutants, start=1):
            self._wait()
            live = functions.get((mutant.path, mutant.function), [])
            names = {name for function in live for name in seen.callers.get(function.__code__, ()) if name in items}
            chosen = self._in_order(mutant, names, seen)
            verdict = self._judge(session, mutant, [items[name] for name in chosen], seen) if chosen else "untested"
            self.verdicts[verdict] += 1
            if number % 50 == 0:
                print(f"[{number}/{len(mutants)}]", flush=True)
            if verdict in ("survived", "untested"):
                self.survivors.append(mutant)
                print(f"\n[{number}/{len(mutants)}] {verdict}: {mutant.name}\n{mutant.difference()}", flush=True)
        self._report(len(mutants))
        return True

    def _in_order(self, mutant: Mutant, names: set[str], seen: Seen) -> list[str]:
        """Put those first that noticed most of the same function, then the others, those of one module together."""
        noticed = self.noticed[(mutant.path, mutant.function)]
        chosen = sorted(names, key=lambda name: (-noticed[name], seen.seconds[name]))[:QUICKEST]
        of_module: dict[str, list[float]] = defaultdict(list)
        for name in chosen:
            of_module[_module(name)].append(seen.seconds[name])
        typical = {module: median(seconds) for module, seconds in of_module.items()}
        return sorted(chosen, key=lambda name: (-noticed[name], typical[_module(name)], name))

    def _chosen(self) -> list[Mutant]:
        """Name the mutants to try. A sample is the same one in each run over the same code."""
        made = list(mutants_of(self.area.sources))
        if self.only:
            made = [mutant for mutant in made if any(part in mutant.name for part in self.only)]
        if not made:
            raise pytest.UsageError(f"no mutant has any of {self.only} in its name")
        print(f"{len(made)} mutants can be made", flush=True)
        return random.Random(1).sample(made, self.sample) if 0 < self.sample < len(made) else made

    def _wait(self) -> None:
        while self.wait_while and self.wait_while.exists():
            time.sleep(3)

    def _first_run(self, session: pytest.Session, wanted: set[CodeType]) -> Seen:
        seen = Seen()
        for item, after in zip(session.items, [*session.items[1:], Stay(session)], strict=True):

            def notice(frame: FrameType, event: str, _arg: object, name: str = item.nodeid) -> None:
                if event == "call" and frame.f_code in wanted:
                    seen.callers[frame.f_code].add(name)

            self._wait()
            started = time.monotonic()
            sys.setprofile(notice)
            try:
                reports = runtestprotocol(item, log=False, nextitem=after)
            finally:
                sys.setprofile(None)
            if any(report.failed for report in reports):
                raise pytest.UsageError(f"{item.nodeid} fails without any mutant: {reports}")
            seen.seconds[item.nodeid] = time.monotonic() - started
        return seen

    def _fit(self, session: pytest.Session, seen: Seen) -> Iterator[pytest.Item]:
        """Give the tests that pass in a fork where nothing was changed. The others would notice each mutant, rightly or not."""
        for start in range(0, len(session.items), QUICKEST):
            left = session.items[start : start + QUICKEST]
            while left and (ended := self._forked(session, None, left, seen)) != SURVIVED:
                self._wait()
                if ended is None or ended < FIRST_TEST:
                    raise pytest.UsageError(f"no test can be asked in a fork, from {left[0].nodeid} on")
                print(f"not asked, it fails in a fork: {left.pop(ended - FIRST_TEST).nodeid}", flush=True)
            yield from left

    def _judge(self, session: pytest.Session, mutant: Mutant, items: list[pytest.Item], seen: Seen) -> str:
        ended = self._forked(session, mutant, items, seen)
        if ended is not None and ended >= FIRST_TEST:
            self.noticed[(mutant.path, mutant.function)][items[ended - FIRST_TEST].nodeid] += 1
        return "timeout" if ended is None else "survived" if ended == SURVIVED else "killed"

    def _forked(
        self, session: pytest.Session, mutant: Mutant | None, items: list[pytest.Item], seen: Seen
    ) -> int | None:
        """Run tests in a fork until one fails. Returns how it ended, None when its time was over."""
        from django.db import connections

        connections.close_all()
        child = os.fork()
        if not child:
            os._exit(self._in_child(session, mutant, items))
        return _ended(child, within=PATIENCE + 10 * sum(seen.seconds[item.nodeid] for item in items))

    def _in_child(self, session: pytest.Session, mutant: Mutant | None, items: list[pytest.Item]) -> int:
        os.setsid()  # what the tests start can then be ended with it
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            if mutant and not put_in_place(mutant):
                return BROKEN
            for place, (item, after) in enumerate(zip(items, [*items[1:], Stay(session)], strict=True)):
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):
                    session._setupstate.teardown_exact(Stay(session))
                    return FIRST_TEST + place
        except BaseException:  # noqa: BLE001 - the end of a process of its own: whatever went wrong, a test noticed
            return BROKEN
        return SURVIVED

    def _report(self, count: int) -> None:
        caught = self.verdicts["killed"] + self.verdicts["timeout"]
        share = 100 * caught / count if count else 100.0
        told = " ".join(f"{name}={self.verdicts[name]}" for name in ("killed", "timeout", "survived", "untested"))
        print(f"\nmutants={count} {told} score={share:.1f}%", flush=True)


def _module(test: str) -> str:
    return test.partition("::")[0]


def _ended(child: int, *, within: float) -> int | None:
    """Wait for a child; None when its time was over, then it and all it started is gone."""
    until = time.monotonic() + within
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(0.01)


def _arguments(areas: Iterator[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.mutation", description=__doc__)
    parser.add_argument("area", choices=sorted(areas))
    parser.add_argument(
        "--only", nargs="+", default=[], help="only mutants with one of these in their name, as printed"
    )
    parser.add_argument("--sample", type=int, default=0, help="only so many, drawn by chance, the same in each run")
    parser.add_argument("--wait-while", type=Path, help="stand still while this file exists")
    return parser.parse_args()


def main() -> int:
    """Try an area. The exit code is 1 below 90 %."""
    chosen = _arguments(iter(AREAS))
    area = AREAS[chosen.area]
    plugin = Mutating(area, wait_while=chosen.wait_while, only=chosen.only, sample=chosen.sample)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "-m", "not browser and not journey"]
    code = pytest.main([*options, *area.tests], plugins=[plugin])
    caught, all_of_them = plugin.verdicts["killed"] + plugin.verdicts["timeout"], plugin.verdicts.total()
    return 1 if code != 0 or caught < 0.9 * all_of_them else 0


if __name__ == "__main__":
    sys.exit(main())
