"""What is looked after beyond reading and sending; a channel that cannot do a thing is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from enquiries import registry, tasks
from enquiries.contract import Act, Clean, InboundFile, InboundPicture, Infected, NotSent
from enquiries.models import (
    AccountStanding,
    Attachment,
    ChannelAccount,
    ContextFetch,
    ContextPost,
    Enquiry,
    MediaFetch,
    Message,
    Moderation,
    Monitor,
    Overheard,
    Payload,
    PlatformChange,
    PostWatch,
)
from enquiries.queries.surroundings import thread_of
from enquiries.services.accounts import checkups, credentials, rhythm
from enquiries.services.files import media, scanning
from enquiries.services.incoming import intake
from enquiries.services.platforms import context, listening, moderating, presence
from tests.enquiries import wide_forum
from tests.people import NOON, City, arrive
from worklist.models import Heartbeat

pytestmark = pytest.mark.django_db
SWEEPS = (
    *(tasks.renew_credentials, tasks.check_accounts, tasks.recheck_posts, tasks.listen, tasks.fetch_context),
    *(tasks.fetch_media, tasks.scan_files, tasks.moderate, tasks.acknowledge),
)
DAY = timedelta(days=1)


@pytest.fixture
def forum(settings, city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChannelAccount]:
    settings.CHANNELS = settings.CHANNELS | {"forum": "tests.enquiries.wide_forum.WideForum"}
    registry.channel.cache_clear()
    monkeypatch.setattr(wide_forum, "WORLD", wide_forum.World())
    city.accounts["forum"] = ChannelAccount.objects.create(
        organisation=city.organisation, team=city.waste, kind="forum", name="Town talk", external_id="town-talk"
    )
    yield city.accounts["forum"]
    registry.channel.cache_clear()


def said(city: City, root: str = "post", **fields: Any) -> Message:
    return arrive(city, "forum", root_id=root, external_id=root, side="PUBLIC", thread="topic:dana", **fields)


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.name)
def test_sweep_beats_and_finds_nothing_where_nothing_can_be_done(city: City, sweep):
    ChannelAccount.objects.exclude(kind__in=["email", "web"]).update(is_active=False)
    assert sweep() == 0
    assert Heartbeat.objects.filter(name=sweep.name).exists()


def test_tokens_are_renewed_before_they_end_and_kept(forum: ChannelAccount):
    soon = NOON + timedelta(minutes=5)
    AccountStanding.objects.create(account=forum, due_at=NOON, token_expires_at=soon)

    assert (credentials.renew_due(now=NOON), credentials.renew_due(now=NOON)) == (1, 0)

    forum.refresh_from_db()
    assert forum.as_account().secrets == {"forum_key": "key-2"}
    assert forum.standing.token_expires_at == NOON + timedelta(hours=2)


def test_account_whose_tokens_cannot_be_renewed_is_halted_with_what_to_do(forum: ChannelAccount):
    wide_forum.WORLD.is_dead = True
    AccountStanding.objects.create(account=forum, due_at=NOON, token_expires_at=NOON)

    assert (credentials.renew_due(now=NOON), credentials.renew_due(now=NOON)) == (0, 0)

    forum.refresh_from_db()
    assert (forum.halted_kind, forum.halted_at) == ("AUTH", NOON)
    assert forum.halted_reason == "The refresh token is dead. Sign in again."


def test_account_is_checked_every_day_and_its_subscription_mended(forum: ChannelAccount):
    wide_forum.WORLD.subscribed = False
    ChannelAccount.objects.exclude(pk=forum.pk).update(is_active=False)

    assert (checkups.check_due(now=NOON, worker="w"), checkups.check_due(now=NOON, worker="w")) == (1, 0)

    standing = AccountStanding.objects.get(account=forum)
    assert [line["name"] for line in standing.checkup["lines"]] == ["token", "mended"]
    assert (standing.checked_at, standing.subscribed_at, wide_forum.WORLD.subscribed) == (NOON, NOON, True)
    assert standing.token_expires_at == NOON + timedelta(hours=1)


def test_post_that_is_gone_from_the_platform_is_emptied_here(forum: ChannelAccount, city: City):
    gone, there, doubtful = said(city, "gone"), said(city, "there"), said(city, "doubtful")
    wide_forum.WORLD.gone, wide_forum.WORLD.unknown = {"gone"}, {"doubtful"}

    assert presence.recheck_due(now=NOON + DAY, worker="w") == 1

    texts = {one.root_id: Message.objects.get(pk=one.pk).text for one in (gone, there, doubtful)}
    assert [bool(text) for text in texts.values()] == [False, True, True]
    assert PlatformChange.objects.get().root_id == "gone"
    assert PostWatch.objects.get(root_id="gone").done_at is not None
    assert PostWatch.objects.get(root_id="there").due_at > NOON + DAY


def test_thread_around_a_citizens_post_is_fetched(forum: ChannelAccount, city: City):
    message = said(city, parent_id="above")

    assert (context.fetch_due(now=NOON, worker="w"), context.fetch_due(now=NOON, worker="w")) == (1, 0)

    post = ContextPost.objects.get(account=forum)
    assert (post.thread, post.is_ours, post.text) == (thread_of(message), True, "Bins are emptied today")
    assert ContextFetch.objects.get().done_at == NOON


def test_picture_is_fetched_and_one_from_elsewhere_is_not(forum: ChannelAccount, city: City):
    ours, other = "https://forum.example/1.png", "https://tracker.example/2.png"
    message = said(city, pictures=(InboundPicture(url=ours, alt="A bin"), InboundPicture(url=other)))

    assert media.fetch_due(now=NOON, worker="w") == 1

    file = Attachment.objects.get(message=message)
    assert (file.name, file.alt_text, file.scan) == ("bin.png", "A bin", "NOT_SCANNED")
    first, second = MediaFetch.objects.order_by("place")
    assert (first.attachment, first.done_at) == (file, NOON)
    assert second.parked_at == NOON


class OneScanner:
    """Finds what a file says that it is."""

    def scan(self, content: bytes) -> Clean | Infected:
        if content == b"away":
            raise NotSent("The scanner does not answer.")
        return Infected(name="test") if content == b"bad" else Clean()


@pytest.mark.parametrize(("content", "verdict"), [(b"good", "CLEAN"), (b"bad", "INFECTED"), (b"away", "PENDING")])
def test_file_is_held_until_it_was_looked_into(settings, city: City, content: bytes, verdict: str):
    settings.SCANNER = "tests.enquiries.test_channel_sweeps.OneScanner"
    registry.scanner.cache_clear()
    try:
        message = arrive(city, files=(InboundFile(name="a.txt", media_type="text/plain", content=content),))
        held = Attachment.objects.get(message=message)
        scanning.scan_due(now=NOON, worker="w")
    finally:
        registry.scanner.cache_clear()

    assert (held.scan, Attachment.objects.get(pk=held.pk).scan) == ("PENDING", verdict)


def test_overheard_post_is_nobodys_enquiry(forum: ChannelAccount):
    before = Enquiry.objects.count()
    monitor = Monitor.objects.create(account=forum, name="Bins", query="bins", due_at=NOON)
    wide_forum.WORLD.heard = ["7", "8"]

    assert (listening.listen_due(now=NOON, worker="w"), listening.listen_due(now=NOON, worker="w")) == (2, 0)
    intake.read_due_payloads(now=NOON, worker="w")

    assert set(Overheard.objects.values_list("external_id", "text")) == {("7", "bins!"), ("8", "bins!")}
    assert {one.outcome for one in Payload.objects.filter(source="MONITOR")} == {"overheard"}
    assert Enquiry.objects.count() == before
    monitor.refresh_from_db()
    assert (monitor.cursor, monitor.due_at) == ({"until": 2}, NOON + timedelta(seconds=300))


def test_what_two_people_decided_is_done_once(forum: ChannelAccount, city: City):
    one = Moderation.objects.create(
        message=said(city), act="HIDE", reason="hate", asked_by=city.alice, asked_at=NOON, due_at=NOON
    )
    assert moderating.carry_out_due(now=NOON, worker="w") == 0
    Moderation.objects.filter(pk=one.pk).update(state="QUEUED", decided_by=city.bob, decided_at=NOON)

    assert (moderating.carry_out_due(now=NOON, worker="w"), moderating.carry_out_due(now=NOON, worker="w")) == (1, 0)
    assert wide_forum.WORLD.acts == [("post", Act.HIDE)]
    assert Moderation.objects.get(pk=one.pk).state == "DONE"


def test_last_in_and_out_are_noted(forum: ChannelAccount, city: City):
    said(city)

    rhythm.watch(now=NOON)

    standing = AccountStanding.objects.get(account=forum)
    assert (standing.last_in_at, standing.last_out_at) == (NOON, None)
