"""The organisation's rules: the first that fits decides, trust decides the rest, and what makes no sense is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from enquiries.rules import policy as rule
from enquiries.rules.policy import BadPolicy, Known, Outcome, Rule, Situation, Trust
from enquiries.rules.tone import tone_of

USUAL = Situation(
    agent=1,
    channel="x",
    account=10,
    team=3,
    topic=5,
    side="PUBLIC",
    text="We collect your bin tomorrow.",
    tone="NEUTRAL",
    incident=False,
    first_reply=False,
)
KNOWN = Known(
    agents=frozenset({1, 2}),
    accounts={10: "x", 11: "email"},
    teams=frozenset({3, 4}),
    topics={5: 3, 6: 4, 7: None},
    channels=frozenset({"x", "facebook", "email", "web"}),
)


def a_rule(outcome: str, *, percent: int | None = None, **when: list[Any]) -> Rule:
    return Rule(name=outcome.lower(), outcome=Outcome(outcome), when=when, percent=percent)


def test_without_rules_and_trust_everything_is_checked():
    assert rule.decide([], USUAL, trust=None, drawn=9999).persons == 1


@pytest.mark.parametrize(
    ("trust", "drawn", "persons"),
    [
        (Trust(level="CHECKED"), 9999, 1),
        (Trust(level="SAMPLED", percent=20), 1999, 1),
        (Trust(level="SAMPLED", percent=20), 2000, 0),
        (Trust(level="FREE"), 0, 0),
    ],
)
def test_trust_decides_where_no_rule_fits(trust: Trust, drawn: int, persons: int):
    made = rule.decide([a_rule("TWO", channel=["email"])], USUAL, trust=trust, drawn=drawn)
    assert (made.persons, made.by_trust, made.rule_n) == (persons, True, None)


def test_the_first_rule_that_fits_decides():
    rules = [a_rule("TWO", side=["PRIVATE"]), a_rule("FREE", channel=["x"]), a_rule("ALWAYS")]
    made = rule.decide(rules, USUAL, trust=None, drawn=0)
    assert (made.persons, made.rule_n) == (0, 1)


@pytest.mark.parametrize(
    ("when", "situation", "fits"),
    [
        ({"agent": [1, 2]}, {}, True),
        ({"agent": [2]}, {}, False),
        ({"account": [10], "side": ["PUBLIC"]}, {}, True),
        ({"account": [10], "side": ["PRIVATE"]}, {}, False),
        ({"team": [None]}, {"team": None}, True),
        ({"topic": [5]}, {"topic": 6}, False),
        ({"tone": ["HOSTILE", "CRITICAL"]}, {"tone": "CRITICAL"}, True),
        ({"incident": [True]}, {}, False),
        ({"first_reply": [True]}, {"first_reply": True}, True),
        ({"words": ["joke", "grap*"]}, {"text": "Een GRAPJE moet kunnen"}, True),
        ({"words": ["bin"]}, {"text": "We are combining forces"}, False),
        ({"words": ["café"]}, {"text": "In het CAFE op de hoek"}, True),
    ],
)
def test_rule_fits_when_all_its_conditions_hold(when: dict[str, list[Any]], situation: dict[str, Any], fits: bool):
    assert rule.fits(Rule(name="r", outcome=Outcome.TWO, when=when), replace(USUAL, **situation)) is fits


def test_draw_is_the_same_for_the_same_reply_and_even_over_many():
    assert rule.draw(seed="s", key="1:2") == rule.draw(seed="s", key="1:2")
    drawn = [rule.draw(seed="s", key=str(n)) for n in range(4000)]
    assert 0.18 < sum(each < 2000 for each in drawn) / len(drawn) < 0.22


def test_draw_depends_on_the_secret():
    assert rule.draw(seed="one", key="1") != rule.draw(seed="two", key="1")


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("nonsense", "NO_LIST"),
        ([{"name": "", "when": {}, "then": {"outcome": "FREE"}}], "SHAPE"),
        ([{"name": "a", "when": {}, "then": {"outcome": "MAYBE"}}], "OUTCOME"),
        ([{"name": "a", "when": {"moon": [1]}, "then": {"outcome": "FREE"}}], "UNKNOWN_CONDITION.*moon"),
        ([{"name": "a", "when": {"side": []}, "then": {"outcome": "FREE"}}], "NO_VALUE"),
        ([{"name": "a", "when": {}, "then": {"outcome": "SAMPLE"}}], "SHARE"),
        ([{"name": "a", "when": {}, "then": {"outcome": "SAMPLE", "percent": 100}}], "SHARE"),
        ([{"name": "a", "when": {}, "then": {"outcome": "SAMPLE", "percent": True}}], "SHARE"),
        ([{"name": "a", "when": {}, "then": {"outcome": "FREE"}, "extra": 1}], "SHAPE"),
    ],
)
def test_what_is_no_policy_is_refused_with_the_reason(rules: object, told: str):
    with pytest.raises(BadPolicy, match=told):
        rule.read_rules(rules)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([a_rule("TWO", agent=[99])], "NOT_THERE.*agent"),
        ([a_rule("TWO", first_reply=["yes"])], "NOT_THERE.*first_reply"),
        ([a_rule("TWO", words=["  "])], "EMPTY_WORD"),
        ([a_rule("TWO", channel=["facebook"], account=[10])], "ACCOUNT_OFF_CHANNEL"),
        ([a_rule("TWO", topic=[6], team=[3])], "TOPIC_OFF_TEAM"),
        ([a_rule("TWO", side=["PUBLIC"], channel=["email", "web"])], "NOTHING_PUBLIC"),
        ([a_rule("TWO", side=["PUBLIC"], account=[11])], "NOTHING_PUBLIC"),
        ([a_rule("TWO", channel=["x"]), a_rule("FREE", channel=["x"])], "CONTRADICTS.*'earlier': 1"),
        ([a_rule("SAMPLE", percent=10), a_rule("SAMPLE", percent=20)], "CONTRADICTS.*'earlier': 1"),
        ([a_rule("ALWAYS"), a_rule("TWO", channel=["x"])], "NEVER_DECIDES"),
        ([a_rule("ALWAYS", channel=["x", "email"]), a_rule("TWO", channel=["x"], team=[3])], "NEVER_DECIDES"),
    ],
)
def test_rule_that_can_never_decide_or_contradicts_is_refused_with_the_reason(rules: list[Rule], told: str):
    with pytest.raises(BadPolicy, match=told):
        rule.check_rules(rules, KNOWN)


def test_rules_without_a_condition_are_told_apart():
    assert rule.unconditional([a_rule("TWO", channel=["x"]), a_rule("ALWAYS"), a_rule("FREE")]) == [1, 2]


def test_narrow_rules_before_wide_ones_are_accepted():
    rule.check_rules(
        [a_rule("TWO", channel=["x"], topic=[5]), a_rule("ALWAYS", channel=["x"]), a_rule("BY_TRUST")], KNOWN
    )


def test_rules_are_read_as_they_were_written():
    rules = [a_rule("SAMPLE", percent=20, channel=["x"], words=["joke"]), a_rule("BY_TRUST")]
    assert rule.read_rules(rule.write_rules(rules)) == rules


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("When do you collect the bins?", "NEUTRAL"),
        ("Thank you, well done", "THANKFUL"),
        ("This is unacceptable, third time!", "CRITICAL"),
        ("Nog steeds niet opgehaald", "CRITICAL"),
        ("WHY DOES NOBODY AT THE CITY EVER ANSWER ANY OF MY MAILS", "CRITICAL"),
        ("You are all idiots", "HOSTILE"),
        ("Jullie zijn leugenaars", "HOSTILE"),
        ("متى تأتون؟", "NEUTRAL"),
    ],
)
def test_tone_is_told_from_words(text: str, tone: str):
    assert tone_of(text).tone == tone


def test_tone_tells_the_words_it_was_told_from():
    assert tone_of("Shame on you, idiots").words == ("idiot", "shame on you")
