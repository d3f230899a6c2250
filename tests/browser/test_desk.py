"""The desk in Chromium: usable by everybody in every look, by keyboard, and quick where there is JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, Page, expect

from enquiries.models import ChannelAccount, Enquiry, Reply
from enquiries.services import replies
from tests.agents.scenes import address_of, for_a_person, refused, unreadable
from tests.browser.seeing import LOOKS, WIDE, assert_usable, follow, let_in, sign_in, watched_page
from tests.people import City, arrive, draft, make_city, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Wilhelmina Featherstonehaugh-Adeyemi-Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city with something in each list: long names, Arabic, a waiting reply, and all kinds of trouble."""
    city, now = make_city(), timezone.now()
    arrive(city, "facebook", text="متى تُستأنف خدمة نقل المعاقين إلى المدرسة؟", name="فاطمة الزهراء", now=now)
    arrive(city, "web", subject="Street light out " * 10, name=LONG, author="long@example.org", now=now)
    first = submitted(city, arrive(city, thread="t", now=now), text="We come soon.", now=now)
    replies.return_reply(reply_id=first.reply_id, by_id=city.bob.pk, reason="TONE", note="A date, please.", now=now)
    submitted(city, first.reply.answers, text="We come tomorrow, and say so here.", now=now)
    for_a_person(city, author="2", now=now)
    refused(city, author="3", now=now)
    unreadable(city)
    ChannelAccount.objects.filter(kind="facebook").update(halted_reason="The token is dead.")
    return city


