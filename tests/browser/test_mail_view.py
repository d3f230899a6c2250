"""Hostile mails in Chromium: nothing runs, nothing is asked of anybody, and the mail's own picture is seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Request, expect

from enquiries.contract import InboundFile
from tests.browser.seeing import WIDE, assert_usable, let_in, sign_in
from tests.files.drawn import png
from tests.files.payloads import LOOT, PAYLOADS
from tests.people import City, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> City:
    return make_city()


def test_no_payload_runs_or_asks_for_anything(town: City, browser: Browser, live_server: Any):
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    let_in(page, live_server, "alice")
    asked: list[str] = []
    ran: list[str] = []
    context.expose_function("loot", lambda: ran.append(page.url))
    mails = [arrive(town, html=payload) for payload in PAYLOADS]
    mails.append(arrive(town, html="\n".join(PAYLOADS)))

    def hear(request: Request) -> None:
        if not request.url.startswith(live_server.url) or LOOT in request.url:
            asked.append(request.url)

    context.on("request", hear)
    for mail in mails:
        page.goto(live_server.url + reverse("desk:mail_view", args=[mail.pk]))
        page.mouse.click(40, 40)
    context.close()

    assert (asked, ran) == ([], [])


def test_own_picture_is_seen_and_of_the_tracker_only_its_words(town: City, look: Page, live_server: Any):
    picture = InboundFile(name="map.png", media_type="image/png", content=png(40, 20), content_id="map@mail")
    html = f'<p>See <img src="cid:map@mail" alt="A map"><img src="{LOOT}" width="1" height="1" alt="tracker"></p>'
    mail = arrive(town, html=html, files=(picture,))
    asked: list[str] = []
    look.on("request", lambda request: asked.append(request.url))

    sign_in(look, live_server, "alice", to=reverse("desk:mail", args=[mail.pk]))

    shown = look.frame_locator("iframe").get_by_alt_text("A map")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 40
    expect(look.frame_locator("iframe").get_by_text("tracker")).to_be_visible()
    assert look.frame_locator("iframe").locator("img").count() == 1
    assert not [url for url in asked if LOOT in url]
    assert_usable(look)
