"""What every browser test needs: the looks a page must stand in, whether it is usable, and how somebody signs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize

from tests.people import PASSWORD

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDE: ViewportSize = {"width": 1440, "height": 900}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "small": {"viewport": {"width": 320, "height": 640}},
    # What a window of 1440 by 900 leaves to the page at a zoom of 200 %.
    "zoomed": {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
    "arabic": {"viewport": WIDE, "locale": "ar"},
    "forced": {"viewport": WIDE, "forced_colors": "active"},
}


def watched_page(browser: Browser, **how: Any) -> Iterator[Page]:
    """A page of a browser of its own, under the real content policy; whatever its console complains about fails the test."""
    context = browser.new_context(**how)
    page = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A refused form (422, 409) is told by Chromium as a failed load; that is how it should be.
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def assert_usable(page: Page) -> None:
    """Nothing for axe to say, and nothing to scroll sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def follow(target: Locator) -> None:
    """Click what leads to another page, and be there: a click alone returns while the old page still stands."""
    with target.page.expect_navigation():
        target.click()


def sign_in(page: Page, live_server: Any, who: str) -> None:
    """Let one of the people of the tests be signed in already, and land on the desk."""
    person = get_user_model()._default_manager.get(email=f"{who}@northwell.example")
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(f"{live_server.url}/desk/")


def sign_in_by_hand(page: Page, live_server: Any, who: str) -> None:
    """Sign in through the form, as people do, and land on the desk."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill(f"{who}@northwell.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url("**/desk/")
