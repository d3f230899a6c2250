"""Killed, frozen, cut off and lied to: each approved reply is there once or with a person, and nothing else is there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bench.chaos_told import CUTS, Progress, Verdict
from bench.chaos_world import Planned, World
from tests.workers import ROOT, quick_start

LINE = re.compile(r"replies=(\d+) posted=(\d+) duplicates=0 lost=0 unapproved=0 parked=(\d+) kills=(\d+) faults=(\d+)")


@pytest.mark.journey
def test_nothing_is_lost_or_said_twice_whatever_happens():
    command = [sys.executable, "-m", "bench.chaos", "--replies", "60", "--seconds", "120", "--seed", "7"]

    run = subprocess.run(command, cwd=ROOT, env=quick_start(), capture_output=True, text=True, timeout=400, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    found = LINE.fullmatch(run.stdout.splitlines()[-1])
    assert found, run.stdout
    assert all(what in run.stdout for what, *_ in CUTS)
    replies, posted, parked, kills, faults = map(int, found.groups())
    assert replies == 57
    assert posted + parked >= replies
    assert kills > 0
    assert faults > replies / 2


GOOD = Verdict(
    replies=9,
    posted=9,
    duplicates=0,
    lost=0,
    unapproved=0,
    parked=0,
    kills=1,
    faults=5,
    calls=9,
    troubles=Counter(),
    halts=Counter(),
    seconds=1.0,
)


@pytest.mark.parametrize("name", ["duplicates", "lost", "unapproved"])
def test_one_of_the_three_is_enough_to_fail(name: str):
    assert GOOD.is_good
    assert not replace(GOOD, **{name: 1}).is_good  # type: ignore[arg-type]


def test_reply_with_a_person_is_no_failure():
    assert replace(GOOD, parked=3, posted=6).is_good


def test_what_was_interrupted_proves_nothing():
    partial = replace(GOOD, is_whole=False)

    assert not partial.is_good
    assert any("INTERRUPTED" in words for words in partial.words())


def test_verdict_tells_whether_faults_had_to_end_early():
    assert any("until the last reply had ended" in words for words in GOOD.words())
    assert any("ended after 41 seconds" in words for words in replace(GOOD, peace_after=41.2).words())


def test_verdict_ends_with_its_line():
    assert GOOD.words()[-1] == GOOD.line()


def test_long_work_tells_how_far_it_is(capsys: pytest.CaptureFixture[str]):
    progress = Progress(due=10)

    progress.tell(None, kills=0, troubles=0)
    progress.tell(Counter(POSTED=4, UNKNOWN=1, QUEUED=5), kills=2, troubles=3)
    progress.tell(Counter(POSTED=5, QUEUED=5), kills=2, troubles=3)

    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1, "once in ten seconds is enough"
    assert "4 of 10 ended, 1 in doubt, 5 waiting; 3 troubles, 2 of them kills" in told[0]


def test_verdict_is_one_line():
    assert LINE.fullmatch(GOOD.line())


class Told(World):
    """A world whose ledgers are written here."""

    def __init__(self, *posts: tuple[str, str]) -> None:
        self.urls = {"x": "", "facebook": "", "mailbox": ""}
        self.posts = posts

    def _ledger(self, name: str) -> dict[str, Any]:
        posts = [{"text": text, "target": at, "by_api": True, "deleted": False} for text, at in self.posts]
        by_name: dict[str, dict[str, Any]] = {
            "x": {"posts": posts},
            "facebook": {"comments": [], "messages": []},
            "mailbox": {"mails": []},
        }
        return {**by_name[name], "faults_by_chance": 1, "calls": {"create_post": 2}}


def planned(number: int, *, is_decoy: bool = False) -> Planned:
    at = str(number)
    return Planned(
        number=number, place="x", text=f"Answer {number}", target=at, recipient="", thread=at, is_decoy=is_decoy
    )


def test_second_copy_is_seen():
    seen = Told(("Answer 1", "1"), ("Answer 1", "1")).look([planned(1)])

    assert (seen.copies, seen.unapproved) == ({1: 2}, ())


@pytest.mark.parametrize(
    ("text", "at"), [("Answer 2", "2"), ("Answer 1", "elsewhere"), ("Answer 1!", "1")], ids=["decoy", "place", "words"]
)
def test_what_nobody_approved_is_seen(text: str, at: str):
    seen = Told((text, at)).look([planned(1), planned(2, is_decoy=True)])

    assert len(seen.unapproved) == 1
