"""What was said around a citizen's post: fetched, shown without what is gone, let go after a day, asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.models import ChannelAccount, ContextFetch, ContextPost, PlatformChange
from enquiries.queries.surroundings import around
from enquiries.services.platforms import blanking, context
from tests.enquiries.listeners import open_forum, said, wide  # noqa: F401 - a fixture
from tests.enquiries.wide_forum import World
from tests.people import NOON, City, arrive

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    return open_forum(city)


def beside(account: ChannelAccount, number: str, **fields: object) -> ContextPost:
    values = {"thread": "topic", "text": "Mine too", "author_name": "Eli", "occurred_at": NOON, "fetched_at": NOON}
    return ContextPost.objects.create(account=account, external_id=number, **(values | fields))


def test_thread_is_shown_in_its_order_with_ours_marked(forum: ChannelAccount, city: City):
    message = said(city, parent_id="above")
    beside(forum, "later", occurred_at=NOON + HOUR)
    assert around([message]).is_coming

    context.fetch_due(now=NOON, worker="w")

    found = around([message])
    assert [(one.external_id, one.is_ours) for one in found.posts] == [("above", True), ("later", False)]
    assert (found.is_coming, found.read_at, found.newest) == (False, NOON, message)


def test_post_that_is_gone_is_not_shown_and_not_fetched_again(forum: ChannelAccount, city: City):
    message = said(city, parent_id="above")
    context.fetch_due(now=NOON, worker="w")
    PlatformChange.objects.create(account=forum, root_id="above", kind="GONE", occurred_at=NOON, noticed_at=NOON)
    blanking.blank(account=forum, root_id="above", now=NOON)
    assert around([message]).posts == []

    assert context.ask_again(message, now=NOON + HOUR)
    context.fetch_due(now=NOON + HOUR, worker="w")

    assert around([message]).posts == [] and ContextPost.objects.get().text == ""


def test_words_of_others_are_let_go_after_a_day_and_ours_stay(forum: ChannelAccount, city: City):
    beside(forum, "theirs")
    beside(forum, "ours", is_ours=True)

    context.fetch_due(now=NOON + 25 * HOUR, worker="w")

    assert [one.external_id for one in ContextPost.objects.all()] == ["ours"]


def test_asking_again_is_heeded_once(forum: ChannelAccount, city: City):
    message = said(city)
    assert around([message]).read_at is None
    assert (context.ask_again(message, now=NOON), context.ask_again(message, now=NOON)) == (True, False)
    context.fetch_due(now=NOON, worker="w")
    assert not context.ask_again(message, now=NOON + timedelta(seconds=10))
    assert context.ask_again(message, now=NOON + HOUR)
    assert ContextFetch.objects.count() == 1


def test_mail_has_no_surroundings(city: City):
    found = around([arrive(city)])
    assert (found.newest, found.posts) == (None, ())
