"""Shapes of other systems' numbers: what is too wide, or would blind the guard, is told apart from what is of use."""

from __future__ import annotations

import pytest

from enquiries.rules.personal_data import Context, Kind, MaskFault, fault_of, find

USEFUL = ["Z9999-99999", "PL-999999", "99/99999/FUL", "BGV-2026-9999", "OMG99.9999"]


@pytest.mark.parametrize("mask", USEFUL)
@pytest.mark.parametrize("is_public", [True, False])
def test_shape_with_something_of_its_own_is_accepted(mask: str, is_public: bool):
    assert fault_of(mask, is_public=is_public) is None


@pytest.mark.parametrize(
    ("mask", "fault"),
    [
        ("9", MaskFault.TOO_SHORT),
        ("X999", MaskFault.TOO_SHORT),
        ("AAAA", MaskFault.NO_DIGIT),
        ("AAAA-AAAA", MaskFault.NO_DIGIT),
        ("9999", MaskFault.ORDINARY_NUMBER),
        ("99.999", MaskFault.ORDINARY_NUMBER),
        ("99-99-9999", MaskFault.DATE),
        ("9999/99/99", MaskFault.DATE),
        ("2099-99-99", MaskFault.DATE),
        ("Z" * 40 + "9999", MaskFault.TOO_LONG),
    ],
)
@pytest.mark.parametrize("is_public", [True, False])
def test_shape_that_fits_nearly_everything_is_refused(mask: str, fault: MaskFault, is_public: bool):
    assert fault_of(mask, is_public=is_public) in (fault, MaskFault.DIGITS_ALONE)


def test_digits_alone_are_a_file_but_never_public():
    assert fault_of("9999999999", is_public=False) is None
    assert fault_of("9999999999", is_public=True) is MaskFault.DIGITS_ALONE


@pytest.mark.parametrize(
    ("mask", "fault"),
    [
        ("9999 AA", MaskFault.POSTCODE),
        ("9999AA 99", MaskFault.POSTCODE),
        ("AA9 9AA", MaskFault.POSTCODE),
        ("AA-999-A", MaskFault.LICENCE_PLATE),
        ("AA99 AAA", MaskFault.LICENCE_PLATE),
        ("AA99 AAAA 9999 9999 99", MaskFault.IBAN),
        ("99999999A", MaskFault.NATIONAL_NUMBER),
        ("06-99999999", MaskFault.DIGITS_ALONE),
    ],
)
def test_public_shape_that_would_let_personal_numbers_through_is_refused(mask: str, fault: MaskFault):
    assert fault_of(mask, is_public=True) is fault


def test_shape_of_a_file_is_marked_and_a_public_one_is_not():
    context = Context(regions=("GB",), case_masks=("Z9999-99999",), public_masks=("99/99999/FUL",))
    found = find("Your file Z2026-00417 belongs to planning application 26/01234/FUL.", context=context)
    assert [(one.kind, one.shown) for one in found] == [(Kind.CASE_NUMBER, "Z2026-00417")]
