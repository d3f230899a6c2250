"""One-click sign-ins and the bar that offers them: in the demo only."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from citizenservice.demo.bar import demo_bar
from citizenservice.demo.people import ONE_CLICK, SIGN_INS
from citizenservice.demo.planting import plant
from tests.people import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings) -> None:
    """A demo installation with its people."""
    settings.MODE = "demo"
    plant(now=NOON, number=1)


@pytest.mark.parametrize(("role", "leads_to"), [("agent", "/desk/"), ("supervisor", "/desk/"), ("admin", "/admin/")])
def test_one_click_signs_in(demo: None, client: Client, role: str, leads_to: str):
    answer = client.post(f"/demo/sign-in/{role}/")

    assert answer.status_code == 302
    assert answer["Location"] == leads_to
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("mode", ["production", "test"])
def test_outside_the_demo_the_address_does_not_exist(demo: None, client: Client, settings, mode: str):
    settings.MODE = mode

    assert client.post("/demo/sign-in/admin/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_sign_in_needs_the_form_of_our_own_page(demo: None):
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.post("/demo/sign-in/admin/").status_code == 403


def test_link_signs_nobody_in(demo: None, client: Client):
    assert client.get("/demo/sign-in/admin/").status_code == 405


def test_unknown_role_is_not_found(demo: None, client: Client):
    assert client.post("/demo/sign-in/mayor/").status_code == 404


def test_disabled_person_is_not_signed_in(demo: None, client: Client):
    from agents.models import User

    User.objects.update(is_active=False)

    assert client.post("/demo/sign-in/agent/").status_code == 404


def test_one_click_people_are_among_the_sign_ins():
    assert set(ONE_CLICK.values()) <= {one.email for one in SIGN_INS}


def test_bar_leads_everywhere(settings):
    settings.MODE = "demo"
    settings.SIMULATORS = {"x": "http://127.0.0.1:1", "facebook": "http://127.0.0.1:2", "mailbox": "http://127.0.0.1:3"}
    request = RequestFactory().get("/")

    page = render_to_string("demo/_bar.html", demo_bar(request), request=request)

    for address in ("/desk/", "/admin/", *settings.SIMULATORS.values()):
        assert f'href="{address}"' in page
    assert page.count("<button") == 3
    assert page.count("csrfmiddlewaretoken") == 3
    assert "style=" not in page
    assert "<script" not in page


def test_bar_is_empty_outside_the_demo(settings):
    settings.MODE = "production"
    request = RequestFactory().get("/")

    assert demo_bar(request) == {}
    assert render_to_string("demo/_bar.html", {}, request=request).strip() == ""


def test_bar_is_in_the_admin_too(demo: None, client: Client):
    client.post("/demo/sign-in/admin/")

    page = client.get("/admin/").content.decode()

    assert "demo-bar" in page
    assert "/demo/sign-in/supervisor/" in page


def test_bar_leads_out_of_a_place_that_takes_another_role(demo: None, client: Client):
    client.post("/demo/sign-in/agent/")

    answer = client.get("/admin/login/")

    assert answer.status_code == 403
    assert "/demo/sign-in/admin/" in answer.content.decode()
