"""References survive being read out, and every small mistake is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.rules import references
from enquiries.rules.references import ALPHABET, make, normalise

some = st.text(alphabet=ALPHABET, min_size=7, max_size=7)


def from_letters(letters: str) -> str:
    left = iter(letters)
    return make("NW", choose=lambda _: next(left))


@given(some)
def test_reference_is_read_back_however_it_was_typed(letters: str):
    reference = from_letters(letters)

    assert normalise(reference.lower().replace("-", " ")) == reference
    assert normalise(reference.replace("-", "")) == reference


@given(some, st.integers(min_value=0, max_value=7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(letters: str, place: int, wrong: str):
    body = from_letters(letters).removeprefix("NW-").replace("-", "")
    typed = body[:place] + wrong + body[place + 1 :]

    assert (normalise(f"NW{typed}") is None) == (typed != body)


@given(some, st.integers(min_value=0, max_value=6))
def test_two_swapped_neighbours_are_noticed(letters: str, place: int):
    body = from_letters(letters).removeprefix("NW-").replace("-", "")
    typed = body[:place] + body[place + 1] + body[place] + body[place + 2 :]

    assert (normalise(f"NW{typed}") is None) == (typed != body)


@pytest.mark.parametrize("text", ["", "NW", "NW-0000-0000", "1234-5678-90", "' OR 1=1 --", "NW-7KMP", "é" * 12])
def test_what_is_no_reference_is_none(text: str):
    assert normalise(text) is None


def test_letters_that_look_alike_are_not_used():
    assert not set("01ILO") & set(ALPHABET)


def test_references_do_not_follow_one_another():
    made = [make("NW") for _ in range(200)]

    assert len({reference[3:6] for reference in made}) > 150
    assert len(set(made)) == 200
    assert references.RANDOM_LENGTH == 7
