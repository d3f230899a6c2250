"""What every browser test needs: the looks a page must stand in, whether it is usable, and how somebody signs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize

from tests.people import PASSWORD

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDE: ViewportSize = {"width": 1440, "height": 900}
LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": WIDE},
    "small": {"viewport": {"width": 320, "height": 640}},
    # What a window of 1440 by 900 leaves to the page at a zoom of 200 %.
    "zoomed": {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
    "arabic": {"viewport": WIDE, "locale": "ar"},
}
PAINTS: dict[str, tuple[Literal["light", "dark"], Literal["active", "none"]]] = {
    "dark": ("dark", "none"),
    "forced": ("light", "active"),
    "light": ("light", "none"),
}
"""Colour scheme and forced colours. The last one is how every page is loaded, so that it stays in it."""
AXE = Axe().axe_script
# Only what is wrong comes back: all that is right is megabytes. Colours that still fade are none that anybody has to read.
SEE = """async (rules) => {
  const fading = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(fading.map((each) => each.finished));
  const { violations } = await axe.run(document, { ...rules, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
}"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


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
    """Nothing for axe to say, and nothing to scroll sideways; a wide page also in the dark and in forced colours.

    One load serves all three: no script of ours asks for colours, only style sheets do.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for name in PAINTS if _is_wide(page) else ["light"]:
        scheme, forced = PAINTS[name]
        page.emulate_media(color_scheme=scheme, forced_colors=forced)
        found = page.evaluate(SEE, RULES)
        assert not found, f"{name}: {found}"
        assert page.evaluate(FITS), f"{name}: something to scroll sideways"


def _is_wide(page: Page) -> bool:
    return page.viewport_size == WIDE and page.evaluate("getComputedStyle(document.documentElement).direction") == "ltr"


def follow(target: Locator) -> None:
    """Click what leads to another page, and be there: a click alone returns while the old page still stands."""
    with target.page.expect_navigation():
        target.click()


def sign_in(page: Page, live_server: Any, who: str, *, to: str = "/desk/") -> None:
    """Let one of the people of the tests be signed in already, and land on the desk or where a test begins."""
    let_in(page, live_server, who)
    page.goto(live_server.url + to)


def let_in(page: Page, live_server: Any, who: str) -> None:
    """Let one of the people of the tests be signed in already, before they have opened any page."""
    person = get_user_model()._default_manager.get(email=f"{who}@northwell.example")
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def sign_in_by_hand(page: Page, live_server: Any, who: str) -> None:
    """Sign in through the form, as people do, and land on the desk."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill(f"{who}@northwell.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url("**/desk/")
