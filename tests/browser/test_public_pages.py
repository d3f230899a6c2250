"""The public pages in Chromium: usable by everybody, in light and dark, on a small screen, without JavaScript."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from enquiries.models import Clock, Enquiry, Organisation
from enquiries.services import replies
from enquiries.services.leaving import posting
from tests.browser.seeing import LOOKS, assert_usable, follow
from tests.citizens.documents import PNG
from tests.people import City, approved, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city_online(transactional_db: None) -> City:
    city = make_city()
    Organisation.objects.update(emergency_notice="Call 112. Do not use this form.")
    return city


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    # axe is a script, so it needs JavaScript; the page's own policy would forbid it.
    context = browser.new_context(**LOOKS[request.param], bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with JavaScript switched off."""
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


def fill_in(page: Page, *, text: str = "My bin was not emptied.", email: str = "") -> None:
    page.locator("#text").fill(text)
    page.locator("#name").fill("Dana Citizen")
    page.locator("#email").fill(email)


def send(page: Page) -> None:
    page.locator("#send").click()


def asked(page: Page, address: str) -> Enquiry:
    """Ask, and stay on the confirmation."""
    page.goto(f"{address}/ask/")
    fill_in(page, email="dana@example.org")
    page.locator("#files").set_input_files({"name": "bin.png", "mimeType": "image/png", "buffer": PNG})
    send(page)
    page.wait_for_url("**/asked/**")
    return Enquiry.objects.get()


@pytest.mark.parametrize("path", ["/", "/ask/", "/accessibility/", "/privacy/", "/follow/wrong/"])
def test_page_is_usable(page: Page, live_server: Any, city_online: City, path: str):
    page.goto(live_server.url + path)

    assert_usable(page)


def test_form_with_errors_is_usable_and_has_the_focus_on_what_is_wrong(page: Page, live_server: Any, city_online: City):
    page.goto(live_server.url + "/ask/")
    fill_in(page, text="", email="not an address")
    page.locator("#files").set_input_files({"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ\0"})
    send(page)

    expect(page.locator(".summary")).to_be_focused()
    assert page.title().startswith(("Error:", "خطأ"))
    assert page.locator("#email").input_value() == "not an address"
    assert_usable(page)


def test_confirmation_and_private_page_are_usable(page: Page, live_server: Any, city_online: City):
    enquiry = asked(page, live_server.url)
    assert_usable(page)

    follow(page.locator(".btn.primary"))
    assert_usable(page)

    approved(city_online, replies.newest_inbound(enquiry), now=timezone.now())
    posting.deliver_due(worker="test")
    page.reload()
    expect(page.locator(".said").last).to_have_text("We come tomorrow.")
    assert_usable(page)


def test_private_page_that_tells_of_a_delay_is_usable(
    page: Page, live_server: Any, city_online: City, time_machine: Any
):
    asked(page, live_server.url)
    link = page.locator("#link").input_value()
    time_machine.move_to(Clock.objects.get().due_at + timedelta(hours=3))

    page.goto(link)

    expect(page.locator(".promise.over")).to_be_visible()
    assert_usable(page)


def test_whole_way_works_without_javascript_and_with_the_keyboard(
    plain: BrowserContext, live_server: Any, city_online: City
):
    page = plain.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="Write to us").press("Enter")
    page.get_by_role("radio", name="Roads and street lights").press("Space")
    page.get_by_label("What happened?").fill("A hole in Mill Lane")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    page.get_by_role("link", name="Open your private page").press("Enter")
    page.get_by_label("What would you like to add?").fill("It is deep.")
    page.get_by_role("button", name="Send what you added").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("We have received what you added.")
    expect(page.locator(".said")).to_have_text(["A hole in Mill Lane", "It is deep."])


def test_page_loads_nothing_from_elsewhere_and_breaks_no_policy(browser: Browser, live_server: Any, city_online: City):
    context = browser.new_context()
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    for path in ("/", "/ask/", "/privacy/", "/accessibility/"):
        page.goto(live_server.url + path)

    context.close()
    assert not [url for url in requests if not url.startswith((live_server.url, "data:"))]
    assert complaints == []


def test_words_of_an_attacker_run_nowhere(browser: Browser, live_server: Any, city_online: City):
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    alarms: list[str] = []

    def alarm(dialog: Dialog) -> None:
        alarms.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", alarm)
    words = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"' autofocus onfocus=alert(3) x='"

    page.goto(live_server.url + "/ask/")
    fill_in(page, text=words, email=words)
    page.locator("#name").fill(words)
    send(page)
    page.locator("#email").fill("")
    send(page)
    page.locator(".btn.primary").click()

    expect(page.locator(".said")).to_have_text(words)
    context.close()
    assert alarms == []
