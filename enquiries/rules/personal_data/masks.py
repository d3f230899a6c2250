"""Shapes of the numbers that an organisation's other systems give out: which of them say too little to be of use.

In a mask 9 is a digit, A a letter, and every other character stands for itself (`filed.mask_pattern` reads it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

FEWEST_PLACES = 4
FEWEST_DIGITS_ALONE = 6
LONGEST = 40
MARKS = re.compile(r"[^A-Za-z0-9]+")


class MaskFault(StrEnum):
    """Why a mask is refused; the caller has a translated sentence for each."""

    TOO_LONG = "TOO_LONG"
    TOO_SHORT = "TOO_SHORT"
    NO_DIGIT = "NO_DIGIT"
    ORDINARY_NUMBER = "ORDINARY_NUMBER"
    DATE = "DATE"
    DIGITS_ALONE = "DIGITS_ALONE"
    POSTCODE = "POSTCODE"
    LICENCE_PLATE = "LICENCE_PLATE"
    IBAN = "IBAN"
    NATIONAL_NUMBER = "NATIONAL_NUMBER"


DATES = ("99-99-9999", "9-9-9999", "9999-99-99", "99-99-99")
# What must never be waved through because a mask fits it by chance. Marks between the characters do not count.
PERSONAL: Mapping[MaskFault, tuple[str, ...]] = {
    MaskFault.POSTCODE: ("9999AA", "A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"),
    MaskFault.LICENCE_PLATE: (
        "AA99AAA",
        "AA9999",
        "99AA99",
        "9999AA",
        "AA99AA",
        "AAAA99",
        "99AAAA",
        "99AAA9",
        "9AAA99",
        "AA999A",
        "A999AA",
        "A999AAA",
        "AAA999A",
    ),
    MaskFault.IBAN: ("AA99AAAA9999999999", "AA99AAAA99999999999999"),
    MaskFault.NATIONAL_NUMBER: (
        "AA999999A",
        "99999999A",
        "A9999999A",
        "9999999A",
        "9999999AA",
        "999999999A",
        "AAAAAA99A99A999A",
    ),
}


def fault_of(mask: str, *, is_public: bool) -> MaskFault | None:
    """Say what is wrong with a mask; None where it can be used. Masks of what may stand in public have to be the stricter."""
    if len(mask) > LONGEST:
        return MaskFault.TOO_LONG
    if sum(character in "9A" for character in mask) < FEWEST_PLACES:
        return MaskFault.TOO_SHORT
    if "9" not in mask:
        return MaskFault.NO_DIGIT
    if any(_overlap(mask, date) for date in _dates()):
        return MaskFault.DATE
    if not re.search(r"[A-Za-z]", mask):
        return _digits_alone(mask, is_public=is_public)
    return _personal(MARKS.sub("", mask)) if is_public else None


def _digits_alone(mask: str, *, is_public: bool) -> MaskFault | None:
    if is_public:
        return MaskFault.DIGITS_ALONE
    digits = MARKS.sub("", mask)
    return MaskFault.ORDINARY_NUMBER if len(digits) < FEWEST_DIGITS_ALONE else None


def _personal(bare: str) -> MaskFault | None:
    for fault, shapes in PERSONAL.items():
        if any(_overlap(bare, shape) for shape in shapes):
            return fault
    return MaskFault.POSTCODE if _has_postcode(bare) else None


def _has_postcode(bare: str) -> bool:
    """Whether it is a postcode with a house number, that is digits, behind or before it."""
    for shape in PERSONAL[MaskFault.POSTCODE]:
        ends = [(bare[: len(shape)], bare[len(shape) :]), (bare[-len(shape) :], bare[: -len(shape)])]
        if any(_overlap(code, shape) and set(rest) <= set("0123456789") for code, rest in ends):
            return True
    return False


def _dates() -> list[str]:
    return [date.replace("-", mark) for date in DATES for mark in "-./"]


def _overlap(mask: str, shape: str) -> bool:
    """Whether something fits both. A letter that stands for itself makes a shape one's own; a digit does not."""
    return len(mask) == len(shape) and all(
        ours == theirs or (theirs == "9" and ours.isdigit()) for ours, theirs in zip(mask, shape, strict=True)
    )
