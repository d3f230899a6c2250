"""Words that a platform has no more are emptied everywhere, and what we did about them stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from audit.models import Event
from enquiries import registry
from enquiries.models import (
    Attachment,
    ChannelAccount,
    Clock,
    ContextPost,
    Enquiry,
    Message,
    Payload,
    Posting,
    Reply,
    ReplyReturn,
)
from enquiries.services.platforms import blanking, presence
from tests.enquiries import wall
from tests.enquiries.wall import Happened
from tests.people import NOON, City, approved, draft, fresh, posting_of, submitted

pytestmark = pytest.mark.django_db
WORDS = "My bin stands full since Monday morning, see the picture"
POST = Happened("write", "post-1", 0, WORDS)
OTHER = Happened("write", "post-10", 1, "The lamp in Mill Lane is broken again", by="eli")
GONE = Happened("GONE", "post-1", 30)
Speaks = Callable[[str], ChannelAccount]


@pytest.fixture
def speaks(settings, city: City) -> Iterator[Speaks]:
    """Let a wall of this kind speak for an account."""

    def put(name: str) -> ChannelAccount:
        settings.CHANNELS = settings.CHANNELS | {"wall": f"tests.enquiries.wall.{name}"}
        registry.channel.cache_clear()
        city.accounts["wall"] = ChannelAccount.objects.create(
            organisation=city.organisation, team=city.waste, kind="wall", name="Wall", external_id="wall"
        )
        return city.accounts["wall"]

    with wall.forgotten():
        yield put
    registry.channel.cache_clear()


@pytest.fixture
def account(speaks: Speaks) -> ChannelAccount:
    return speaks("Wall")


def raws() -> bytes:
    return b"\n".join(bytes(raw) for raw in Payload.objects.order_by("pk").values_list("raw", flat=True))


def sweep(minutes: int = 1) -> None:
    presence.recheck_due(now=NOON + timedelta(minutes=minutes), worker="w")


def test_deletion_empties_words_files_and_bytes_and_keeps_the_record(
    account: ChannelAccount, django_capture_on_commit_callbacks
):
    wall.tell(account, POST)
    stored = Attachment.objects.get().stored

    with django_capture_on_commit_callbacks(execute=True):
        wall.tell(account, GONE)

    message = Message.objects.get()
    assert (message.text, message.html, message.subject, message.blanked_at) == ("", "", "", NOON)
    assert WORDS.encode() not in raws()
    assert not Attachment.objects.exists() and not stored.storage.exists(str(stored.name))
    assert message.enquiry.subject == "(taken down on the platform)"
    assert Clock.objects.get().state == "RUNNING"
    assert set(Event.objects.values_list("verb", flat=True)) >= {"enquiry.opened", "message.blanked"}
    assert (message.external_id, str(message.author), message.occurred_at) == ("post-1", "Dana", POST.at)


def test_deleted_words_are_not_found_any_more(account: ChannelAccount, city: City):
    wall.tell(account, POST, OTHER)
    wall.tell(account, GONE)

    assert not found("monday")
    assert found("lamp")


def found(word: str) -> bool:
    return Enquiry.objects.extra(
        where=[f"id IN (SELECT enquiry_id FROM enquiries_searchtext WHERE document @@ to_tsquery('simple', '{word}'))"]
    ).exists()


def test_copies_in_other_payloads_are_emptied_too(account: ChannelAccount):
    wall.tell(account, POST, name="pushed")
    wall.tell(account, POST, name="polled")
    wall.tell(account, OTHER, name="of another")

    wall.tell(account, GONE)
    sweep()

    assert WORDS.encode() not in raws()
    assert OTHER.text.encode() in raws()
    assert Payload.objects.get(external_id="polled").blanked_at


def test_copy_that_comes_after_the_deletion_is_emptied(account: ChannelAccount):
    wall.tell(account, POST)
    wall.tell(account, GONE)

    wall.tell(account, POST, name="late")

    assert WORDS.encode() not in raws()
    assert Message.objects.count() == 1


def test_deletion_that_comes_first_leaves_a_record_without_words(account: ChannelAccount):
    wall.tell(account, GONE)
    wall.tell(account, POST)

    message = Message.objects.get()
    assert (message.text, message.enquiry.subject) == ("", "(taken down on the platform)")
    assert WORDS.encode() not in raws()
    assert not Attachment.objects.exists()


def test_channel_that_knows_how_keeps_the_other_posts_of_a_payload(speaks: Speaks):
    account = speaks("TidyWall")
    wall.tell(account, POST, OTHER)

    wall.tell(account, GONE)

    assert WORDS.encode() not in raws()
    assert OTHER.text.encode() in raws()


def test_same_deletion_told_twice_changes_nothing(account: ChannelAccount):
    wall.tell(account, POST)
    wall.tell(account, GONE)
    wall.tell(account, GONE, name="again")

    assert Event.objects.filter(verb="message.blanked").count() == 1
    assert blanking.blank(account=account, root_id="post-1", now=NOON) == 0


def test_post_of_another_account_with_the_same_number_is_left_alone(account: ChannelAccount, city: City):
    wall.tell(account, POST)
    other = ChannelAccount.objects.create(
        organisation=city.organisation, kind="wall", name="Second", external_id="second"
    )

    wall.tell(other, GONE)

    assert Message.objects.get().text == WORDS


def test_context_of_others_is_emptied(account: ChannelAccount):
    ContextPost.objects.create(
        account=account,
        external_id="post-1",
        thread="t",
        text=WORDS,
        author_name="Dana",
        occurred_at=NOON,
        fetched_at=NOON,
    )

    wall.tell(account, GONE)

    around = ContextPost.objects.get()
    assert (around.text, around.author_name, around.gone_at) == ("", "", NOON)


def test_hidden_post_keeps_its_words(account: ChannelAccount):
    wall.tell(account, POST)
    wall.tell(account, Happened("HIDDEN", "post-1", 30))

    assert Message.objects.get().text == WORDS


def test_approved_reply_to_a_deleted_post_goes_back(account: ChannelAccount, city: City):
    wall.tell(account, POST)
    posting = posting_of(approved(city, Message.objects.get()))

    wall.tell(account, GONE)

    posting.refresh_from_db()
    assert posting.state == Posting.State.CANCELLED
    assert (posting.reply.state, fresh(posting.reply.enquiry_id).state) == (Reply.State.RETURNED, "OPEN")
    returned = ReplyReturn.objects.get()
    assert returned.reason == "PLATFORM" and "taken down" in returned.note


def test_submitted_reply_to_a_deleted_post_goes_back(account: ChannelAccount, city: City):
    wall.tell(account, POST)
    version = submitted(city, Message.objects.get())

    wall.tell(account, GONE)

    assert Reply.objects.get(pk=version.reply_id).state == Reply.State.RETURNED
    assert Enquiry.objects.get().state == "OPEN"


def test_reply_to_other_words_of_the_enquiry_goes_its_way(account: ChannelAccount, city: City):
    wall.tell(account, Happened("write", "post-0", 0, "The street lamp in Mill Lane is out"))
    wall.tell(account, POST)
    first = Message.objects.get(external_id="post-0")
    posting = posting_of(approved(city, first))

    wall.tell(account, GONE)

    posting.refresh_from_db()
    assert posting.state == Posting.State.QUEUED


def test_draft_to_a_deleted_post_stays_with_its_author(account: ChannelAccount, city: City):
    wall.tell(account, POST)
    version = draft(city, Message.objects.get())

    wall.tell(account, GONE)

    assert Reply.objects.get(pk=version.reply_id).state == Reply.State.DRAFT
