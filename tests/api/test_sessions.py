"""The desk's own pages at the door for programs: as their person, with a form's proof, and with their second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from api.limits import per_minute
from api.models import Use
from enquiries.models import Enquiry
from tests.api.conftest import ADDRESS, GOOD, Program, assert_problem
from tests.people import City, arrive

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(city: City) -> Program:
    """A page of the desk that Alice has open."""
    program = Program()
    program.client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    program.client.force_login(city.alice)
    return program


def prove(page: Program) -> None:
    """Send the proof that every form of ours carries."""
    page.client.get("/desk/")
    page.headers["X-CSRFToken"] = page.client.cookies["csrftoken"].value


def test_page_sees_what_its_person_sees(city: City, page: Program):
    seen, hidden = arrive(city, "email").enquiry, arrive(city, "email").enquiry
    Enquiry.objects.filter(pk=hidden.pk).update(team=city.roads)

    assert [row["reference"] for row in page.get(ADDRESS).json()["results"]] == [seen.reference]
    assert_problem(page.get(f"{ADDRESS}/{hidden.reference}"), 404)


def test_page_without_the_proof_changes_nothing(city: City, page: Program):
    reference = arrive(city, "email").enquiry.reference

    assert_problem(page.do(f"enquiries/{reference}/claim"), 403)
    assert not Enquiry.objects.filter(assignee__isnull=False).exists()


def test_page_acts_as_its_person(city: City, page: Program):
    reference = arrive(city, "email").enquiry.reference
    prove(page)

    first = page.do(f"enquiries/{reference}/claim", key="k1")
    again = page.do(f"enquiries/{reference}/claim", key="k1")

    assert first.json()["enquiry"]["assignee"]["name"] == "Alice"
    assert again.json() == first.json()
    assert Use.objects.get().who == f"user:{city.alice.pk}"


def test_page_makes_no_enquiries(page: Program):
    prove(page)

    assert_problem(page.post(GOOD), 403)


def test_session_without_its_second_factor_is_nobody(city: City, page: Program):
    Authenticator.objects.create(user=city.alice, type=Authenticator.Type.TOTP, data={"secret": "x"})
    reference = arrive(city, "email").enquiry.reference

    assert_problem(page.get(ADDRESS), 401)
    assert_problem(page.do(f"enquiries/{reference}/claim"), 401)


def test_who_may_not_sign_in_any_more_is_nobody(city: City, page: Program):
    type(city.alice).objects.update(is_active=False)

    assert_problem(page.get(ADDRESS), 401)


def test_who_works_nowhere_sees_nothing(city: City, page: Program):
    city.alice.memberships.all().delete()

    assert page.get(ADDRESS).json()["results"] == []
    assert_problem(page.see("freezes"), 404)


def test_limit_counts_pages_by_person(page: Program, monkeypatch):
    assert per_minute() > 1
    monkeypatch.setattr("api.limits.per_minute", lambda: 1)

    assert page.get(ADDRESS).status_code == 200
    assert_problem(page.get(ADDRESS), 429)
