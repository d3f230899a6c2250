"""What operators see of the channels in Chromium: usable in every look, and a decision by keyboard alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from agents.models import User
from enquiries.models import AccountStanding, ChannelAccount, Freeze, Posting
from tests.agents.scenes import came_back, for_a_person
from tests.browser.seeing import assert_usable, let_in, sign_in
from tests.people import City, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city in which something of everything is wrong."""
    city, now = make_city(), timezone.now()
    quota = [{"name": "posts", "limit": 100, "remaining": 12, "resets_at": (now + DAY).isoformat()}]
    lines = [{"name": "scopes", "verdict": "BAD", "says": "It may not write.", "fix": "Give it the right."}]
    AccountStanding.objects.create(
        account=city.accounts["x"],
        due_at=now,
        last_in_at=now,
        last_out_at=now,
        lag_seconds=12.5,
        quota=quota,
        token_expires_at=now + 3 * DAY,
        checked_at=now,
        checkup={"lines": lines},
        silent_since=now - DAY,
        webhook_missed=3,
    )
    ChannelAccount.objects.filter(kind="email").update(halted_reason="535: wrong.", halted_kind="AUTH", halted_at=now)
    for_a_person(city, text="متى تُستأنف الخدمة؟", permalink="https://x.com/dana/status/1")
    came_back(city)
    Freeze.objects.create(
        organisation=city.organisation,
        scope="ACCOUNT",
        account=city.accounts["facebook"],
        reason="Somebody else wrote there.",
        public_notice="Our page was taken over. Please use the form.",
        frozen_by=city.bob,
        frozen_at=now,
        expires_at=now + DAY,
    )
    return city


def test_pages_of_those_who_lead_are_usable(look: Page, live_server: Any, town: City):
    posting = Posting.objects.get(state="NEEDS_PERSON")
    let_in(look, live_server, "bob")
    for path in ["/desk/channels/", f"/desk/postings/{posting.pk}/", "/desk/attention/", "/desk/freezes/"]:
        look.goto(live_server.url + path)
        assert_usable(look)
    look.goto(f"{live_server.url}/")
    assert_usable(look)


def test_what_is_wrong_can_be_read_without_opening_anything(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob")
    desk.get_by_role("link", name="Channels").click()

    expect(desk.get_by_text("535: wrong.")).to_be_visible()
    expect(desk.get_by_text("Its token runs out in 3 days.")).to_be_visible()


def test_posting_is_looked_at_and_decided_by_keyboard(desk: Page, live_server: Any, town: City):
    posting = Posting.objects.get(state="NEEDS_PERSON")
    sign_in(desk, live_server, "bob", to=f"/desk/postings/{posting.pk}/")

    desk.get_by_role("button", name="Look now").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Look again")).to_be_visible()
    desk.get_by_label("Give it up: back to its author").focus()
    desk.keyboard.press("Space")
    desk.get_by_role("button", name="Record this").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Given up.")
    expect(desk.get_by_text("Given up: back to its author")).to_be_visible()


def test_what_is_known_stands_before_the_platforms_view_and_the_decision_on_every_screen(
    look: Page, live_server: Any, town: City
):
    """Who decides has read what should stand there, and where: on a telephone it stood below all else."""
    posting = Posting.objects.get(state="NEEDS_PERSON")
    sign_in(look, live_server, "bob", to=f"/desk/postings/{posting.pk}/")
    parts = ["known", "words", "where", "view", "decide", "tries"]
    assert [one for one in look.locator("#main h3").evaluate_all("all => all.map(h => h.id)") if one in parts] == parts

    tops = {part: (look.locator(f"#{part}").bounding_box() or {"y": 0})["y"] for part in parts}
    if (look.viewport_size or {"width": 0})["width"] < 1080:
        assert sorted(parts, key=lambda part: tops[part]) == parts
    else:
        assert tops["words"] == tops["known"] < tops["view"] < tops["decide"] < tops["tries"]


def test_page_of_an_account_shows_what_a_check_found(desk: Page, live_server: Any, town: City):
    User.objects.filter(pk=town.admin.pk).update(is_staff=True, is_superuser=True)
    address = reverse("admin:enquiries_channelaccount_change", args=[town.accounts["x"].pk])
    sign_in(desk, live_server, "ada", to=address)

    expect(desk.get_by_text("It may not write.")).to_be_visible()
    expect(desk.get_by_role("button", name="Check now")).to_be_visible()
    expect(desk.get_by_label("plan", exact=False).first).to_be_visible()
