"""Refuses, in words, shapes of numbers that the personal-data guard could not use, or that would blind it."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.rules.personal_data import MaskFault, fault_of

MOST_MASKS = 50
FAULTS: Mapping[MaskFault, Promise] = {
    MaskFault.TOO_LONG: _("“%(mask)s” is longer than any number that something is filed under."),
    MaskFault.TOO_SHORT: _("“%(mask)s” fits too much: give it at least four places for digits (9) and letters (A)."),
    MaskFault.NO_DIGIT: _("“%(mask)s” fits ordinary words: give it at least one place for a digit (9)."),
    MaskFault.ORDINARY_NUMBER: _("“%(mask)s” fits every year and amount: give it letters, or at least six digits."),
    MaskFault.DATE: _("“%(mask)s” fits every date."),
    MaskFault.DIGITS_ALONE: _(
        "“%(mask)s” would let telephone and citizen numbers stand in public: give it a letter that is its own."
    ),
    MaskFault.POSTCODE: _("“%(mask)s” would let postcodes stand in public: give it a letter that is its own."),
    MaskFault.LICENCE_PLATE: _(
        "“%(mask)s” would let licence plates stand in public: give it a letter that is its own."
    ),
    MaskFault.IBAN: _("“%(mask)s” would let bank accounts stand in public: give it a letter that is its own."),
    MaskFault.NATIONAL_NUMBER: _(
        "“%(mask)s” would let national numbers of citizens stand in public: give it a letter that is its own."
    ),
}


def masks_in(text: str) -> tuple[str, ...]:
    """List the shapes that somebody wrote, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def validate_case_masks(text: str) -> None:
    """Refuse shapes of personal numbers that fit nearly everything. Raises ValidationError with a sentence for each."""
    _validate(text, is_public=False)


def validate_public_masks(text: str) -> None:
    """Refuse shapes that would let personal numbers stand in public. Raises ValidationError with a sentence for each."""
    _validate(text, is_public=True)


def _validate(text: str, *, is_public: bool) -> None:
    masks = masks_in(text)
    if len(masks) > MOST_MASKS:
        raise ValidationError(_("More than %(most)d shapes are too many."), params={"most": MOST_MASKS})
    faults = [(mask, fault_of(mask, is_public=is_public)) for mask in masks]
    found = [ValidationError(str(FAULTS[fault]), params={"mask": mask}) for mask, fault in faults if fault]
    if found:
        raise ValidationError(found)
