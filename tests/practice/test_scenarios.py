"""What there is to practise on."""

from __future__ import annotations

import pytest

from practice.scenarios import SCENARIOS, UnknownScenario, scenario


def test_there_is_enough_for_a_first_week():
    assert len(SCENARIOS) >= 12
    assert {one.language for one in SCENARIOS} == {"en", "nl", "ar"}
    assert {one.side for one in SCENARIOS} == {"PUBLIC", "PRIVATE"}
    assert len({one.key for one in SCENARIOS}) == len(SCENARIOS)


@pytest.mark.parametrize("skill", ["An angry citizen", "Private data", "Somebody in need", "Not for us"])
def test_what_goes_wrong_most_is_practised(skill: str):
    assert any(one.skill == skill for one in SCENARIOS)


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.key)
def test_each_says_what_a_good_answer_holds_and_where_the_trap_is(one):
    assert one.holds
    assert one.trap
    assert one.text
    assert ":" not in one.key
    assert scenario(one.key) is one


def test_unknown_scenario_is_refused():
    with pytest.raises(UnknownScenario):
        scenario("nothing")
