"""The desk's hands in Chromium: keys, dialogs, one act on many, presence, and a list that never moves by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from agents.models import User
from enquiries.models import Enquiry, Note
from enquiries.services import triage
from tests.agents.scenes import address_of
from tests.browser.seeing import WIDE, assert_usable, let_in, sign_in, watched_page
from tests.people import City, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> City:
    """Three enquiries: one with two messages, one in Bob's hands, one with a note."""
    city, now = make_city(), timezone.now()
    first = arrive(city, subject="Street light out", thread="t", author="long@example.org", now=now)
    arrive(city, thread="t", text="And the bin.", author="long@example.org", now=now)
    held = arrive(city, "x", text="متى تُستأنف الخدمة؟", author="8", now=now)
    triage.claim(enquiry_id=held.enquiry_id, by_id=city.bob.pk, now=now)
    arrive(city, "facebook", text="Fly-tipping", author="7", now=now)
    triage.add_note(enquiry_id=first.enquiry_id, text="@Alice, see the log.", by_id=city.bob.pk, now=now)
    triage.set_priority(enquiry_id=first.enquiry_id, priority=1, by_id=city.bob.pk, now=now)
    return city


def open_one(page: Page, words: str) -> None:
    page.locator(".rows a", has_text=words).click()
    expect(page.locator("#main")).to_be_focused()


def test_dialogs_and_pages_are_usable_in_every_look(look: Page, live_server: Any, town: City):
    let_in(look, live_server, "alice")
    enquiry = Enquiry.objects.get(subject="Street light out")
    for then in ("", "history/", "do/merge/", "do/split/", "do/topic/", "do/wait/", "do/note/"):
        look.goto(live_server.url + address_of(enquiry, then=then))
        assert_usable(look)
    for path in ("/desk/preferences/", "/desk/bulk/?act=assign&all=1", "/desk/?channel=pigeon&state=NEW"):
        look.goto(live_server.url + path)
        assert_usable(look)


def test_dialogs_over_the_page_are_usable_in_every_look(look: Page, live_server: Any, town: City):
    sign_in(look, live_server, "alice", to=address_of(Enquiry.objects.get(subject="Street light out")))
    for key in ("n", "m", "u", "?"):
        look.locator("#main").focus()
        look.keyboard.press(key)
        expect(look.locator("dialog[open]")).to_be_visible()
        assert_usable(look)
        look.keyboard.press("Escape")
    look.keyboard.press("Control+k")
    expect(look.locator("#palette")).to_be_visible()
    assert_usable(look)


def test_whole_round_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    desk.keyboard.press("g")
    desk.keyboard.press("u")
    desk.wait_for_url("**/desk/?view=unassigned")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()

    desk.keyboard.press("c")
    expect(desk.locator("#toast")).to_contain_text("It is yours now.")
    expect(desk.locator(".facts")).to_contain_text("You")
    desk.keyboard.press("t")
    expect(desk.locator(".picks")).to_be_visible()
    desk.keyboard.press("2")
    expect(desk.locator("#toast")).to_contain_text("Topic:")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.keyboard.press("n")
    expect(desk.locator("dialog textarea")).to_be_focused()
    desk.keyboard.type("Called the depot.")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(".msg.note")).to_contain_text("Called the depot.")
    desk.keyboard.press("r")
    expect(desk.locator(".compose textarea")).to_be_focused()
    assert Note.objects.filter(text="Called the depot.").count() == 1


def test_keys_do_nothing_while_somebody_types(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    open_one(desk, "Street light out")

    desk.locator(".compose textarea").press_sequentially("never close? ")

    expect(desk.locator("dialog[open]")).to_have_count(0)
    expect(desk.locator(".compose textarea")).to_have_value("never close? ")
    assert not Enquiry.objects.filter(state="CLOSED").exists()


def test_single_keys_can_be_switched_off(desk: Page, live_server: Any, town: City):
    User.objects.filter(pk=town.alice.pk).update(single_keys=False)
    sign_in(desk, live_server, "alice")
    open_one(desk, "Street light out")

    desk.keyboard.press("n")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette")).to_be_visible()


def test_palette_finds_an_act_by_its_name(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    open_one(desk, "Street light out")

    desk.keyboard.press("Control+k")
    desk.keyboard.type("split")
    desk.keyboard.press("Enter")

    expect(desk.locator("#act-dialog")).to_contain_text("They go to an enquiry of their own")


def test_many_are_counted_before_anything_happens(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    expect(desk.locator(".bulk")).to_be_hidden()
    desk.locator(".tick input").first.check()
    expect(desk.locator(".bulk")).to_contain_text("1 chosen")
    desk.locator(".bulk [name=all]").check()
    desk.locator(".bulk select").select_option("priority")
    desk.locator(".bulk button").click()

    expect(desk.locator("#main")).to_contain_text("Nothing has happened yet.")
    expect(desk.locator("#main .big")).to_have_text("3 enquiries")
    desk.locator("[name=new_priority]").select_option("1")
    desk.locator("#main button.primary").click()

    expect(desk.locator("#main")).to_contain_text("3 went through.")
    assert Enquiry.objects.filter(priority=1).count() == 3


def test_page_refreshes_in_place_and_leaves_what_is_written(desk: Page, live_server: Any, town: City):
    desk.clock.install()
    sign_in(desk, live_server, "alice")
    open_one(desk, "Street light out")
    desk.locator(".compose textarea").fill("Half a sentence")
    enquiry = Enquiry.objects.get(subject="Street light out")

    triage.claim(enquiry_id=enquiry.pk, by_id=town.bob.pk, now=timezone.now())
    desk.clock.run_for(7_000)

    expect(desk.locator(".facts")).to_contain_text("Bob")
    expect(desk.locator(".compose textarea")).to_have_value("Half a sentence")
    expect(desk.locator(".compose textarea")).to_be_focused()


def test_colleague_shows_on_the_row_and_in_the_enquiry(browser: Browser, live_server: Any, town: City):
    enquiry = Enquiry.objects.get(subject="Street light out")
    for bobs in watched_page(browser, viewport=WIDE):
        sign_in(bobs, live_server, "bob", to=address_of(enquiry))
        bobs.wait_for_timeout(500)
        for page in watched_page(browser, viewport=WIDE):
            sign_in(page, live_server, "alice")
            expect(page.locator(f"[data-row='{enquiry.reference}'] .here")).to_contain_text("Bob is viewing")
            page.goto(live_server.url + address_of(enquiry))
            expect(page.locator(".head .here")).to_contain_text("Bob is viewing")


def test_session_that_ended_is_told_and_the_words_stay(desk: Page, live_server: Any, town: City):
    desk.clock.install()
    sign_in(desk, live_server, "alice")
    open_one(desk, "Street light out")
    desk.locator(".compose textarea").fill("Half a sentence")
    desk.context.clear_cookies()

    desk.clock.run_for(25_000)

    expect(desk.locator("#signed-out")).to_be_visible()
    expect(desk.locator(".compose textarea")).to_have_value("Half a sentence")


def test_acts_work_without_javascript(browser: Browser, live_server: Any, town: City):
    for page in watched_page(browser, viewport=WIDE, java_script_enabled=False):
        sign_in(page, live_server, "alice")
        page.locator(".rows a", has_text="Street light out").click()
        page.locator(".more-acts summary").click()
        page.get_by_role("link", name="Set the topic").click()
        page.get_by_role("button", name="Waste and recycling").click()
        expect(page.locator(".flash[role=status]")).to_contain_text("Topic: Waste and recycling.")
