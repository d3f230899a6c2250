"""Hiding what citizens wrote: asked by one, decided by a second who supervises, done once, and never on what is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from enquiries.contract import AccountUnusable, Act, Refused, Uncertain
from enquiries.models import ChannelAccount, ContextPost, Enquiry, Message, Moderation, PlatformChange
from enquiries.queries.moderations import ASKED, asked_last, by_message, in_trouble, waiting
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import moderating, presence
from enquiries.services.platforms.moderating import ModerationRefused, NotYoursToDecide
from tests.enquiries.listeners import asked, open_forum, said, wide  # noqa: F401 - a fixture
from tests.enquiries.test_races import at_once
from tests.enquiries.wide_forum import World
from tests.people import NOON, City, arrive, make_city

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    return open_forum(city)


def agree(one: Moderation, by_id: int, *, agrees: bool = True) -> Moderation:
    return moderating.decide(moderation_id=one.pk, agrees=agrees, by_id=by_id, now=NOON)


def carry_out(minutes: int = 1) -> int:
    return moderating.carry_out_due(now=NOON + minutes * MINUTE, worker="w")


def state_of(one: Moderation) -> str:
    return Moderation.objects.get(pk=one.pk).state


def test_what_a_second_person_agrees_to_is_done_once(forum: ChannelAccount, city: City, wide: World):  # noqa: F811
    one = asked(city)
    assert (carry_out(), wide.acts) == (0, [])
    agree(one, city.bob.pk)

    assert (carry_out(), carry_out(2)) == (1, 0)

    assert (wide.acts, state_of(one)) == ([("post", Act.HIDE)], "DONE")
    verbs = Event.objects.filter(subject=f"moderation:{one.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["moderation.asked", "moderation.agreed", "moderation.done"]


def test_supervisor_cannot_decide_about_what_they_asked_for(forum: ChannelAccount, city: City):
    one = moderating.ask(message_id=said(city).pk, act="HIDE", reason="Hate", by_id=city.bob.pk, now=NOON)
    with pytest.raises(NotYoursToDecide, match="somebody else"):
        agree(one, city.bob.pk)
    with pytest.raises(IntegrityError, match="nobody_decides_the_own_moderation"), transaction.atomic():
        Moderation.objects.filter(pk=one.pk).update(state="QUEUED", decided_by=city.bob, decided_at=NOON)
    assert state_of(one) == "ASKED"


@pytest.mark.parametrize("name", ["charlie", "admin", "other"])
def test_only_a_supervisor_of_the_team_decides(name: str, forum: ChannelAccount, city: City):
    one = asked(city)
    person = city.alice if name == "other" else getattr(city, name)
    with pytest.raises(NotYoursToDecide):
        agree(one, person.pk)
    assert state_of(one) == "ASKED"


def test_what_is_declined_is_never_done_and_says_why(forum: ChannelAccount, city: City, wide: World):  # noqa: F811
    one = asked(city)
    moderating.decide(moderation_id=one.pk, agrees=False, by_id=city.bob.pk, now=NOON, words="It is harsh, not hate.")
    one.refresh_from_db()
    assert (one.state, one.detail, carry_out(), wide.acts) == ("DECLINED", "It is harsh, not hate.", 0, [])
    assert asked(city, one.message).pk != one.pk


def test_asking_is_taken_back_only_by_who_asked(forum: ChannelAccount, city: City):
    one = asked(city)
    with pytest.raises(NotYoursToDecide):
        moderating.withdraw(moderation_id=one.pk, by_id=city.bob.pk, now=NOON)
    moderating.withdraw(moderation_id=one.pk, by_id=city.alice.pk, now=NOON)
    with pytest.raises(SomebodyWasFaster):
        agree(one, city.bob.pk)


def test_same_message_is_asked_about_once_at_a_time(forum: ChannelAccount, city: City):
    one = asked(city)
    with pytest.raises(ModerationRefused, match="waits for this message"):
        asked(city, one.message)


def x_post(city: City, thread: str, **fields: Any) -> Message:
    return arrive(city, "x", external_id="77", root_id="77", thread=f"{thread}:dana", **fields)


def under_a_strangers(city: City) -> Message:
    ContextPost.objects.create(
        account=city.accounts["x"], external_id="50", thread="50", text="Hi", occurred_at=NOON, fetched_at=NOON
    )
    return x_post(city, "50")


def gone(city: City) -> Message:
    message = said(city)
    PlatformChange.objects.create(
        account=message.account, root_id="post", kind="GONE", occurred_at=NOON, noticed_at=NOON
    )
    return message


CANNOT: dict[str, tuple[Callable[[City], Message], str, str]] = {
    "a mail": (lambda city: arrive(city), "HIDE", "in public"),
    "a post that is gone": (gone, "HIDE", "is gone"),
    "taking down on X": (lambda city: x_post(city, "50"), "REMOVE", "does not let us"),
    "a citizen's own post on X": (lambda city: x_post(city, "77"), "HIDE", "under a post of ours"),
    "a reply to a stranger on X": (under_a_strangers, "HIDE", "under a post of ours"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_the_platform_does_not_let_us_do_is_not_asked_for(name: str, forum: ChannelAccount, city: City):
    make, act, words = CANNOT[name]
    with pytest.raises(ModerationRefused, match=words):
        asked(city, make(city), act=act)
    assert not Moderation.objects.exists()


def test_reason_is_needed(forum: ChannelAccount, city: City):
    with pytest.raises(ModerationRefused, match="Say why"):
        moderating.ask(message_id=said(city).pk, act="HIDE", reason=" ", by_id=city.alice.pk, now=NOON)


def test_reply_under_our_post_on_x_may_be_hidden(city: City):
    ContextPost.objects.create(
        account=city.accounts["x"], external_id="50", thread="50", is_ours=True, occurred_at=NOON, fetched_at=NOON
    )
    assert moderating.why_not(x_post(city, "50"), "HIDE") == ""


def test_post_that_vanishes_while_it_waits_is_withdrawn(forum: ChannelAccount, city: City, wide: World):  # noqa: F811
    one = asked(city)
    wide.gone = {"post"}
    presence.recheck_due(now=NOON + timedelta(days=1), worker="w")

    with pytest.raises(ModerationRefused, match="is gone"):
        agree(one, city.bob.pk)

    one.refresh_from_db()
    assert (one.state, one.detail) == ("WITHDRAWN", "The post is gone from the platform.")
    assert not waiting(Enquiry.objects.all()).exists()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Let the forum answer every act with this error, or do it."""
    from tests.enquiries.wide_forum import WideForum

    done = WideForum.moderate

    def answer_with(error: Exception | None) -> None:
        def moderate(self: Any, account: Any, **how: Any) -> None:
            if error:
                raise error
            done(self, account, **how)

        monkeypatch.setattr(WideForum, "moderate", moderate)

    return answer_with


