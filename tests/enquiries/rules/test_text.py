"""Texts from outside are made fit to keep, and nothing a reader could see is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.rules.text import clean, one_line

TABLE = [
    ("plain", "plain"),
    ("nul\x00byte", "nulbyte"),
    ("bell\x07", "bell"),
    ("\ud800lone", "\ufffdlone"),
    ("\ud83d\ude00", "😀"),
    ("evil\u202etxt.exe", "eviltxt.exe"),
    ("line\r\nline\rline", "line\nline\nline"),
    ("e\u0301", "é"),
    ("شكرا", "شكرا"),
]


@pytest.mark.parametrize(("raw", "fit"), TABLE)
def test_text_is_made_fit(raw: str, fit: str):
    assert clean(raw) == fit


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str):
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


def test_heading_is_cut_at_a_word():
    assert one_line("one two three four", most=12) == "one two…"
    assert one_line("short\nlines", most=50) == "short lines"
    assert len(one_line("x" * 500, most=100)) == 100
