"""From a monitor to a posted answer, and from a nasty comment to a hidden one, through the whole service and the simulators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from channels_social.x.adapter import XChannel
from enquiries.contract import OutboundReply, Side
from enquiries.models import ChannelAccount, Message, Moderation, Overheard, PlatformChange, Posting
from enquiries.queries.surroundings import around
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import posting
from enquiries.services.platforms import context, listening, moderating, overhearing, presence
from enquiries.services.replies.drafting import DraftRefused
from tests.channels_social.accounts import facebook_account, x_account
from tests.people import City, approved, submitted
from tests.sims import Simulator

pytestmark = pytest.mark.django_db


def open_account(city: City, kind: str, url: str, **settings: Any) -> ChannelAccount:
    """Point the city's account at the simulator, with its secrets; nothing else is picked up."""
    known = x_account(url, **settings) if kind == "x" else facebook_account(url)
    account = city.accounts[kind]
    account.external_id, account.handle = known.external_id, known.handle
    account.settings = {**known.settings, "settle_seconds": 1, "leave_direct_messages": True}
    account.keep_secrets(dict(known.secrets))
    account.save()
    ChannelAccount.objects.exclude(pk=account.pk).update(is_active=False)
    return account


def pick_up() -> None:
    pickup.pick_up_due(now=timezone.now(), worker="w")
    intake.read_due_payloads(now=timezone.now(), worker="w")


def hear(account: ChannelAccount, city: City, words: str) -> list[Overheard]:
    now = timezone.now()
    listening.begin(account_id=account.pk, name="Potholes", query=words, every_seconds=300, by_id=city.bob.pk, now=now)
    assert listening.listen_due(now=now, worker="w")
    intake.read_due_payloads(now=timezone.now(), worker="w")
    return list(Overheard.objects.order_by("occurred_at", "pk"))


def ours(x: Simulator) -> list[str]:
    return [post["text"] for post in x.ledger()["posts"] if post["by_api"]]


def test_post_that_a_monitor_found_is_joined_and_answered_only_where_x_lets_us(x: Simulator, city: City):
    account = open_account(city, "x", x.url)
    x.act("knobs", {"search_lag_seconds": 0})
    for text, age in [("Another pothole in Mill Road", 120), ("@northwell a pothole again", 60)]:
        x.write(author_handle=f"dana{age}", author_name="Dana", text=text, push="no", age_seconds=age)

    cold, named = hear(account, city, "pothole")
    assert (cold.answerable, named.answerable, cold.permalink[:14]) == (False, True, "https://x.com/")

    for heard in (cold, named):
        overhearing.join(overheard_id=heard.pk, by_id=city.alice.pk, now=timezone.now())
    pick_up()
    assert Message.objects.filter(account=account).count() == 2, "what was joined does not arrive a second time"
    with pytest.raises(DraftRefused, match="X lets us answer"):
        submitted(city, Message.objects.get(external_id=cold.external_id), now=timezone.now())

    approval = approved(city, Message.objects.get(external_id=named.external_id), now=timezone.now())
    posting.deliver_due(worker="w")
    assert Posting.objects.get(approval=approval).state == Posting.State.POSTED
    assert len(ours(x)) == 1 and ours(x)[0].endswith("We come tomorrow.")


def test_overheard_post_that_is_taken_down_on_x_leaves_the_list(x: Simulator, city: City):
    account = open_account(city, "x", x.url)
    x.act("knobs", {"search_lag_seconds": 0})
    x.write(author_handle="dana", author_name="Dana", text="A pothole", push="no", age_seconds=60)
    (heard,) = hear(account, city, "pothole")
    x.act("delete", {"id": heard.external_id})

    now = timezone.now() + timedelta(days=1)
    presence.recheck_due(now=now, worker="w")
    presence.recheck_due(now=now, worker="w")

    heard.refresh_from_db()
    assert heard.gone_at and heard.text == "" and b"pothole" not in bytes(heard.payload.raw)


def decided(city: City, message: Message, act: str) -> Moderation:
    """Alice asks, Bob agrees, the sweep does it."""
    now = timezone.now()
    one = moderating.ask(message_id=message.pk, act=act, reason="Hate", by_id=city.alice.pk, now=now)
    moderating.decide(moderation_id=one.pk, agrees=True, by_id=city.bob.pk, now=now)
    moderating.carry_out_due(now=timezone.now(), worker="w")
    one.refresh_from_db()
    return one


def test_reply_under_our_post_on_x_is_read_in_its_thread_hidden_and_shown_again(x: Simulator, city: City):
    x.act("knobs", {"plan": "enterprise", "search_lag_seconds": 0})
    open_account(city, "x", x.url, plan="enterprise")
    first = x.write(author_handle="eli", author_name="Eli", text="@northwell hello", push="no", age_seconds=90)["id"]
    quote = OutboundReply(
        key="k", text="Bins today", side=Side.PUBLIC, target_id=str(first), approved_at=timezone.now(), as_quote=True
    )
    root = XChannel().send(x_account(x.url, plan="enterprise"), quote).external_id
    nasty = x.write(author_handle="dana", author_name="Dana", text="@northwell idiots", push="no", in_reply_to=root)[
        "id"
    ]
    pick_up()
    message = Message.objects.get(external_id=str(nasty))
    context.fetch_due(now=timezone.now(), worker="w")
    shown = around([message])
    assert (root, True) in [(one.external_id, one.is_ours) for one in shown.posts]

    assert decided(city, message, "HIDE").state == "DONE"
    assert _post(x, nasty)["hidden"]
    assert decided(city, message, "SHOW").state == "DONE"
    assert not _post(x, nasty)["hidden"]
    kinds = PlatformChange.objects.filter(root_id=str(nasty)).order_by("occurred_at").values_list("kind", flat=True)
    assert list(kinds) == ["HIDDEN", "SHOWN"]


def _post(x: Simulator, number: str) -> dict[str, Any]:
    return next(dict(each) for each in x.ledger()["posts"] if each["id"] == str(number))


def test_comment_on_facebook_is_hidden_then_taken_down_and_emptied_here(facebook: Simulator, city: City):
    open_account(city, "facebook", facebook.url)
    number = facebook.write(kind="comment", author_name="Dana", text="You idiots", push="no")["id"]
    pick_up()
    message = Message.objects.get(root_id=str(number))

    assert decided(city, message, "HIDE").state == "DONE"
    assert _comment(facebook, number)["hidden"]
    assert decided(city, message, "REMOVE").state == "DONE"

    assert _comment(facebook, number)["deleted"]
    message.refresh_from_db()
    assert (message.text, message.blanked_at is not None) == ("", True)


def _comment(facebook: Simulator, number: str) -> dict[str, Any]:
    return next(dict(each) for each in facebook.ledger()["comments"] if each["id"] == str(number))
