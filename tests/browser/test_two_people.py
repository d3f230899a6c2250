"""Two people at one enquiry at once, each in a browser of their own: they see each other, and nobody loses a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Response, expect

from enquiries.models import DraftText, Enquiry, Message
from tests.agents.scenes import address_of
from tests.browser.seeing import WIDE, assert_usable, follow, sign_in, watched_page
from tests.people import City, arrive, make_city
from tests.workers import empty_redis

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEAT_MS = 10_000
"""Longer than any page waits before it asks again, on the page's own clock."""


@pytest.fixture
def town(transactional_db: None) -> City:
    """One enquiry with two questions."""
    empty_redis()
    city, now = make_city(), timezone.now()
    arrive(city, subject="Street light out", thread="t", text="The street light is out.", now=now)
    arrive(city, subject="Street light out", thread="t", text="And the bin was not emptied.", now=now)
    return city


def someone(browser: Browser, live_server: Any, who: str) -> Iterator[Page]:
    for page in watched_page(browser, viewport=WIDE):
        page.clock.install()
        sign_in(page, live_server, who)
        yield page


@pytest.fixture
def alice(browser: Browser, live_server: Any, town: City) -> Iterator[Page]:
    yield from someone(browser, live_server, "alice")


@pytest.fixture
def bob(browser: Browser, live_server: Any, town: City) -> Iterator[Page]:
    yield from someone(browser, live_server, "bob")


def at_the_enquiry(page: Page, live_server: Any) -> Page:
    page.goto(live_server.url + address_of(Enquiry.objects.get(subject="Street light out")))
    return page


def later(page: Page) -> None:
    """Let the page's own clock run until it has asked what is new."""
    with page.expect_response("**/desk/pulse/**"):
        page.clock.run_for(BEAT_MS)


def do(page: Page, key: str, words: str = "") -> None:
    """Press the key of an act and, where it asks for words, give them."""
    page.locator("#main").focus()
    page.keyboard.press(key)
    if words:
        page.locator("dialog[open] textarea").fill(words)
        page.locator("dialog[open] button.primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def take(page: Page) -> None:
    """Take the enquiry, and see that it is one's own."""
    do(page, "c")
    expect(page.locator(".facts")).to_contain_text("You, until")


def is_told(answer: Response, *, writing: bool) -> bool:
    """Whether the server has just been told that somebody is at the enquiry, and whether they write."""
    sent = (answer.request.post_data or "").replace("\r\n", "\n")
    return 'name="enquiry"\n\nNW-' in sent and f'name="writing"\n\n{int(writing)}' in sent


def test_each_sees_who_views_who_writes_and_that_they_have_left(alice: Page, bob: Page, live_server: Any):
    row = bob.locator("[data-row] .here")
    with alice.expect_response(lambda answer: is_told(answer, writing=False)):
        at_the_enquiry(alice, live_server)
    later(bob)
    expect(row).to_contain_text("Alice is viewing")

    alice.locator("#text").fill("We come on")
    with alice.expect_response(lambda answer: is_told(answer, writing=True)):
        alice.clock.run_for(BEAT_MS)
    later(bob)
    expect(row).to_contain_text("Alice is writing")
    at_the_enquiry(bob, live_server)
    expect(bob.locator(".head .here")).to_contain_text("Alice is writing")
    assert_usable(bob)

    alice.goto(f"{live_server.url}/desk/preferences/")
    later(bob)
    expect(bob.locator(".head .here")).to_be_empty(timeout=15_000)


def test_what_one_has_taken_the_other_sees_and_cannot_submit(alice: Page, bob: Page, live_server: Any):
    at_the_enquiry(bob, live_server).locator("#text").fill("Bob's words")
    take(at_the_enquiry(alice, live_server))

    later(bob)
    expect(bob.locator(".head .held")).to_have_text("Only Alice can submit now")
    expect(bob.locator("#text")).to_have_value("Bob's words")
    assert_usable(bob)
    follow(bob.get_by_role("button", name="Submit for approval"))

    expect(bob.locator(".compose [role=alert].danger")).to_contain_text("Alice has this enquiry until")
    expect(bob.locator(".compose [role=alert].danger")).to_contain_text("Your text is still here.")
    expect(bob.locator("#text")).to_have_value("Bob's words")
    assert Enquiry.objects.get().state == "OPEN"


def test_whoever_it_is_taken_from_is_told_why_and_keeps_the_text(alice: Page, bob: Page, live_server: Any):
    take(at_the_enquiry(alice, live_server))
    alice.locator("#text").fill("Alice's half sentence")
    at_the_enquiry(bob, live_server)
    do(bob, "c", "You are off from noon.")
    expect(bob.locator("#toast")).to_contain_text("It is yours now. Your colleague sees why.")

    later(alice)
    expect(alice.locator("#toast")).to_contain_text("Bob has taken this enquiry over")
    expect(alice.locator(".msg.note[data-for-me]")).to_contain_text("You are off from noon.")
    expect(alice.locator("#text")).to_have_value("Alice's half sentence")
    alice.reload()
    expect(alice.locator("#text")).to_have_value("Alice's half sentence")


def test_next_one_reads_the_word_of_whoever_gave_it_back(alice: Page, bob: Page, live_server: Any):
    take(at_the_enquiry(alice, live_server))
    at_the_enquiry(bob, live_server)
    do(alice, "c", "The depot looks on Monday.")
    expect(alice.locator("#toast")).to_contain_text("Given back to the team.")

    later(bob)
    expect(bob.locator(".msg.note")).to_contain_text("The depot looks on Monday.")
    expect(bob.locator(".msg.note")).to_contain_text("Alice")
    take(bob)


def test_split_moves_the_words_and_both_pages_say_so(alice: Page, bob: Page, live_server: Any):
    at_the_enquiry(alice, live_server)
    at_the_enquiry(bob, live_server)
    bob.locator("#main").focus()
    bob.keyboard.press("s")
    bob.get_by_role("checkbox", name="And the bin was not emptied.").check()
    bob.get_by_role("button", name="Split off").click()
    expect(bob.locator("#toast")).to_contain_text("1 message went to NW-")
    moved = Message.objects.get(text="And the bin was not emptied.").enquiry

    later(alice)
    expect(alice.locator(".thread")).to_contain_text("Messages went to an enquiry of their own")
    expect(alice.locator(".thread .msg")).to_have_count(1)
    link = alice.locator(".facts").get_by_role("link", name="And the bin was not emptied.")
    follow(link)
    expect(alice.locator(".head")).to_contain_text(moved.reference)
    expect(alice.locator(".thread")).to_contain_text("Split off from another enquiry")
    expect(alice.locator(".thread .msg")).to_contain_text("And the bin was not emptied.")


def test_two_on_one_draft_see_it_and_each_keeps_their_own(alice: Page, bob: Page, live_server: Any):
    for page, words in ((alice, "We come on Monday."), (bob, "We come on Tuesday.")):
        at_the_enquiry(page, live_server).locator("#text").fill(words)
        with page.expect_response("**/draft/"):
            page.clock.run_for(2_000)

    for page, name, words in ((alice, "Bob", "We come on Tuesday."), (bob, "Alice", "We come on Monday.")):
        later(page)
        other = page.locator("#writing details")
        expect(other).to_contain_text(f"{name} is writing here, too")
        other.locator("summary").click()
        expect(other.locator(".words")).to_have_text(words)
        assert_usable(page)
    expect(alice.locator("#text")).to_have_value("We come on Monday.")
    assert set(DraftText.objects.values_list("author__name", flat=True)) == {"Alice", "Bob"}
