"""The ladder: what each step asks for, what is missing in figures, and what speaks for a step down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from enquiries.rules.trust import Criteria, Evidence, Level, add_months, missing, propose, review_date

START, TODAY = date(2026, 5, 1), date(2026, 11, 20)
CRITERIA = Criteria()
GOOD = Evidence(first_on=START, submitted=110, approved=110, unchanged=108, answered=110, reopened=4)
SAMPLED = Evidence(
    first_on=START,
    level_since=date(2026, 8, 1),
    submitted=60,
    approved=24,
    unchanged=23,
    released=36,
    answered=60,
    reviews=30,
    marks=4.4,
)


def gaps(level: Level, found: Evidence, today: date = TODAY) -> list[str]:
    return [str(line) for line in missing(level, found, CRITERIA, today=today)]


def test_good_figures_after_six_months_propose_a_sample():
    proposal = propose(Level.CHECKED, GOOD, CRITERIA, today=TODAY)

    assert proposal is not None
    assert (proposal.level, proposal.percent) == (Level.SAMPLED, 20)
    assert proposal.reason == (
        "108 of 110 read replies left unchanged (98 %). Reviewed after 6 months on this level, since 2026-05-01. "
        "After 4 of 110 answers the citizen wrote again; nothing was seriously wrong."
    )


def test_nothing_is_proposed_before_the_first_review():
    assert gaps(Level.CHECKED, GOOD, date(2026, 10, 31)) == ["Day 183 of 184; the review is on 2026-11-01, 1 to go."]
    assert propose(Level.CHECKED, GOOD, CRITERIA, today=date(2026, 10, 31)) is None
    assert propose(Level.CHECKED, GOOD, CRITERIA, today=date(2026, 11, 1)) is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"approved": 82, "unchanged": 82}, "82 of 100 approved replies; 18 to go."),
        ({"unchanged": 104}, "94 % approved unchanged (104 of 110); 95 % are needed."),
        (
            {"reopened": 30},
            "After 27 % of the answers the citizen wrote again within a week; at most 20 % may be.",
        ),
        (
            {"last_serious_on": date(2026, 9, 3)},
            "A reply was seriously wrong on 2026-09-03; that stands in the way until 2027-03-03.",
        ),
        ({"marks": 3.2}, "The average mark of the reviews is 3.2; 3.5 is needed."),
        (
            {"said": 10, "helped": 4},
            "40 % of the citizens who told us say that the answer helped (4 of 10); 50 % are needed.",
        ),
        ({"review_on": date(2027, 1, 20)}, "Day 203 of 264; the review is on 2027-01-20, 61 to go."),
        (
            {"first_on": None},
            "The first reply on this channel is still to come; the time counts from that day.",
        ),
    ],
)
def test_what_is_missing_is_said_in_figures(change: dict[str, object], sentence: str):
    found = replace(GOOD, **change)  # type: ignore[arg-type]

    assert gaps(Level.CHECKED, found) == [sentence]
    assert propose(Level.CHECKED, found, CRITERIA, today=TODAY) is None


@pytest.mark.parametrize("said", [{"said": 9, "helped": 0}, {"said": 4, "helped": 0}, {"said": 10, "helped": 5}])
def test_few_words_of_citizens_or_good_ones_stand_in_nobodys_way(said: dict[str, Any]):
    assert gaps(Level.CHECKED, replace(GOOD, **said)) == []


def test_proposal_tells_how_many_were_helped_where_they_are_enough():
    few, enough = (
        propose(Level.CHECKED, replace(GOOD, said=said, helped=said - 1), CRITERIA, today=TODAY) for said in (4, 5)
    )

    assert few is not None
    assert "citizens" not in few.reason
    assert enough is not None
    assert enough.reason.endswith("4 of 5 citizens who told us say that the answer helped.")


def test_serious_finding_stands_in_the_way_for_six_months_only():
    assert gaps(Level.CHECKED, replace(GOOD, last_serious_on=date(2026, 5, 20))) == []


def test_sampled_for_three_months_with_good_reviews_may_go_free():
    proposal = propose(Level.SAMPLED, SAMPLED, CRITERIA, today=TODAY)

    assert proposal is not None
    assert (proposal.level, proposal.percent) == (Level.FREE, 100)
    assert proposal.reason.endswith("30 were looked at afterwards, with 4.4 of 5 on average.")


def test_going_free_needs_replies_that_were_looked_at_afterwards():
    assert gaps(Level.SAMPLED, replace(SAMPLED, reviews=5)) == ["5 of 20 replies looked at afterwards; 15 to go."]


def test_poor_figures_propose_one_step_down():
    proposal = propose(Level.FREE, replace(SAMPLED, approved=25, unchanged=15), CRITERIA, today=TODAY)

    assert proposal is not None
    assert (proposal.level, proposal.percent) == (Level.SAMPLED, 20)
    assert proposal.reason == "Only 15 of 25 read replies left unchanged (60 %)."


def test_poor_marks_propose_one_step_down():
    proposal = propose(Level.SAMPLED, replace(SAMPLED, marks=2.6), CRITERIA, today=TODAY)

    assert proposal is not None
    assert proposal.level is Level.CHECKED
    assert proposal.reason == "The average mark of 30 reviews is 2.6."


def test_nothing_is_above_free_and_nothing_below_checked():
    assert propose(Level.FREE, SAMPLED, CRITERIA, today=TODAY) is None
    assert gaps(Level.FREE, SAMPLED) == []
    assert propose(Level.CHECKED, replace(GOOD, unchanged=10), CRITERIA, today=TODAY) is None


def test_organisation_sets_its_own_first_review():
    assert review_date(Level.CHECKED, GOOD, Criteria(first_review_months=9)) == date(2027, 2, 1)
    assert review_date(Level.SAMPLED, SAMPLED, Criteria(first_review_months=9)) == date(2026, 11, 1)


def test_months_keep_to_the_end_of_a_shorter_one():
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 1), 1) == date(2027, 1, 1)