@pytest.fixture(params=["wide", "small"])
def some_looks(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """The two looks in which most goes wrong."""
    yield from watched_page(browser, **LOOKS[request.param])


def test_pages_for_signing_in_are_usable(some_looks: Page, live_server: Any, town: City):
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/desk/nowhere/"):
        some_looks.goto(live_server.url + path)
        assert_usable(some_looks)


def test_sign_in_that_fails_is_usable(some_looks: Page, live_server: Any, town: City):
    some_looks.goto(f"{live_server.url}/accounts/login/")
    some_looks.locator("[name=login]").fill("nobody@northwell.example")
    some_looks.locator("[name=password]").fill("wrong wrong wrong")
    some_looks.locator("button.primary").click()

    expect(some_looks.locator(".summary")).to_be_visible()
    assert_usable(some_looks)


def test_every_page_of_the_desk_is_usable(look: Page, live_server: Any, town: City):
    let_in(look, live_server, "bob")
    enquiries = [address_of(enquiry) for enquiry in Enquiry.objects.order_by("pk")]

    for path in ["/desk/", "/desk/?view=mine", "/desk/?q=zebra", "/desk/approvals/", "/desk/attention/", *enquiries]:
        look.goto(live_server.url + path)
        assert_usable(look)
    look.goto(f"{live_server.url}/desk/attention/")
    follow(look.locator("a[href*='/payloads/']").first)
    assert_usable(look)


def test_open_menus_are_usable(some_looks: Page, live_server: Any, town: City):
    sign_in(some_looks, live_server, "alice")
    some_looks.locator(".who-menu summary").click()
    expect(some_looks.locator(".who-menu button")).to_be_visible()
    assert_usable(some_looks)


def test_small_screen_shows_one_pane_at_a_time(browser: Browser, live_server: Any, town: City):
    for page in watched_page(browser, **LOOKS["small"]):
        sign_in(page, live_server, "alice")
        expect(page.locator(".main")).to_be_hidden()
        page.locator(".rows a").first.click()
        expect(page.locator(".thread")).to_be_visible()
        expect(page.locator(".rows")).to_be_hidden()
        assert_usable(page)
        page.locator(".back").click()
        expect(page.locator(".rows")).to_be_visible()


def test_enquiry_opens_beside_the_list_without_loading_it_again(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    desk.evaluate("document.querySelector('.rows').dataset.same = 'yes'")

    desk.locator(".rows a").nth(1).click()

    expect(desk.locator("#main")).to_be_focused()
    assert desk.locator(".rows").get_attribute("data-same") == "yes"
    expect(desk.locator(".rows a").nth(1)).to_have_attribute("aria-current", "true")
    assert "/desk/enquiries/" in desk.url
    desk.go_back()
    expect(desk.locator("#main .empty")).to_be_visible()


def test_desk_works_without_javascript(browser: Browser, live_server: Any, town: City):
    for page in watched_page(browser, viewport=WIDE, java_script_enabled=False):
        sign_in(page, live_server, "alice")
        page.locator(".rows a", has_text="Street light out").click()
        page.locator("[name=text]").fill("We repair it on Friday.")
        page.locator("[value=submit]").click()
        expect(page.locator(".flash[role=status]")).to_contain_text("Submitted.")
        expect(page.locator(".waits")).to_contain_text("We repair it on Friday.")


def test_counter_counts_as_the_platform_does_while_one_writes(desk: Page, live_server: Any, town: City):
    message = arrive(town, "x", text="Count me", author="9", now=timezone.now())
    sign_in(desk, live_server, "alice", to=address_of(message))

    desk.locator("[name=text]").fill("日本 👍")
    expect(desk.locator("#count")).to_have_text("7 of 280")
    desk.locator("[name=text]").fill("a" * 281)
    expect(desk.locator("#count")).to_have_text("1 too long: 281 of 280")
    expect(desk.locator("[name=text]")).to_have_attribute("aria-invalid", "true")


def test_keyboard_writes_and_submits(desk: Page, live_server: Any, town: City):
    message = arrive(town, "x", text="By keyboard", author="9", now=timezone.now())
    sign_in(desk, live_server, "alice", to=address_of(message))
    desk.keyboard.press("c")
    expect(desk.locator("#toast")).to_contain_text("It is yours now.")

    desk.locator("[name=text]").fill("We come tomorrow.")
    desk.locator("[name=text]").press("Control+Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Submitted.")
    assert Reply.objects.get(enquiry=message.enquiry).state == Reply.State.SUBMITTED


def test_unsaved_words_are_not_left_behind_unasked(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "alice")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    desk.on("dialog", stay)
    desk.locator(".rows a", has_text="Street light").click()
    desk.locator("[name=text]").fill("Half a sentence")

    desk.locator(".rows a").last.click()

    assert asked == ["Your reply is not saved yet. Leave it anyway?"]
    expect(desk.locator("[name=text]")).to_have_value("Half a sentence")
    desk.locator("[value=save]").click()
    expect(desk.locator(".flash[role=status]")).to_contain_text("Saved as version 1.")


def test_conflict_page_is_usable(some_looks: Page, live_server: Any, town: City):
    message = arrive(town, "x", text="Two of us", author="9", now=timezone.now())
    sign_in(some_looks, live_server, "bob", to=address_of(message))
    some_looks.locator("[name=text]").fill("Bob's words")
    draft(town, message, text="Alice's words", now=timezone.now())

    some_looks.locator("[value=save]").click()

    expect(some_looks.locator(".compose .note-b.warn")).to_contain_text("Alice's words")
    expect(some_looks.locator("[name=text]")).to_have_value("Bob's words")
    assert_usable(some_looks)


def test_supervisor_approves_by_keyboard_and_lands_on_what_is_left(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/approvals/")
    expect(desk.locator("ins").first).to_be_visible()

    desk.keyboard.press("a")
    desk.keyboard.press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Approved.")
    expect(desk.locator(".list .empty")).to_be_visible()


def test_open_page_offers_what_is_new_and_moves_no_row(desk: Page, live_server: Any, town: City):
    desk.clock.install()
    sign_in(desk, live_server, "alice")
    before = desk.locator(".rows").inner_text()
    arrive(town, "x", text="Just arrived", author="new", now=timezone.now())

    desk.clock.run_for(11_000)

    expect(desk.locator("#fresh")).to_have_text("1 new enquiry: show")
    assert desk.locator(".rows").inner_text() == before
    desk.locator("#fresh").click()
    expect(desk.locator(".rows")).to_contain_text("Just arrived")
