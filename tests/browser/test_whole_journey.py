"""The whole way in Chromium: form, queue, draft, approval, and the reply on the citizen's page, each page checked by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from enquiries.models import Enquiry, Posting
from tests import workers
from tests.browser.seeing import assert_usable, follow, sign_in_by_hand
from tests.people import City, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWER = "We empty it on Friday before noon. We are sorry it was missed."


@pytest.fixture
def town(transactional_db: None) -> City:
    return make_city()


@pytest.fixture
def people(browser: Browser) -> Iterator[dict[str, Page]]:
    """Dana, Alice and Bob, each in a browser of their own."""
    contexts = {name: browser.new_context(viewport={"width": 1440, "height": 900}) for name in ("dana", "alice", "bob")}
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def test_enquiry_from_the_form_is_answered_on_the_citizens_page(people: dict[str, Page], live_server: Any, town: City):
    dana, alice, bob = people["dana"], people["alice"], people["bob"]

    asks(dana, live_server)
    sign_in_by_hand(alice, live_server, "alice")
    answers(alice)
    sign_in_by_hand(bob, live_server, "bob")
    with workers.worker("posting"):
        approves(bob, live_server)
        workers.until(lambda: Posting.objects.filter(state="POSTED").count() == 1)

    dana.get_by_role("link", name="Open your private page").click()
    expect(dana.get_by_text(ANSWER)).to_be_visible()
    expect(dana.get_by_text("Alice")).to_have_count(0)
    assert_usable(dana)
    alice.reload()
    expect(alice.get_by_text("Posted").first).to_be_visible()
    assert_usable(alice)
    assert Enquiry.objects.get().state == Enquiry.State.ANSWERED


def asks(dana: Page, live_server: Any) -> None:
    """Fill in the form and keep the confirmation open."""
    dana.goto(f"{live_server.url}/")
    assert_usable(dana)
    follow(dana.get_by_role("link", name="Write to us"))
    assert_usable(dana)
    dana.get_by_role("radio", name="Waste and recycling").check()
    dana.get_by_label("What happened?").fill("My garden waste was missed for the third week.")
    dana.get_by_role("button", name="Send", exact=True).click()
    dana.wait_for_url("**/asked/**")
    assert_usable(dana)


def answers(alice: Page) -> None:
    """Open the enquiry from the queue, draft and submit."""
    assert_usable(alice)
    alice.get_by_role("link", name="My garden waste was missed").first.click()
    box = alice.locator("textarea[name=text]")
    expect(box).to_be_visible()
    assert_usable(alice)
    box.fill(ANSWER)
    alice.get_by_role("button", name="Submit for approval").click()
    expect(alice.get_by_role("definition").filter(has_text="Awaiting approval")).to_be_visible()
    assert_usable(alice)


def approves(bob: Page, live_server: Any) -> None:
    """Read the reply in the list of approvals, and approve it."""
    bob.goto(f"{live_server.url}/desk/approvals/")
    bob.get_by_role("link", name="My garden waste was missed").first.click()
    expect(bob.locator(".draft").get_by_text(ANSWER)).to_be_visible()
    assert_usable(bob)
    bob.get_by_role("button", name="Approve").click()
    expect(bob.get_by_role("heading", name="Nothing waits for approval")).to_be_visible()
    assert_usable(bob)
