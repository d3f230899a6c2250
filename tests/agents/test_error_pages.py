"""Pages that say that something went wrong: staff read what it means for their work, citizens what it means for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from citizenservice.errors import broken
from tests.people import City, arrive

STAFF, PUBLIC = 'class="desk"', "pub-head"


def said(answer: Any, status: int) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


@pytest.mark.parametrize("address", ["/desk/nowhere/", "/desk/enquiries/NW-0000-0000/", "/nowhere/"])
def test_staff_find_their_way_back_from_what_is_not_there(address: str, city: City, alice: Client):
    page = said(alice.get(address), 404)

    assert STAFF in page and PUBLIC not in page
    assert "There is nothing here" in page and 'href="/desk/"' in page and 'name="q"' in page


def test_citizen_reads_the_public_page_of_what_is_not_there(city: City, client: Client):
    page = said(client.get("/nowhere/"), 404)

    assert PUBLIC in page and STAFF not in page and "/desk/" not in page


def test_staff_without_the_right_learn_whom_to_ask(city: City, alice: Client):
    page = said(alice.post("/desk/freezes/", {"scope": "EVERYTHING"}), 403)

    assert STAFF in page and "You may not do this" in page and "Nothing was changed." in page


def test_staff_learn_that_a_form_without_its_proof_changed_nothing(city: City):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(city.alice)

    page = said(strict.post(f"/desk/enquiries/{arrive(city).enquiry.reference}/claim/"), 403)

    assert STAFF in page and "nothing was sent and nothing was changed" in page


def test_who_is_not_signed_in_reads_the_public_page_of_a_form_without_its_proof(city: City):
    page = said(Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"}), 403)

    assert PUBLIC in page and "Nothing was sent." in page


@pytest.mark.parametrize(("address", "is_staff"), [("/desk/attention/", True), ("/ask/", False), ("/", False)])
def test_broken_page_is_drawn_without_the_database(address: str, is_staff: bool, rf: RequestFactory):
    page = said(broken(rf.get(address)), 500)

    assert "Something broke on our side" in page
    assert (STAFF in page) is is_staff and ("tell your administrator when it was" in page) is is_staff
