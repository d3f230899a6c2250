"""The composer in Chromium: nothing that was typed is lost, the side is never in doubt, and the keyboard is enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from enquiries.models import DraftText, Enquiry, Message, Organisation, Reply, ReplyVersion
from enquiries.services import replies
from enquiries.services.leaving import posting
from enquiries.services.replies import drafts
from tests.agents.scenes import address_of
from tests.browser.seeing import LOOKS, WIDE, assert_usable, sign_in
from tests.people import City, arrive, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Thank you for telling us. " + "We look at the bins in your street tomorrow morning. " * 8
Opened = Callable[..., Page]


@pytest.fixture
def town(transactional_db: None) -> City:
    return make_city()


@pytest.fixture
def opened(browser: Browser, live_server: Any) -> Iterator[Opened]:
    """Open an enquiry as somebody, each time in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_as(who: str, message: Message, *, query: str = "", **how: Any) -> Page:
        context = browser.new_context(**({"viewport": WIDE} | how))
        contexts.append(context)
        page = context.new_page()
        sign_in(page, live_server, who, to=address_of(message) + query)
        return page

    yield open_as
    for context in contexts:
        context.close()


def saved(page: Page) -> None:
    expect(page.locator("#draft-said")).to_contain_text("Draft saved", timeout=8000)


def test_text_is_saved_by_itself_and_found_again_in_another_browser(town: City, opened: Opened):
    message = arrive(town, "x", now=timezone.now())
    first = opened("alice", message)
    first.locator("#text").fill("We come tomorrow")
    saved(first)
    first.context.close()

    again = opened("alice", message)

    expect(again.locator("#text")).to_have_value("We come tomorrow")
    expect(again.locator("#restored")).to_contain_text("Restored")


def test_words_typed_just_before_leaving_are_kept(town: City, opened: Opened, live_server: Any):
    message = arrive(town, "x", now=timezone.now())
    page = opened("alice", message)
    page.locator("#text").fill("Half a sen")
    page.goto(f"{live_server.url}/desk/attention/")
    page.wait_for_timeout(500)

    page.goto(live_server.url + address_of(message))

    expect(page.locator("#text")).to_have_value("Half a sen")


def test_expired_session_keeps_the_text_until_signed_in_again(town: City, opened: Opened, live_server: Any):
    page = opened("alice", arrive(town, "x", now=timezone.now()))
    Session.objects.all().delete()
    page.locator("#text").fill("Typed after the session ended")
    expect(page.locator("#draft-said")).to_contain_text("kept in this window", timeout=8000)
    assert not DraftText.objects.exists()

    other = page.context.new_page()
    sign_in(other, live_server, "alice")
    other.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    saved(page)
    assert DraftText.objects.get().text == "Typed after the session ended"
    expect(page.locator("#text")).to_have_value("Typed after the session ended")


def test_text_that_the_server_never_got_is_offered_again(town: City, opened: Opened):
    page = opened("alice", arrive(town, "x", now=timezone.now()))
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.route("**/draft/", lambda route: route.abort())
    page.locator("#text").fill("Typed in a tunnel")
    expect(page.locator("#draft-said")).to_contain_text("no connection", timeout=8000)
    page.reload()
    page.context.unroute_all()

    expect(page.locator("#unsent")).to_contain_text("Typed in a tunnel")
    page.get_by_role("button", name="Put it into the box").click()

    expect(page.locator("#text")).to_have_value("Typed in a tunnel")
    saved(page)


def test_stale_form_shows_both_texts_and_their_difference(town: City, opened: Opened):
    message = arrive(town, "x", now=timezone.now())
    page = opened("alice", message)
    replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=town.bob.pk,
        text="We come on Friday.",
        now=timezone.now(),
    )
    page.locator("#text").fill("We come on Monday.")
    page.get_by_role("button", name="Save draft").click()

    note = page.locator("form.compose .note-b.warn")
    expect(note).to_contain_text("Bob saved version 1")
    expect(note.locator("del", has_text="Friday")).to_be_visible()
    expect(note.locator("ins", has_text="Monday")).to_be_visible()
    expect(page.locator("#text")).to_have_value("We come on Monday.")
    assert_usable(page)


def test_parts_are_shown_exactly_as_they_will_be_posted(town: City, opened: Opened):
    page = opened("alice", arrive(town, "x", now=timezone.now()))
    page.locator("#text").fill(LONG)
    box = page.get_by_role("checkbox", name=re.compile("numbered parts"))
    expect(box).to_be_visible(timeout=5000)
    box.check()
    expect(page.locator(".cut li").first).to_be_visible()
    shown = page.locator(".cut li").all_text_contents()
    page.get_by_role("button", name="Submit for approval").click()

    expect(page.locator(".msg.waits")).to_be_visible()
    routes = ReplyVersion.objects.get().content["routes"]
    assert [route["text"] for route in routes] == shown
    assert len(shown) == 2


