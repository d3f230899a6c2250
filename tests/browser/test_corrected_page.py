"""A citizen's page with a corrected and a removed answer in Chromium: usable in every look that the public pages have."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from enquiries.models import Enquiry, EnquiryToken, Message
from enquiries.services.incoming import identity
from enquiries.services.leaving import posting
from tests.browser.seeing import LOOKS, assert_usable
from tests.citizens.site import Visitor
from tests.citizens.test_corrected import NEW, OLD, correct
from tests.people import approved, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("look", LOOKS)
def test_page_with_a_corrected_and_a_removed_answer_is_usable(
    transactional_db: None, live_server: Any, browser: Browser, look: str
):
    city = make_city()
    Visitor().asked()
    asked = Message.objects.get()
    for purpose in ("REMOVE", "REPLACE"):
        approved(city, asked, text=OLD, now=timezone.now())
        posting.deliver_due(worker="test")
        correct(city, Message.objects.filter(direction="OUT").latest("pk"), purpose)
    secret = identity.secret_of(Enquiry.objects.get(), EnquiryToken.Purpose.FOLLOW)
    context = browser.new_context(**LOOKS[look], bypass_csp=True)
    page = context.new_page()

    page.goto(f"{live_server.url}/follow/{secret}/")

    expect(page.get_by_text(OLD)).to_be_hidden()
    expect(page.get_by_text(NEW)).to_be_visible()
    page.locator(".steps summary").click()
    expect(page.get_by_text(OLD)).to_be_visible()
    assert_usable(page)
    context.close()
