"""Listening, what stands around a post, and hiding, in Chromium: usable in every look, and done by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from enquiries.models import ContextPost, Message, Moderation, Monitor, Overheard
from enquiries.services.platforms import listening
from enquiries.services.platforms.listening import as_seen
from tests.agents.listening_rows import moderation_of, something_heard
from tests.browser.seeing import assert_usable, let_in, sign_in
from tests.people import NOON, City, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city that has heard something, has a post with a thread around it, and was asked to hide another."""
    city = make_city()
    something_heard(city)
    arrive(city, "x", text="متى تُستأنف الخدمة؟", thread="50:dana", external_id="70", root_id="70")
    common = {"account": city.accounts["x"], "thread": "50", "occurred_at": NOON, "fetched_at": NOON}
    ContextPost.objects.create(external_id="50", text="We empty bins today", is_ours=True, **common)
    ContextPost.objects.create(external_id="51", author_name="Eli", author_handle="eli", text="Mine too", **common)
    moderation_of(city)
    return city


def test_pages_are_usable_in_every_look(look: Page, live_server: Any, town: City):
    asked = Moderation.objects.get().message
    monitor = Monitor.objects.get()
    begun = {"name": monitor.name, "every_seconds": monitor.every_seconds, "seen": as_seen(monitor)}
    changed: dict[str, Any] = begun | {"query": "bins OR waste"}
    listening.change(monitor_id=monitor.pk, by_id=town.bob.pk, now=NOON, **changed)
    of_monitors = ["overheard/monitors/", f"overheard/monitors/{monitor.pk}/edit/"]
    paths = ["overheard/", *of_monitors, f"messages/{asked.pk}/moderate/", "attention/"]
    let_in(look, live_server, "bob")
    for path in [*paths, f"enquiries/{asked.enquiry.reference}/"]:
        look.goto(f"{live_server.url}/desk/{path}")
        assert_usable(look)


def test_monitor_is_changed_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/overheard/monitors/")
    desk.get_by_role("link", name="Change Bins").focus()
    desk.keyboard.press("Enter")
    desk.get_by_label("Words to listen for").fill("bins OR waste")
    desk.get_by_role("button", name="Save").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Changed.")
    assert Monitor.objects.get().query == "bins OR waste"


def test_thread_around_is_fetched_when_it_is_opened(look: Page, live_server: Any, town: City):
    enquiry = Message.objects.get(external_id="70").enquiry
    sign_in(look, live_server, "alice", to=f"/desk/enquiries/{enquiry.reference}/")
    expect(look.get_by_text("We empty bins today")).to_have_count(0)

    look.locator("#around > summary").click()

    expect(look.get_by_text("We empty bins today")).to_be_visible()
    expect(look.get_by_text("Mine too")).to_be_visible()
    assert_usable(look)
    look.locator("#around button").click()
    expect(look.locator("#around [role=status]")).not_to_be_empty()


def test_post_is_joined_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    desk.get_by_role("link", name="Overheard").click()
    expect(desk.get_by_text("not answerable by API")).to_be_visible()
    desk.get_by_role("button", name="Join").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("It is an enquiry now")
    assert Overheard.objects.get().state == "JOINED"


def test_second_person_decides_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/attention/")
    reference = Moderation.objects.get().message.enquiry.reference
    desk.get_by_role("button", name=f"Hide {reference}").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Agreed")
    assert Moderation.objects.get().state == "QUEUED"
