"""Standard answers in Chromium: found, read and inserted by keyboard alone; stale ones ask first; usable in every look."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from enquiries.models import Message, Reply, StandardAnswerUse, StandardInsertion
from enquiries.services.standard_answers import standards
from tests.agents.scenes import address_of
from tests.browser.seeing import assert_usable, follow, sign_in
from tests.people import City, arrive, make_city
from tests.standards import expire, posted, standard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city with three answers: one that is right, one that has expired, one with new words that wait."""
    city, now = make_city(), timezone.now()
    standard(city, now=now)
    expire(standard(city, "Opening hours", {"any": {"en": "We are open from nine to five. {topic}"}}, now=now))
    newer = standard(city, "Street light out", {"any": {"en": "The lamp is mended by {due}.", "nl": "Lamp."}}, now=now)
    standards.write_version(
        answer_id=newer.answer_id,
        texts={"any": {"en": "The lamp is mended within a week."}},
        by_id=city.charlie.pk,
        now=now,
        seen_n=1,
    )
    posted(city, arrive(city, "email", text="Bin not emptied", author="e@example.org", now=now), "On Friday.", now=now)
    return city


def opened(page: Page, live_server: Any, town: City, kind: str = "email") -> Message:
    """Alice before an enquiry, with the list of standard answers open."""
    message = arrive(town, kind, text="My bin was not emptied", author="9@example.org", now=timezone.now())
    sign_in(page, live_server, "alice", to=address_of(message))
    page.locator("#standards > summary").click()
    expect(page.locator("#standards-find")).to_be_focused()
    return message


def test_pages_are_usable(look: Page, live_server: Any, town: City):
    sign_in(look, live_server, "bob", to="/desk/standards/")
    assert_usable(look)
    follow(look.locator("table a", has_text="Street light out"))
    assert_usable(look)
    look.goto(f"{look.url}edit/")
    assert_usable(look)
    look.locator("textarea").first.fill("Dear {citizen}")
    follow(look.locator(".card .btn.primary"))
    expect(look.locator(".err").first).to_contain_text("Did you mean {citizen_name}?")
    assert_usable(look)


def test_list_beside_the_composer_is_usable(look: Page, live_server: Any, town: City):
    opened(look, live_server, town)
    expect(look.locator(".earlier details").first).to_be_visible()
    assert_usable(look)
    look.locator("[role=option]", has_text="Opening hours").click()
    expect(look.locator(".preview:visible [name=despite_expiry]")).to_be_visible()
    look.locator(".earlier summary").first.click()
    assert_usable(look)


def test_keyboard_finds_reads_and_inserts(desk: Page, live_server: Any, town: City):
    message = arrive(town, "email", author="9@example.org", now=timezone.now())
    sign_in(desk, live_server, "alice", to=address_of(message))
    desk.keyboard.press("i")
    expect(desk.locator("#standards-find")).to_be_focused()

    desk.keyboard.press("ArrowDown")
    expect(desk.locator("[role=option][aria-selected=true]")).to_contain_text("Opening hours")
    chosen = desk.locator("#standards-find").get_attribute("aria-activedescendant")
    assert chosen == desk.locator("[role=option][aria-selected=true]").get_attribute("id")
    desk.keyboard.type("missed")
    expect(desk.locator("[role=option]")).to_have_count(1)
    desk.keyboard.press("Enter")

    expect(desk.locator("[name=text]")).to_have_value(
        f"Dear Dana Citizen, we empty your bin by {_due(message)}. Your reference is {message.enquiry.reference}."
    )
    expect(desk.locator("[name=text]")).to_be_focused()
    expect(desk.locator("#standards-said")).to_have_text("Inserted: Missed bin.")
    expect(desk.locator("#standards")).not_to_have_attribute("open", "")


def _due(message: Message) -> str:
    message.enquiry.refresh_from_db()
    assert message.enquiry.due_at is not None
    return message.enquiry.due_at.strftime("%A %-d %B %Y")


def test_words_go_in_at_the_caret_between_what_was_written(desk: Page, live_server: Any, town: City):
    opened(desk, live_server, town)
    desk.keyboard.press("Escape")
    text = desk.locator("[name=text]")
    expect(text).to_be_focused()
    text.fill("Good morning!\nKind regards")
    text.evaluate("area => area.setSelectionRange(13, 13)")

    desk.keyboard.press("Control+Shift+S")
    expect(desk.locator("#standards-find")).to_be_focused()
    desk.keyboard.type("lamp")
    expect(desk.locator("[role=option]")).to_have_count(1)
    desk.keyboard.press("Enter")

    expect(desk.locator("#standards-said")).to_contain_text("Inserted")
    value = text.input_value()
    assert value.startswith("Good morning!\n\nThe lamp is mended by ")
    assert value.endswith(".\n\nKind regards")


def test_expired_answer_is_inserted_only_after_a_second_step(desk: Page, live_server: Any, town: City):
    opened(desk, live_server, town)
    desk.keyboard.type("opening")
    expect(desk.locator("[role=option]")).to_have_count(1)
    expect(desk.locator(".preview")).to_contain_text("days ago")

    desk.keyboard.press("Enter")
    expect(desk.locator("[name=despite_expiry]")).to_be_focused()
    expect(desk.locator("#standards-said")).to_contain_text("days ago")
    assert not StandardInsertion.objects.exists()
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")

    expect(desk.locator("[name=text]")).to_have_value("We are open from nine to five. {topic}")
    assert desk.evaluate("getSelection().toString()") == "{topic}"
    assert StandardInsertion.objects.get().despite_expiry


def test_public_reply_is_offered_no_private_words(desk: Page, live_server: Any, town: City):
    opened(desk, live_server, town, "facebook")
    desk.keyboard.type("missed")
    expect(desk.locator("[role=option]")).to_have_count(1)

    desk.keyboard.press("Enter")

    expect(desk.locator("#standards-said")).to_contain_text("is private")
    expect(desk.locator("[name=text]")).to_have_value("")


def test_what_was_changed_is_known_after_submitting(desk: Page, live_server: Any, town: City):
    message = opened(desk, live_server, town)
    desk.keyboard.type("missed")
    expect(desk.locator("[role=option]")).to_have_count(1)
    desk.keyboard.press("Enter")
    expect(desk.locator("#standards-said")).to_contain_text("Inserted")
    desk.keyboard.type("\n\nKind regards, Alice")

    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".flash[role=status]")).to_be_visible()
    assert Reply.objects.get(enquiry=message.enquiry).state == Reply.State.SUBMITTED
    assert StandardAnswerUse.objects.get().changed == 0


def test_supervisor_approves_new_words_by_keyboard(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to="/desk/standards/")
    desk.locator("table a", has_text="Street light out").press("Enter")
    expect(desk.locator("ins").first).to_be_visible()

    desk.locator("button", has_text="Approve version 2").press("Enter")

    expect(desk.locator(".flash[role=status]")).to_contain_text("Approved.")
    expect(desk.locator("#inserted + p")).to_contain_text("Version 2, approved by Bob")
