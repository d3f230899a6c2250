"""The organisation's own shapes of numbers: set in the admin, refused in words, and used by the guard."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from enquiries.models import HouseStyle
from enquiries.services.replies import guarding
from tests.people import City, arrive, draft

pytestmark = pytest.mark.django_db


def test_guard_marks_what_the_house_calls_a_file_and_passes_what_it_calls_public(city: City):
    version = draft(city, arrive(city, "x"), text="See Z2026-00417 and reference 26/01234/FUL, please.")
    assert [find.shown for find in guarding.finds_for(version)] == ["26/01234/FUL"]

    HouseStyle.objects.create(
        organisation=city.organisation, case_masks="Z9999-99999\n\n", public_masks=" 99/99999/FUL "
    )

    assert [find.shown for find in guarding.finds_for(version)] == ["Z2026-00417"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"case_masks": "Z9999-99999\nAAAA"}, "“AAAA” fits ordinary words"),
        ({"case_masks": "9999"}, "“9999” fits every year"),
        ({"public_masks": "999999999"}, "“999999999” would let telephone and citizen numbers"),
        ({"public_masks": "9999 AA"}, "would let postcodes"),
        ({"case_masks": "\n".join(["Z9999-99999"] * 51)}, "More than 50 shapes"),
    ],
)
def test_shape_that_fits_everything_is_refused_in_words(fields: dict[str, str], told: str, city: City):
    style = HouseStyle(organisation=city.organisation, **fields)

    with pytest.raises(ValidationError) as refusal:
        style.full_clean()

    assert any(told in message for message in refusal.value.messages)


def test_shapes_that_are_of_use_are_accepted(city: City):
    HouseStyle(organisation=city.organisation, case_masks="Z9999-99999", public_masks="99/99999/FUL").full_clean()
