"""Pages that say that something went wrong, in every look in which staff may meet them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from citizenservice.errors import broken
from tests.browser.seeing import assert_usable, follow, sign_in
from tests.people import City, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city with nothing in it."""
    return make_city()


def test_pages_for_staff_are_usable(look: Page, live_server: Any, town: City):
    sign_in(look, live_server, "alice", to="/desk/nowhere/")
    assert_usable(look)
    look.goto(f"{live_server.url}/desk/policy/edit/")
    expect(look.get_by_role("heading", level=1)).to_have_text("You may not do this")
    assert_usable(look)

    look.goto(f"{live_server.url}/accounts/logout/")
    look.context.clear_cookies(name="csrftoken")
    follow(look.locator("main button[type=submit]"))
    expect(look.get_by_role("heading", level=1)).to_have_text("This form was open for too long")
    assert_usable(look)


def test_broken_page_is_usable(look: Page, live_server: Any, town: City, rf: RequestFactory):
    page = broken(rf.get("/desk/")).content
    look.route("**/desk/broken/", lambda route: route.fulfill(body=page, content_type="text/html"))

    look.goto(f"{live_server.url}/desk/broken/")

    expect(look.locator(".card")).to_be_visible()
    assert_usable(look)


def test_place_that_is_not_there_leads_to_what_one_looks_for(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice", to="/desk/nowhere/")

    desk.get_by_role("searchbox").fill("NW-2222-2222")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")

    assert desk.url == f"{live_server.url}/desk/?q=NW-2222-2222"
