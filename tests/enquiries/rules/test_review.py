"""The review sheet: six points, marks from 1 to 5, and words where there is something to learn."""

from __future__ import annotations

import pytest

from enquiries.rules.review import NAMES, SHEET, SheetIncomplete, average, checked

FULL = dict.fromkeys(NAMES, 4)


def test_sheet_asks_for_care_and_for_private_data():
    assert {"empathy", "private", "correct", "complete", "plain", "tone"} == set(NAMES)
    assert all(point.question.endswith("?") for point in SHEET)


def test_full_sheet_is_kept():
    assert checked(FULL, verdict="GOOD", note="") == FULL
    assert average(FULL) == 4


@pytest.mark.parametrize("mark", [0, 6, None, "4", True, 3.5])
def test_strange_mark_is_refused(mark: object):
    with pytest.raises(SheetIncomplete, match="mark from 1 to 5"):
        checked(FULL | {"tone": mark}, verdict="GOOD", note="")


def test_unknown_point_is_refused():
    with pytest.raises(SheetIncomplete, match="no such point"):
        checked(FULL | {"speed": 4}, verdict="GOOD", note="")


@pytest.mark.parametrize("verdict", ["COACH", "SERIOUS"])
def test_something_to_learn_needs_words(verdict: str):
    with pytest.raises(SheetIncomplete, match="can learn"):
        checked(FULL, verdict=verdict, note="  ")
    assert checked(FULL, verdict=verdict, note="Name the date.") == FULL


def test_unknown_verdict_is_refused():
    with pytest.raises(SheetIncomplete, match="what came of it"):
        checked(FULL, verdict="", note="")
