"""An address with a number that no row can have is not found; it is no failure of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.conftest import Program, assert_problem
from tests.people import City

pytestmark = pytest.mark.django_db
NUMBERS = ("9223372036854775807", "9223372036854775808", "9" * 30)


@pytest.mark.parametrize("number", NUMBERS)
def test_number_that_no_row_can_have_is_not_found(city: City, bob: Program, number: str):
    for path in ("approvals", "attention/payloads", "reviews"):
        assert_problem(bob.see(f"{path}/{number}"), 404)
    for path in ("replies/{}/call-back", "filters/{}/drop", "substitutes/{}/end", "attention/payloads/{}/retry"):
        assert_problem(bob.do(path.format(number)), 404)
    assert_problem(bob.do(f"attention/postings/{number}", decision="GIVE_UP"), 404)


@pytest.mark.parametrize("number", NUMBERS)
def test_desk_page_of_a_number_that_no_row_can_have_is_not_found(city: City, client: Client, number: str):
    client.force_login(city.bob)

    assert client.get(f"/desk/approvals/{number}/").status_code == 404
