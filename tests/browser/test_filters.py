"""The filters of the list in Chromium: fetched when they are opened, by keyboard alone, in every look, and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect

from agents.models import Role
from tests.browser.seeing import WIDE, assert_usable, follow, sign_in, watched_page
from tests.people import City, arrive, make_city, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PANEL = ".filter [data-choices]"


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city with a post, a mail, and more colleagues than fit into a list at once."""
    city, now = make_city(), timezone.now()
    arrive(city, "x", text="A pothole on Mill Lane", now=now)
    arrive(city, "email", subject="Another matter", author="eli@example.org", now=now)
    for name in ("Zoë", "Wilhelmina", *(f"Colleague{number}" for number in range(9))):
        make_user(city.organisation, name, Role.AGENT, city.waste)
    return city


def test_panel_is_usable_in_every_look(look: Page, live_server: Any, town: City):
    sign_in(
        look,
        live_server,
        "alice",
        to="/desk/?view=all&channel=x&side=PUBLIC&age=1&q=wilhelminafeatherstonehaughadeyemi",
    )
    assert_usable(look)

    look.locator(".filter summary").click()
    expect(look.locator(PANEL)).to_be_visible()
    assert_usable(look)

    look.goto(f"{live_server.url}/desk/filters/choose/?channel=x")
    assert_usable(look)


def test_panel_is_fetched_once_and_not_before_it_is_opened(desk: Page, live_server: Any, town: City):
    asked: list[str] = []

    def hear(request: Request) -> None:
        if "/filters/choose/" in request.url:
            asked.append(request.url)

    desk.on("request", hear)
    sign_in(desk, live_server, "alice", to="/desk/?channel=x")
    assert asked == []

    for _time in range(3):
        desk.locator(".filter summary").click()
    expect(desk.locator(PANEL)).to_be_visible()

    assert asked == [f"{live_server.url}/desk/filters/choose/?channel=x"]


def test_keyboard_alone_opens_chooses_and_shows(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")

    desk.keyboard.press("f")
    expect(desk.locator("#filter-words")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")

    assert desk.url == f"{live_server.url}/desk/?view=all&channel=x"
    expect(desk.locator(".rows li")).to_have_count(1)
    with desk.expect_navigation():
        desk.get_by_role("link", name="Without Channel X").press("Enter")
    expect(desk.locator(".rows li")).to_have_count(2)


def test_escape_closes_and_gives_the_focus_back(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    desk.keyboard.press("f")
    expect(desk.locator("#filter-words")).to_be_focused()

    desk.keyboard.press("Escape")

    expect(desk.locator(PANEL)).to_be_hidden()
    expect(desk.locator(".filter summary")).to_be_focused()
    desk.keyboard.press("f")
    expect(desk.locator("#filter-words")).to_be_focused()


def test_long_list_is_narrowed_while_one_types(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    desk.locator(".filter summary").click()
    people = desk.get_by_role("group", name="Assigned to")

    people.get_by_role("searchbox").fill("ZOE")
    expect(people.locator("li:visible")).to_have_text(["Zoë"])
    people.get_by_role("searchbox").press("Enter")
    people.get_by_role("searchbox").fill("wilh")

    expect(people.locator("li:visible")).to_have_count(2)
    expect(people.get_by_role("checkbox", name="Zoë")).to_be_checked()
    assert "/desk/" in desk.url and "assignee" not in desk.url


def test_filters_work_without_javascript(browser: Browser, live_server: Any, town: City):
    for page in watched_page(browser, viewport=WIDE, java_script_enabled=False):
        sign_in(page, live_server, "alice")
        follow(page.get_by_role("link", name="Filter", exact=True))
        page.get_by_label("E-mail").check(force=True)
        follow(page.get_by_role("button", name="Show"))

        expect(page.locator(".rows li")).to_have_count(1)
        expect(page.locator(".rows")).to_contain_text("Another matter")
        expect(page.locator(".chips")).to_contain_text("Channel E-mail")
