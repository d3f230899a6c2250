"""Time and changes in words, by table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.approving.changes import changes
from agents.templatetags.desk import breakable, headline, is_other_than, said
from agents.timing import time_left, when
from agents.writing.composing import Measure

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # Wednesday
LONDON = ZoneInfo("Europe/London")
AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize(
    ("minutes", "words", "tone"),
    [
        (-60 * 24 * 3, "3 days over", "over"),
        (-60 * 20, "20 h over", "over"),
        (-65, "1 h 05 min over", "over"),
        (-10, "10 min over", "over"),
        (0, "1 min over", "over"),
        (0.5, "1 min left", "soon"),
        (12, "12 min left", "soon"),
        (60, "1 h left", "soon"),
        (61, "1 h 01 min left", "calm"),
        (180, "3 h left", "calm"),
        (60 * 5, "due 17:00", "calm"),
        (60 * 21, "tomorrow 09:00", "calm"),
        (60 * 24 * 2, "Fri 12:00", "calm"),
        (60 * 24 * 9, "27 Nov", "calm"),
    ],
)
def test_time_left_is_said_as_people_say_it(minutes: float, words: str, tone: str):
    left = time_left(NOW + timedelta(minutes=minutes), now=NOW, zone=LONDON)

    assert (left.words, left.tone) == (words, tone)


def test_nothing_promised_has_no_words():
    assert time_left(None, now=NOW, zone=LONDON).tone == "none"


def test_moment_ahead_is_that_of_the_organisation():
    # Noon in London is one in the morning in Auckland, a day later.
    assert time_left(NOW + timedelta(hours=5), now=NOW, zone=AUCKLAND).words == "due 06:00"


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "11:00"), (14, "Tue 22:00"), (24 * 8, "10 Nov 12:00"), (24 * 400, "14 Oct 2025")]
)
def test_past_is_as_short_as_it_can_be(hours: int, words: str):
    assert when((NOW - timedelta(hours=hours)).astimezone(LONDON), today=NOW.astimezone(LONDON).date()) == words


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("We come soon.", "We come tomorrow.", "We come -soon-+tomorrow+."),
        ("Thank you.", "Thank you.", "Thank you."),
        ("", "New.", "+New.+"),
        ("Gone.", "", "-Gone.-"),
        ("a b c", "a x y c", "a -b-+x y+ c"),
        ("شكرًا لك", "شكرًا جزيلًا لك", "شكرًا +جزيلًا +لك"),
    ],
)
def test_changes_are_marked_word_by_word(before: str, after: str, shown: str):
    marks = {"same": "", "added": "+", "gone": "-"}

    assert "".join(f"{marks[run.kind]}{run.text}{marks[run.kind]}" for run in changes(before, after)) == shown


@pytest.mark.parametrize(
    ("before", "after"),
    [("one two  three\n\nfour", "one 2 three four five"), ("a b c d", "d c b a"), ("x, y; z", "x y z!"), (" a ", "b ")],
)
def test_changes_hold_both_texts_whole(before: str, after: str):
    runs = changes(before, after)

    assert "".join(run.text for run in runs if run.kind != "gone") == after
    assert "".join(run.text for run in runs if run.kind != "added") == before


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("@northwell Our bin is full", "Our bin is full"),
        ("@northwell @other\n the bin", "the bin"),
        ("@northwell", "@northwell"),
        ("@northwell @other ", "@northwell @other "),
        ("Mail to ann@example.org", "Mail to ann@example.org"),
    ],
)
def test_headline_leaves_out_the_handles_before_the_words(subject: str, shown: str):
    assert headline(subject) == shown


def test_handles_do_not_decide_the_direction_of_a_post():
    assert (
        said("@northwell متى <b>") == '<div class="words" dir="auto"><p><bdi>@northwell</bdi> متى &lt;b&gt;</p></div>'
    )


def test_long_measure_is_grouped():
    assert Measure(length=0, most=10000).words == "0 of 10,000"
    assert Measure(length=12000, most=10000).words == "2,000 too long: 12,000 of 10,000"


@pytest.mark.parametrize(
    ("subject", "is_other"),
    [("Re: Bins", False), ("AW: RE: Bins", False), ("Bins", False), ("", False), ("Re: Rats", True), ("Rats", True)],
)
def test_answer_to_a_subject_is_no_other_subject(subject: str, is_other: bool):
    assert is_other_than(subject, "Bins") is is_other


@pytest.mark.parametrize(
    ("address", "drawn"),
    [
        ("dana@example.org", "dana@<wbr>example.<wbr>org"),
        ("first.last_name@x.example", "first.<wbr>last_<wbr>name@<wbr>x.<wbr>example"),
        ("@dana", "@dana"),
        ("<b>@x", "&lt;b&gt;@x"),
        ("", ""),
    ],
)
def test_long_address_may_go_on_in_the_next_line_at_its_joints(address: str, drawn: str):
    assert breakable(address) == drawn
