"""Who must have a second factor, and what they reach before they have one: nothing but the place to set it up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.models import Role, User
from agents.signing_in.second_factor.asking import SecondFactorMiddleware, standing_of
from enquiries.models import Organisation, Team
from tests.agents.authenticators import asks, code, is_in, password, typed, with_app
from tests.agents.conftest import SignedIn
from tests.agents.matrix import Row
from tests.agents.test_access_matrix import IDS, ROWS, call
from tests.people import PASSWORD, City, make_user

SET_UP = "/accounts/security/"


@pytest.mark.parametrize(
    ("whom", "agent", "supervisor", "admin"),
    [("NOBODY", False, False, False), ("LEADERS", False, True, True), ("EVERYBODY", True, True, True)],
)
def test_policy_says_who_must_have_one(whom: str, agent: bool, supervisor: bool, admin: bool, city: City):
    asks(city, whom)

    assert [standing_of(who).must for who in (city.alice, city.bob, city.admin)] == [agent, supervisor, admin]


def test_policy_of_another_organisation_asks_nothing_here(city: City):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    team = Team.objects.create(organisation=other, name="Waste")
    eve = make_user(other, "Eve", Role.SUPERVISOR, team)
    asks(city, "EVERYBODY")

    assert not standing_of(eve).must


def test_superuser_without_a_role_must_have_one_where_anybody_must(city: City):
    asks(city, "LEADERS")
    city.admin.memberships.all().delete()

    assert standing_of(city.admin).must


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_no_page_of_the_desk_opens_without_it(row: Row, city: City, bob: Client):
    where = row.thing(city)
    asks(city, "LEADERS")

    answer = call(bob, row, where)

    if row.name == "pulse":  # open to Django, and nobody to itself
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302 and answer["Location"].startswith(SET_UP)


@pytest.mark.parametrize("address", ["/admin/", "/admin/enquiries/organisation/", "/admin/agents/user/add/"])
def test_no_page_of_the_admin_opens_without_it(address: str, city: City, signed_in: SignedIn):
    asks(city, "EVERYBODY")

    answer = signed_in(city.admin).get(address)

    assert answer.status_code == 302 and answer["Location"].startswith((SET_UP, "/admin/login/", "/accounts/login/"))


def test_administrator_comes_into_the_admin_with_it(city: City, client: Client):
    asks(city, "EVERYBODY")
    with_app(city.admin)
    password(client, city.admin, then="/admin/")
    assert client.get("/admin/").status_code == 302

    assert typed(client, code())["Location"] == "/admin/" and client.get("/admin/").status_code == 200


def test_password_typed_at_the_door_of_the_admin_does_nothing(city: City, client: Client):
    answer = client.post("/admin/login/", {"username": city.admin.email, "password": PASSWORD, "next": "/admin/"})

    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_person_who_must_have_one_sets_it_up_and_goes_on(city: City, client: Client):
    asks(city, "EVERYBODY")
    password(client, city.alice)
    assert client.get("/desk/", follow=True).redirect_chain[-1][0] == "/accounts/security/?next=%2Fdesk%2F"
    page = client.get(SET_UP).content.decode()
    assert "Set up a second factor to go on." in page and "Back to the desk" not in page

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/security/app/add/").context["form"].secret
    client.post("/accounts/security/app/add/", {"code": code(secret)})

    assert is_in(client)


def test_one_can_sign_out_before_setting_it_up(city: City, alice: Client):
    asks(city, "EVERYBODY")

    alice.post("/accounts/logout/")

    assert "_auth_user_id" not in alice.session


def test_public_pages_stay_open_before_setting_it_up(city: City, alice: Client):
    asks(city, "EVERYBODY")

    assert alice.get("/").status_code in (200, 302) and not alice.get("/").headers.get("Location", "").startswith(
        SET_UP
    )


def test_htmx_and_scripts_are_told_so_that_they_can_act(city: City, alice: Client):
    asks(city, "EVERYBODY")

    look = alice.get("/desk/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/?view=mine"})
    script = alice.post(reverse("desk:length"), headers={"Sec-Fetch-Mode": "cors"})

    assert look["HX-Redirect"] == "/accounts/security/?next=%2Fdesk%2F%3Fview%3Dmine"
    assert script.status_code == 401 and script.json()["error"] == "signed_out"


class Door(APIView):
    """A program door that believes sessions, as the product's might one day."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request: Any) -> Response:
        return Response({"user": request.user.pk})


def at_the_program_door(rf: RequestFactory, client: Client, user: Any) -> int:
    request = rf.get("/api/v1/something/")
    request.session, request.user = client.session, user
    request.resolver_match = None
    view = Door.as_view()
    SecondFactorMiddleware(lambda _: None).process_view(request, view)  # type: ignore[arg-type,return-value]
    return int(view(request).status_code)


def test_session_without_it_is_nobody_at_the_program_door(city: City, alice: Client, rf: RequestFactory):
    assert at_the_program_door(rf, alice, city.alice) == 200

    asks(city, "EVERYBODY")

    assert at_the_program_door(rf, alice, User.objects.get(pk=city.alice.pk)) == 403
