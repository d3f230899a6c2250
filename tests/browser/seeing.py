"""What every browser test needs: whether a page is usable, and how somebody signs in."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.people import PASSWORD

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def assert_usable(page: Page) -> None:
    """Nothing for axe to say, and nothing to scroll sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def sign_in(page: Page, live_server: Any, who: str) -> None:
    """Sign in as one of the people of the tests, and land on the desk."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill(f"{who}@northwell.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url("**/desk/")
