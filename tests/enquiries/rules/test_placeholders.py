"""Placeholders: what is refused and what was probably meant, and that nothing private reaches a public text."""

from __future__ import annotations

import pytest

from enquiries.rules.placeholders import KNOWN, NotInPublic, Wrong, fill, longest, names_in, nearest, problems_of


@pytest.mark.parametrize("name", KNOWN)
def test_each_known_placeholder_is_accepted(name: str):
    assert problems_of(f"Before {{{name}}} after.", in_public=False) == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Dear {citizen}", Wrong.UNKNOWN),
        ("Dear { citizen_name }", Wrong.UNKNOWN),
        ("Dear {Citizen_Name}", Wrong.UNKNOWN),
        ("Dear {}", Wrong.UNKNOWN),
        ("{reference} and again {reference}", Wrong.TWICE),
        ("Dear {{citizen_name}}", Wrong.DOUBLE_BRACES),
        ("Dear {citizen_name", Wrong.UNBALANCED),
        ("Dear citizen_name}", Wrong.UNBALANCED),
        ("a {b {due}", Wrong.UNBALANCED),
    ],
)
def test_bad_placeholder_is_named(text: str, wrong: Wrong):
    assert [problem.wrong for problem in problems_of(text, in_public=False)] == [wrong]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("citizen", "citizen_name"),
        ("Citizen Name", "citizen_name"),
        ("citzen_name", "citizen_name"),
        ("organization", "organisation"),
        ("deadline", "due"),
        ("url", "link"),
        ("refrence", "reference"),
        ("zebra", ""),
    ],
)
def test_nearest_name_is_what_was_meant(typed: str, meant: str):
    assert nearest(typed) == meant


def test_private_placeholder_is_refused_in_a_public_text():
    problems = problems_of("{citizen_name} {due}", in_public=True)

    assert [(one.wrong, one.found) for one in problems] == [(Wrong.PRIVATE, "{citizen_name}")]


def test_public_text_is_never_filled_with_something_private():
    with pytest.raises(NotInPublic) as refused:
        fill("Dear {citizen_name}, {due}", {"citizen_name": "Dana", "due": "Friday"}, in_public=True)

    assert refused.value.names == ("citizen_name",)


def test_value_that_is_not_known_leaves_its_gap():
    filled = fill("By {due}, {team}.", {"due": "", "team": "Waste"}, in_public=True)

    assert (filled.text, filled.gaps) == ("By {due}, Waste.", ("due",))


def test_braces_in_a_value_are_not_filled_again():
    filled = fill("Dear {citizen_name}", {"citizen_name": "{reference}", "reference": "SECRET"}, in_public=False)

    assert filled.text == "Dear {reference}"


def test_names_are_listed_once_and_in_order():
    assert names_in("{team} {due} {team} {nothing}") == ("team", "due")


def test_longest_text_has_no_gap_left():
    assert "{" not in longest("".join(f"{{{name}}}" for name in KNOWN))
