"""The question whether our answer helped, in Chromium: usable in every look, with a keyboard, and without any script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from enquiries.models import Satisfaction
from tests.browser.seeing import LOOKS, assert_usable
from tests.citizens.site import Visitor, enquiry_of
from tests.citizens.test_following import answer
from tests.people import make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def answered() -> str:
    """The secret of a private page with an answer on it."""
    city, secret = make_city(), Visitor().asked()
    answer(city, enquiry_of(secret))
    return secret


@pytest.mark.parametrize("look", LOOKS)
def test_question_mistake_and_thanks_are_usable(transactional_db: None, live_server: Any, browser: Browser, look: str):
    context = browser.new_context(**LOOKS[look], bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server.url}/follow/{answered()}/")
    form = page.locator(".asked")

    assert_usable(page)
    form.get_by_role("button").click()
    expect(page.locator(".summary")).to_be_visible()
    assert_usable(page)
    form.locator("textarea").fill("Nobody came.")
    form.locator("input[value=NOT_HELPED]").check()
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    form.locator("summary").click()
    expect(form.locator("textarea")).to_have_value("Nobody came.")
    assert_usable(page)
    context.close()


def test_question_is_answered_by_keyboard_alone_and_without_script(
    transactional_db: None, live_server: Any, browser: Browser
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/follow/{answered()}/")

    page.get_by_label("Yes, it helped").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("One thing is missing.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    said = Satisfaction.objects.get()
    assert (said.score, str(said.note and said.note.text)) == ("PARTLY", "One thing is missing.")
    context.close()