def test_colleague_sees_who_is_writing_and_what(town: City, opened: Opened):
    message = arrive(town, "x", now=timezone.now())
    bob = opened("bob", message)
    drafts.keep(
        drafts.Sheet(enquiry_id=message.enquiry_id, author_id=town.alice.pk, answers_id=message.pk),
        text="We come to",
        now=timezone.now(),
    )

    note = bob.locator("#writing")
    expect(note).to_contain_text("Alice is writing here, too", timeout=12_000)
    note.locator("summary").click()

    expect(note).to_contain_text("We come to")
    assert_usable(bob)


def test_guard_marks_a_telephone_number_while_it_is_typed(town: City, opened: Opened):
    page = opened("alice", arrive(town, "x", now=timezone.now()))
    page.locator("#text").fill("Please call me on 06 12345678 tomorrow.")

    expect(page.locator(".guarded mark")).to_have_text("06 12345678", timeout=6000)
    assert_usable(page)


def test_reply_is_written_submitted_and_undone_by_keyboard_alone(town: City, opened: Opened):
    Organisation.objects.update(undo_public_seconds=60)
    message = arrive(town, "x", now=timezone.now())
    page = opened("alice", message)
    page.locator("#text").focus()
    page.keyboard.type("We come tomorrow.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.waits")).to_be_visible()
    version = ReplyVersion.objects.get()
    replies.approve(
        reply_id=version.reply_id,
        approver_id=town.bob.pk,
        seen_sha256=bytes(version.content_sha256).hex(),
        now=timezone.now(),
    )
    page.reload()
    expect(page.locator(".undo [data-count]")).to_have_text(re.compile(r"Leaves in \d+ s"))
    assert_usable(page)
    page.locator(".undo button").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".msg.fold")).to_contain_text("Called back before it left")
    assert Reply.objects.get().state == "RETURNED"
    assert posting.deliver_due(worker="late") == 0


def test_change_of_sides_is_made_on_purpose(town: City, opened: Opened):
    public = arrive(town, "facebook", text="Public question", now=timezone.now())
    private = arrive(town, "email", text="Private words", now=timezone.now())
    Message.objects.filter(pk=private.pk).update(enquiry=public.enquiry)
    page = opened("alice", public)
    expect(page.locator("#badge")).to_contain_text("Private")
    page.get_by_role("link", name="Answer this in public").click()
    expect(page.locator("#badge")).to_contain_text("PUBLIC")
    page.locator("#text").fill("Everybody may know this.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("form.compose [role=alert]").first).to_contain_text("You are changing sides")
    assert not ReplyVersion.objects.exists()

    page.get_by_role("checkbox", name=re.compile("Yes, answer in public")).check()
    page.get_by_role("button", name="Save draft").click()

    expect(page.locator("#badge")).to_contain_text("PUBLIC")
    assert ReplyVersion.objects.get().content["side"] == "PUBLIC"


def test_badge_stays_in_sight_above_a_long_text(town: City, opened: Opened):
    page = opened("alice", arrive(town, "email", now=timezone.now()), viewport={"width": 320, "height": 640})
    page.locator("#text").fill("A line.\n" * 200)
    page.locator("#text").evaluate("box => box.scrollIntoView({block: 'end'})")

    expect(page.locator("#badge")).to_be_in_viewport()


@pytest.mark.parametrize("look", LOOKS)
def test_composer_is_usable_in_every_look(town: City, opened: Opened, look: str):
    now = timezone.now()
    message = arrive(town, "x", now=now, text="@northwell متى تأتون؟")
    page = opened("alice", message, **LOOKS[look])
    page.locator("#text").fill(f"{LONG} 06 12345678")
    expect(page.locator(".guarded")).to_be_visible(timeout=6000)
    page.locator(".later summary").click()
    page.locator(".parts summary").click()

    assert_usable(page)


def test_pointer_leads_the_citizen_to_a_private_page(town: City, opened: Opened, live_server: Any, settings):
    settings.PUBLIC_URL = live_server.url
    message = arrive(town, "x", now=timezone.now())
    page = opened("alice", message)
    page.get_by_role("button", name="Take offline").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"/private/[a-z2-7]{26}/"))
    link = re.search(r"http\S+", page.locator("#text").input_value())
    assert link is not None
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator(".msg.waits")).to_be_visible()

    citizen = page.context.browser.new_page()  # type: ignore[union-attr]
    citizen.goto(link[0])
    assert_usable(citizen)
    citizen.locator("#text").fill("It is about my health.")
    citizen.locator("#send").click()

    expect(citizen.get_by_text("This is your private page")).to_be_visible()
    assert_usable(citizen)
    assert Message.objects.get(text="It is about my health.").enquiry_id == message.enquiry_id
    assert Enquiry.objects.count() == 1
    citizen.context.close()
