"""Two-factor sign-in in Chromium: a passkey that the browser keeps, an app, and pages that everybody can use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.agents.authenticators import asks, code, with_app
from tests.browser.seeing import LOOKS, assert_usable, follow, watched_page
from tests.people import PASSWORD, City, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def town(transactional_db: None) -> City:
    return make_city()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched_page(browser, **LOOKS["wide"])


def virtual_key(page: Page) -> CDPSession:
    """Plug in a key that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return session


def enter(page: Page, live_server: Any, who: str) -> None:
    """Type address and password."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill(f"{who}@northwell.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_key(page: Page, live_server: Any, *, alone: bool = False) -> None:
    """Add the key, as a person does, from the menu of the desk."""
    page.locator(".who-menu summary").click()
    page.get_by_role("link", name="Sign-in and security").click()
    page.get_by_role("link", name="Add a key").click()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.primary").click()
    page.locator("#id_name").fill("Laptop")
    if alone:
        page.locator("#id_passwordless").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url("**/recovery-codes/")


def test_key_is_the_second_factor(town: City, page: Page, live_server: Any):
    enter(page, live_server, "alice")
    page.wait_for_url("**/desk/")
    virtual_key(page)
    add_key(page, live_server)
    assert page.locator(".codes li").count() == 10
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Laptop"

    page.goto(f"{live_server.url}/accounts/logout/")
    page.locator("main button").click()
    enter(page, live_server, "alice")
    page.wait_for_url("**/second-factor/")
    page.get_by_role("button", name="Use your key").click()

    page.wait_for_url("**/desk/")


def test_passkey_alone_opens_the_desk(town: City, page: Page, live_server: Any):
    asks(town, "NOBODY")
    enter(page, live_server, "alice")
    virtual_key(page)
    add_key(page, live_server, alone=True)
    asks(town, "EVERYBODY")

    page.goto(f"{live_server.url}/accounts/logout/")
    follow(page.locator("main button"))
    page.goto(f"{live_server.url}/accounts/login/?next=/desk/approvals/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/desk/approvals/")


def test_key_that_says_no_changes_nothing(town: City, page: Page, live_server: Any):
    page.goto(f"{live_server.url}/accounts/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"isUserVerified": False}})
    assert added["authenticatorId"]

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("[data-passkey-problem]")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/accounts/login/")


def test_app_is_set_up_and_used_by_keyboard_alone(town: City, page: Page, live_server: Any):
    asks(town, "EVERYBODY")
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").focus()
    page.keyboard.type("alice@northwell.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/security/**")
    page.get_by_role("link", name="Add an app").focus()
    page.keyboard.press("Enter")
    page.locator("[name=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Cannot scan it?").focus()
    page.keyboard.press("Enter")
    secret = page.locator(".secret").inner_text().strip()
    page.locator("[name=code]").focus()
    page.keyboard.type(code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    page.get_by_role("link", name="I have kept them").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/desk/")


def test_words_stay_when_the_session_ends_and_can_be_sent_after_signing_in_again(
    town: City, browser: Browser, live_server: Any
):
    where = arrive(town, now=timezone.now()).enquiry.reference
    context = browser.new_context()
    page = context.new_page()
    enter(page, live_server, "alice")
    page.wait_for_url("**/desk/")
    page.goto(f"{live_server.url}/desk/enquiries/{where}/")
    page.locator("textarea[name=text]").first.fill("We come tomorrow.")
    Session.objects.all().delete()

    page.evaluate("htmx.ajax('POST', '/desk/length/', {source: document.querySelector('textarea[name=text]')})")
    note = page.locator("#signed-out")
    expect(note).to_be_visible()
    assert_usable(page)
    before = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    with context.expect_page() as opened:
        note.get_by_role("link").click()
    tab = opened.value
    tab.locator("[name=login]").fill("alice@northwell.example")
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("main button.primary").click()
    tab.wait_for_url("**/desk/enquiries/**")
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(note).to_be_hidden()
    expect(page.locator("textarea[name=text]").first).to_have_value("We come tomorrow.")
    assert page.locator("[name=csrfmiddlewaretoken]").first.input_value() != before
    context.close()


def test_every_page_of_signing_in_is_usable_in_every_look(town: City, look: Page, live_server: Any):
    look.goto(f"{live_server.url}/accounts/login/")
    assert_usable(look)
    with_app(town.alice)
    enter_in_any_language(look)
    look.wait_for_url("**/second-factor/")
    assert_usable(look)
    look.locator("[name=code]").fill(code())
    follow(look.locator("main button.primary"))
    look.wait_for_url("**/desk/")
    for address in ("", "app/remove/", "keys/", "keys/add/", "recovery-codes/new/"):
        look.goto(f"{live_server.url}/accounts/security/{address}")
        if "/reauthenticate/" in look.url:
            assert_usable(look)
            look.locator("[name=password]").fill(PASSWORD)
            follow(look.locator("main button.primary"))
        assert_usable(look)
    follow(look.locator("main button.primary"))
    look.wait_for_url("**/recovery-codes/")
    assert_usable(look)
    Authenticator.objects.all().delete()
    look.goto(f"{live_server.url}/accounts/security/app/add/")
    expect(look.locator("img.qr")).to_be_visible()
    assert_usable(look)
    look.locator("[name=code]").fill("000000")
    follow(look.locator("main button.primary"))
    assert_usable(look)


def enter_in_any_language(page: Page) -> None:
    page.locator("[name=login]").fill("alice@northwell.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.primary").click()
