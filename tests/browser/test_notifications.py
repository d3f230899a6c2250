"""Notifications of the browser: made for whoever is away and wants them, never with a word about a citizen."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from agents.models import User
from enquiries.models import Enquiry
from enquiries.services import triage
from tests.browser.seeing import WIDE, sign_in, watched_page
from tests.people import City, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECORDED = """
    window.made = [];
    window.Notification = new Proxy(window.Notification, {
        construct(real, given) { window.made.push(given); return Reflect.construct(real, given); },
    });
    window.isAway = false;
    Object.defineProperty(document, "hidden", { get: () => window.isAway });
"""
"""Writes down every notification that is really made, and lets a test say that nobody looks at the page."""


@pytest.fixture
def town(transactional_db: None) -> City:
    city = make_city()
    arrive(city, subject="Street light out", now=timezone.now())
    User.objects.filter(pk=city.alice.pk).update(notifications=True)
    return city


def at_the_desk(page: Page, live_server: Any) -> None:
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    page.add_init_script(RECORDED)
    page.clock.install()
    sign_in(page, live_server, "alice")
    assert page.evaluate("Notification.permission") == "granted"


def turn_away(page: Page) -> None:
    """Let nobody look at the page any more, and let it have asked since."""
    with page.expect_response("**/desk/pulse/**"):
        page.evaluate("window.isAway = true; document.dispatchEvent(new Event('visibilitychange'))")


def something_comes(page: Page, city: City) -> None:
    """Let a new enquiry come and a colleague put another one into Alice's hands, and the page notice both."""
    now = timezone.now()
    known = Enquiry.objects.get(subject="Street light out")
    triage.assign(enquiry_id=known.pk, to_id=city.alice.pk, by_id=city.bob.pk, now=now)
    arrive(city, name="Dana Citizen", subject="Secret of Dana", text="My number is 020 7946 0000", now=now)
    # In steps, so that what the pages of one browser tell each other is never older than it would be.
    for _ in range(20):
        page.clock.run_for(1_000)
        page.wait_for_timeout(20)
    expect(page.locator("[data-count=all]").first).to_have_text("2")


def test_notification_counts_what_is_new_for_me_and_names_nobody(desk: Page, live_server: Any, town: City):
    at_the_desk(desk, live_server)
    turn_away(desk)

    something_comes(desk, town)

    desk.wait_for_function("window.made.length === 1")
    assert desk.evaluate("window.made") == [["Citizenservice: your desk has 1 more", {"tag": "citizenservice"}]]


def test_nothing_is_made_when_switched_off(desk: Page, live_server: Any, town: City):
    User.objects.filter(pk=town.alice.pk).update(notifications=False)
    at_the_desk(desk, live_server)
    turn_away(desk)

    something_comes(desk, town)

    assert desk.evaluate("window.made") == []


def test_nothing_is_made_while_another_tab_of_the_desk_is_in_sight(desk: Page, live_server: Any, town: City):
    at_the_desk(desk, live_server)
    in_sight = desk.context.new_page()
    in_sight.goto(desk.url)
    turn_away(desk)

    something_comes(desk, town)

    assert desk.evaluate("window.made") == []


def test_what_came_before_one_turned_away_is_no_news(desk: Page, live_server: Any, town: City):
    at_the_desk(desk, live_server)
    arrive(town, subject="Just before", now=timezone.now())

    turn_away(desk)

    expect(desk.locator("[data-count=all]").first).to_have_text("2")
    assert desk.evaluate("window.made") == []


def test_permission_is_asked_for_when_it_is_switched_on(browser: Browser, live_server: Any, town: City):
    User.objects.filter(pk=town.alice.pk).update(notifications=False)
    for page in watched_page(browser, viewport=WIDE):
        page.context.grant_permissions(["notifications"], origin=live_server.url)
        sign_in(page, live_server, "alice", to="/desk/preferences/")
        page.locator("#id_notifications").check()
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_text("Kept. It is so from now on.")).to_be_visible()
        expect(page.locator(".app")).to_have_attribute("data-notify", "on")