def test_refusal_of_the_platform_stands_where_somebody_sees_it(forum: ChannelAccount, city: City, failing):
    one = agree(asked(city), city.bob.pk)
    failing(Refused("Too old.", fix="Do it by hand."))

    assert carry_out() == 0

    (shown,) = in_trouble(Enquiry.objects.all())
    assert (shown.pk, shown.state, shown.detail) == (one.pk, "FAILED", "Too old. Do it by hand.")
    asked(city, one.message)
    assert not in_trouble(Enquiry.objects.all()).exists()


@pytest.mark.parametrize("error", [Uncertain("No answer."), AccountUnusable("No right.", fix="Sign in again.")])
def test_what_may_pass_is_tried_again_and_seen_after_some_tries(error, forum: ChannelAccount, city: City, failing):
    one = agree(asked(city), city.bob.pk)
    failing(error)
    for n in range(1, 4):
        assert carry_out(n * 20) == 0
    assert [each.pk for each in in_trouble(Enquiry.objects.all())] == [one.pk]

    failing(None)
    assert (carry_out(120), state_of(one), in_trouble(Enquiry.objects.all()).count()) == (1, "DONE", 0)


def test_message_tells_what_was_asked_last(forum: ChannelAccount, city: City):
    first = asked(city)
    agree(first, city.bob.pk, agrees=False)
    second = asked(city, first.message)

    (told,) = by_message(asked_last([first.message.enquiry_id]).values(*ASKED)).values()

    assert (told.pk, told.state, str(told.asked_by), told.decided_by) == (second.pk, "ASKED", "Alice", None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(wide: World):  # noqa: F811 - the fixture itself
    city = make_city()
    open_forum(city)
    other = type(city.bob).objects.create_user("beth@northwell.example", "x", name="Beth")
    city.bob.memberships.model.objects.create(
        user=other, organisation=city.organisation, team=city.waste, role="SUPERVISOR"
    )
    for n in range(5):
        one = asked(city, said(city, f"p{n}"))
        results = at_once(lambda: agree(one, city.bob.pk), lambda: agree(one, other.pk, agrees=False))  # noqa: B023
        assert sorted(type(each).__name__ for each in results) == ["Moderation", "SomebodyWasFaster"]


@pytest.mark.django_db(transaction=True)
def test_double_click_asks_once(wide: World):  # noqa: F811 - the fixture itself
    city = make_city()
    open_forum(city)
    message = said(city)

    def ask() -> object:
        try:
            return asked(city, message)
        except ModerationRefused as refusal:
            return refusal

    at_once(*[ask] * 4)

    assert Moderation.objects.count() == 1
