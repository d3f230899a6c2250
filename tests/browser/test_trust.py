"""Trust, reviews and practice in Chromium: usable in every look, and by keyboard alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from agents.models import Buddy
from enquiries.models import Review, TrustStep
from enquiries.rules.review import NAMES
from enquiries.services.approving import reviewing, trust
from practice.starting import start
from tests.browser.seeing import LOOKS, assert_usable, let_in, sign_in, watched_page
from tests.enquiries.histories import Past, plant
from tests.people import City, approved, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture
def town(transactional_db: None) -> City:
    """Alice is proposed for a step on one channel, fell on another, and has replies to be looked at."""
    city, now = make_city(), timezone.now()
    pasts = [Past(city.alice, now - (190 - n) * DAY, "edited" if n % 30 == 0 else "unchanged") for n in range(120)]
    plant(city, pasts)
    plant(city, [Past(city.alice, now - 20 * DAY, kind="web", marks=3, verdict="COACH") for _ in range(40)])
    Buddy.objects.create(agent=city.alice, buddy=city.bob)
    TrustStep.objects.create(
        organisation=city.organisation,
        user=city.alice,
        kind="x",
        level="SAMPLED",
        percent=20,
        reason="Good.",
        decided_by=city.bob,
        decided_at=now - DAY,
    )
    told = {"user_id": city.alice.pk, "organisation_id": city.organisation.pk, "kind": "x", "topic_id": None}
    trust.demote(**told, reason="A wrong amount in NW-1.", now=now)  # type: ignore[arg-type]
    message = arrive(city, "x", text="متى تُستأنف الخدمة؟", now=now)
    reviewing.ask_after_check(approved(city, message, text="We come tomorrow.", now=now).version, now=now)
    start(key="arabic-school", organisation=city.organisation, learner_id=city.alice.pk, team=city.waste, now=now)
    return city


def test_pages_of_a_supervisor_are_usable(look: Page, live_server: Any, town: City):
    let_in(look, live_server, "bob")
    for path in [
        "/desk/trust/",
        f"/desk/trust/{town.alice.pk}/email/",
        f"/desk/trust/{town.alice.pk}/x/",
        "/desk/reviews/",
    ]:
        look.goto(live_server.url + path)
        assert_usable(look)
    look.goto(f"{live_server.url}/desk/reviews/{Review.objects.get(done_at=None).pk}/")
    assert_usable(look)


def test_pages_of_an_agent_are_usable(look: Page, live_server: Any, town: City):
    let_in(look, live_server, "alice")
    for path in ["/desk/trust/mine/", "/desk/practice/", "/desk/reviews/"]:
        look.goto(live_server.url + path)
        assert_usable(look)


def test_step_is_confirmed_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/trust/")
    desk.get_by_role("link", name="Look and decide").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Proposed")).to_be_visible()

    desk.get_by_role("button", name="Agree: trust more").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Decided.")
    assert TrustStep.objects.latest("pk").level == "SAMPLED"


def test_sheet_is_filled_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/reviews/")
    desk.locator(".sheet .point input").first.focus()

    for mark in "455434":
        desk.keyboard.press(mark)
    desk.keyboard.press("Space")
    desk.get_by_role("button", name="Keep the review").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Kept.")
    done = Review.objects.exclude(done_at=None).latest("done_at")
    assert [done.marks[name] for name in NAMES] == [4, 5, 5, 4, 3, 4]
    assert done.verdict == "GOOD"


def test_digits_in_the_note_are_only_words(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/reviews/")

    desk.locator("#coach").press_sequentially("At 5")

    expect(desk.locator("#coach")).to_have_value("At 5")
    assert desk.locator(".sheet .point input:checked").count() == 0


def test_practising_starts_with_one_key_and_works_without_javascript(browser: Browser, live_server: Any, town: City):
    for page in watched_page(browser, **LOOKS["wide"], java_script_enabled=False):
        sign_in(page, live_server, "alice", to="/desk/practice/")
        page.locator("[action*='/practice/praise/'] button").click()
        expect(page.locator(".flash[role=status]")).to_contain_text("nothing of it reaches anybody")
