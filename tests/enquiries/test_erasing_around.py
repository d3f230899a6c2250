"""Who asks to be forgotten is forgotten where we only read them, too: around others' posts, overheard, in copies of both."""

from __future__ import annotations

import pytest

from audit.models import Event
from enquiries.models import ChannelAccount, ContextPost, DataDeletion, Overheard, Payload, PostWatch
from enquiries.services.incoming import intake
from enquiries.services.platforms import context, erasing, presence
from tests.enquiries.listeners import hear, open_forum, said, wide  # noqa: F401 - a fixture
from tests.enquiries.wide_forum import World
from tests.people import NOON, City

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    return open_forum(city)


def read(account: ChannelAccount, number: str, *, author: str = "eli", **fields: object) -> ContextPost:
    values = {"thread": "topic", "text": "Mine too", "author_name": "Eli", "author_handle": "eli"}
    return ContextPost.objects.create(
        account=account,
        external_id=number,
        author_number=author,
        occurred_at=NOON,
        fetched_at=NOON,
        **(values | fields),
    )


def erase(account: ChannelAccount, city: City, person: str = "eli") -> erasing.Erased:
    asked = DataDeletion.objects.create(account=account, person=person, code="abc-1", asked_at=NOON)
    return erasing.erase(asked.pk, by_id=city.bob.pk, now=NOON)


def test_thread_that_is_fetched_says_by_number_who_wrote_in_it(forum: ChannelAccount, city: City):
    said(city, parent_id="above")

    context.fetch_due(now=NOON, worker="w")

    assert ContextPost.objects.get().author_number == forum.external_id


def test_words_around_others_posts_go_and_those_of_others_stay(forum: ChannelAccount, city: City):
    theirs, others = read(forum, "1"), read(forum, "2", author="dana")

    went = erase(forum, city)

    theirs.refresh_from_db()
    others.refresh_from_db()
    assert (theirs.text, theirs.author_name, theirs.author_handle, theirs.author_number) == ("", "", "", "")
    assert (theirs.gone_at, others.text) == (NOON, "Mine too")
    assert went == erasing.Erased(messages=0, names=0, read=1)
    assert Event.objects.get(verb="privacy.erased").data == {"messages": 0, "names": 0, "read": 1}


def test_same_number_on_another_account_is_somebody_else(forum: ChannelAccount, city: City):
    elsewhere = read(city.accounts["facebook"], "1")

    erase(forum, city)

    elsewhere.refresh_from_db()
    assert elsewhere.text == "Mine too"


def test_what_was_overheard_of_them_goes_with_its_bytes(forum: ChannelAccount, city: City):
    (heard,) = hear(forum, "7")
    assert heard.author["id"] == "eli"

    assert erase(forum, city).read == 1

    heard.refresh_from_db()
    assert (heard.text, heard.author, heard.gone_at) == ("", {}, NOON)
    presence.recheck_due(now=NOON, worker="w")
    assert not [one for one in Payload.objects.all() if b"bins" in bytes(one.raw)]


def test_post_that_is_in_a_thread_and_an_enquiry_is_emptied_in_both(forum: ChannelAccount, city: City):
    message, around = said(city, "post", author="eli"), read(forum, "post")

    assert erase(forum, city) == erasing.Erased(messages=1, names=1, read=1)

    message.refresh_from_db()
    around.refresh_from_db()
    assert (message.text, around.text) == ("", "")


def test_copies_of_words_that_are_still_on_the_platform_are_emptied_once_and_the_post_is_watched_on(
    forum: ChannelAccount, city: City
):
    said(city, "post", author="eli")
    raw = b'{"id": "post", "by": "eli", "text": "My bin burns", "at": "2026-11-18T12:00:00+00:00"}'
    copied = intake.accept_payload(account_id=forum.pk, source="POLL", external_id="post", raw=raw, now=NOON)
    intake.read_due_payloads(now=NOON, worker="w")

    erase(forum, city)
    presence.recheck_due(now=NOON, worker="w")

    assert b"burns" not in bytes(Payload.objects.get(pk=copied.payload_id).raw)
    watch = PostWatch.objects.get(root_id="post")
    assert (watch.done_at, watch.last_error) == (None, "")
    assert watch.due_at > NOON


def test_nothing_of_ours_is_taken_for_theirs(forum: ChannelAccount, city: City):
    ours = read(forum, "1", author=forum.external_id, is_ours=True)

    erase(forum, city)

    ours.refresh_from_db()
    assert ours.text == "Mine too" and not Overheard.objects.exists()
