"""Approving in Chromium: usable in every look, by keyboard alone, and never past a place that nobody has looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from agents.models import Substitution
from enquiries.models import Approval, ApprovalPolicy, Freeze, Reply
from enquiries.services import replies
from enquiries.services.approving import freezing
from tests.browser.seeing import WIDE, assert_usable, follow, let_in, sign_in
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.people import City, approved, arrive, make_city, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CARELESS = "Call 07700 900461 or write to dana@post.example."


@pytest.fixture
def town(transactional_db: None) -> City:
    """A city with a policy, a substitute, a freeze that ended, and three replies that wait: one says too much."""
    city, now = make_city(), timezone.now()
    make_policy(city, a_rule("TWO", incident=[True]), a_rule("SAMPLE", percent=20, words=["sorry", "آسف"]), now=now)
    Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=now)
    frozen(city)
    Freeze.objects.update(lifted_at=timezone.now(), lifted_by=city.bob)
    submitted(city, arrive(city, "x", text="Who empties the bins?", now=now), text=CARELESS, now=now)
    submitted(city, arrive(city, "facebook", text="متى تأتي الشاحنة؟", now=now), text="غداً صباحاً.", now=now)
    first = submitted(city, arrive(city, now=now), text="We come soon.", now=now)
    replies.return_reply(reply_id=first.reply_id, by_id=city.bob.pk, reason="TONE", note="A date.", now=now)
    submitted(city, first.reply.answers, text="We come tomorrow.", now=now)
    return city


def frozen(city: City) -> Freeze:
    now = timezone.now()
    return freezing.freeze(
        organisation=city.organisation,
        scope="CHANNEL",
        kind="x",
        reason="Wrong opening hours went out",
        by_id=city.bob.pk,
        expires_at=now + timedelta(hours=1),
        now=now,
    )


def careless() -> Reply:
    return next(reply for reply in Reply.objects.all() if reply.versions.filter(content__text=CARELESS).exists())


def test_every_page_of_approving_is_usable(look: Page, live_server: Any, town: City):
    let_in(look, live_server, "bob")
    approved(town, arrive(town, "x", now=timezone.now()), text="Held.", now=timezone.now())
    held = frozen(town)
    for address in (
        f"approvals/{careless().pk}/",
        "approvals/",
        "approvals/together/",
        "policy/",
        "policy/edit/",
        "policy/versions/1/",
        "freezes/",
        f"freezes/{held.pk}/lift/",
        "substitutes/",
    ):
        look.goto(f"{live_server.url}/desk/{address}")
        assert_usable(look)


def test_tried_rules_and_refused_ones_are_usable(look: Page, live_server: Any, town: City):
    sign_in(look, live_server, "bob", to="/desk/policy/edit/")
    follow(look.locator("button[value=try]:not(.vh)"))
    assert_usable(look)
    follow(look.locator("button[value=add]"))
    follow(look.locator("button[value=try]:not(.vh)"))
    assert_usable(look)


def test_key_approves_and_undo_is_at_hand(desk: Page, live_server: Any, town: City):
    type(town.organisation).objects.update(undo_private_seconds=60)
    reply = Reply.objects.order_by("-pk")[0]
    sign_in(desk, live_server, "bob", to=f"/desk/approvals/{reply.pk}/")
    desk.locator("[data-approve][data-key=a]").wait_for()
    desk.keyboard.press("a")
    desk.wait_for_url("**/desk/approvals/")

    assert Approval.objects.get().reply_id == reply.pk
    desk.locator(".just form button").click()
    desk.wait_for_url("**/desk/enquiries/**")
    assert Reply.objects.get(pk=reply.pk).state == Reply.State.RETURNED


def test_key_never_acts_past_an_open_find(desk: Page, live_server: Any, town: City):
    sign_in(desk, live_server, "bob", to=f"/desk/approvals/{careless().pk}/")
    expect(desk.locator("[data-approve]")).to_contain_text("2 places to look at")
    desk.locator("[data-approve][data-key=a]").wait_for()
    desk.keyboard.press("a")

    boxes = desk.locator("input[name=finds]")
    expect(boxes.nth(0)).to_be_focused()
    desk.keyboard.press("Space")
    expect(desk.locator("[data-approve]")).to_contain_text("1 place to look at")
    desk.keyboard.press("a")
    expect(boxes.nth(1)).to_be_focused()
    assert not Approval.objects.exists()
    desk.keyboard.press("Space")
    desk.keyboard.press("a")
    desk.wait_for_url("**/desk/approvals/")
    assert len(Approval.objects.get().acknowledged) == 2


def test_second_press_meant_for_the_one_before_decides_nothing(desk: Page, live_server: Any, town: City):
    reply = Reply.objects.order_by("-pk")[0]
    sign_in(desk, live_server, "bob", to=f"/desk/approvals/{reply.pk}/")
    desk.locator("[data-approve][data-key=a]").wait_for()
    desk.keyboard.press("a")
    desk.keyboard.press("a")
    desk.wait_for_url("**/desk/approvals/")
    desk.keyboard.press("a")
    desk.wait_for_load_state()

    assert Approval.objects.count() == 1


def test_return_and_change_by_keyboard_alone(desk: Page, live_server: Any, town: City):
    reply = careless()
    sign_in(desk, live_server, "bob", to=f"/desk/approvals/{reply.pk}/")
    desk.keyboard.press("e")
    expect(desk.locator("#edit-text")).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("r")
    expect(desk.locator("#return input[type=radio]").first).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.type("No numbers of private persons.")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/approvals/")

    back = Reply.objects.get(pk=reply.pk)
    assert back.state == Reply.State.RETURNED
    assert back.versions.get().returns.get().note == "No numbers of private persons."


def test_tick_all_opens_only_when_each_has_been_on_the_screen(desk: Page, live_server: Any, town: City):
    for number in range(8):
        submitted(town, arrive(town, now=timezone.now()), text=f"Answer {number}.", now=timezone.now())
    sign_in(desk, live_server, "bob", to="/desk/approvals/together/")
    button = desk.locator("[data-tick-read]")
    expect(button).to_be_disabled()
    for one in desk.locator("[data-short] .tick-one").all():
        one.scroll_into_view_if_needed()
        desk.wait_for_timeout(100)
    expect(button).to_be_enabled()
    button.click()
    expect(desk.locator("[data-count-ticked]")).to_have_text("10")
    desk.locator("form[data-together] button[type=submit]").click()
    expect(desk.locator("#results-title")).to_contain_text("10 replies are approved")
    assert Approval.objects.count() == 10


def test_rules_are_written_tried_and_saved_without_a_script(browser: Browser, live_server: Any, town: City):
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, "bob", to="/desk/policy/edit/")
    page.locator("button[value=add]").click()
    page.locator("[name=r2-name]").fill("Angry and public")
    page.locator("#rule-2 summary", has_text="Side").click()
    page.locator("[name=r2-side][value=PUBLIC]").check()
    page.locator("button[value='up:2']").click()
    assert page.locator("[name=r1-side][value=PUBLIC]").is_checked()
    page.locator("button[value=try]:not(.vh)").click()
    page.locator("[name=note]").fill("Two weeks of complaints")
    page.locator("button[value=save]").click()
    page.wait_for_url("**/desk/policy/")

    newest = ApprovalPolicy.objects.get(n=2)
    assert [rule["name"] for rule in newest.rules] == ["two", "Angry and public", "sample"]
    context.close()


def test_approving_works_without_a_script(browser: Browser, live_server: Any, town: City):
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, "bob", to=f"/desk/approvals/{careless().pk}/")
    page.locator("[data-approve]").click()
    assert not Approval.objects.exists()
    for box in page.locator("input[name=finds]").all():
        box.check()
    page.locator("[data-approve]").click()
    page.wait_for_url("**/desk/approvals/")

    assert Approval.objects.count() == 1
    context.close()
