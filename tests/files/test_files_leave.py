"""Pictures on their way out, through the simulated platforms: the approved bytes, once, or nothing at all."""

from __future__ import annotations

import email
import email.policy
import hashlib
import imaplib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from enquiries.models import Approval, ChannelAccount, Message, PickUp, Posting, ReplyFile
from enquiries.services import replies
from enquiries.services.files import reply_files
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import posting
from enquiries.services.replies.drafting import DraftRefused
from tests.channels_email.accounts import ADDRESS, email_account
from tests.channels_social.accounts import facebook_account, x_account
from tests.channels_social.mastodon_account import mastodon_account
from tests.files.drawn import SECRET, chatty_png, jpeg
from tests.people import City
from tests.sims import Simulator, facebook_simulator, mailbox_simulator, mastodon_simulator, x_simulator

pytestmark = pytest.mark.django_db
ALT = "A map of the works"


@pytest.fixture
def x() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


def connected(city: City, like: Any) -> ChannelAccount:
    """The city's only account: that on a simulated platform."""
    ChannelAccount.objects.update(is_active=False)
    made = city.accounts.get(like.kind) or ChannelAccount(
        organisation=city.organisation, team=city.waste, kind=like.kind, name=like.name
    )
    made.external_id, made.handle, made.is_active = like.external_id, like.handle, True
    made.settings = {**like.settings, "settle_seconds": 0}
    made.keep_secrets(dict(like.secrets))
    made.save()
    return made


def arrived(account: ChannelAccount) -> Message:
    now = timezone.now()
    PickUp.objects.update(due_at=now)
    pickup.pick_up_due(now=now, worker="w")
    intake.read_due_payloads(now=now, worker="w")
    return Message.objects.get(account=account, direction="IN")


def approved(city: City, message: Message, *contents: bytes) -> Approval:
    now = timezone.now()
    given: dict[str, Any] = {"enquiry_id": message.enquiry_id, "answers_id": message.pk, "by_id": city.alice.pk}
    given |= {"name": "map.png", "alt_text": ALT, "now": now}
    files = [reply_files.put_in(**given, content=content) for content in contents]
    writing = replies.Writing(
        answers_id=message.pk,
        author_id=city.alice.pk,
        text="See the map.",
        files=[reply_files.Chosen(token=file.token) for file in files],
    )
    version = replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=now).version
    seen = bytes(version.content_sha256).hex()
    approval = replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=now)
    assert isinstance(approval, Approval)
    return approval


def deliver(approval: Approval) -> Posting:
    """Deliver what is due, and read back what is in doubt as often as that takes."""
    for _ in range(3):
        posting.deliver_due(worker="w")
        Posting.objects.filter(state=Posting.State.UNKNOWN).update(due_at=timezone.now())
    return Posting.objects.get(approval=approval)


def hashes(approval: Approval) -> list[str]:
    return [file["sha256"] for file in approval.version.content["attachments"]]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def mention(x: Simulator, city: City) -> Message:
    x.write(author_handle="dana", author_name="Dana", text="@northwell where?")
    return arrived(connected(city, x_account(x.url)))


def on_x(x: Simulator) -> list[list[dict[str, Any]]]:
    """The pictures of each of our posts."""
    ledger = x.ledger()
    media = {each["id"]: each for each in ledger["media"]}
    return [[media[one] for one in each["media"]] for each in ledger["posts"] if each["by_api"]]


def test_exactly_the_approved_pictures_are_on_x(x: Simulator, city: City):
    approval = approved(city, mention(x, city), chatty_png(), jpeg(orientation=6))

    assert deliver(approval).state == Posting.State.POSTED
    (posted,) = on_x(x)
    assert [each["sha256"] for each in posted] == hashes(approval)
    assert [each["kind"] for each in posted] == ["image/png", "image/jpeg"]
    assert [each["alt"] for each in posted] == [ALT, ALT]


def test_lost_answer_brings_no_second_post_with_pictures(x: Simulator, city: City):
    approval = approved(city, mention(x, city), chatty_png())
    x.fault("create_post", "commit_then_drop")

    assert deliver(approval).state == Posting.State.POSTED
    assert len(on_x(x)) == 1


def test_bytes_that_were_changed_after_approval_never_leave(x: Simulator, city: City):
    approval = approved(city, mention(x, city), chatty_png())
    stored = ReplyFile.objects.get().stored
    default_storage.delete(str(stored.name))
    default_storage.save(str(stored.name), ContentFile(jpeg()))

    settled = deliver(approval)

    assert settled.state == Posting.State.FAILED
    assert "not the one that was approved" in settled.last_error
    assert on_x(x) == []
    assert x.ledger()["media"] == []


def test_lost_file_stops_the_reply_and_says_so(x: Simulator, city: City):
    approval = approved(city, mention(x, city), chatty_png())
    default_storage.delete(str(ReplyFile.objects.get().stored.name))

    settled = deliver(approval)

    assert settled.state == Posting.State.FAILED
    assert "cannot be read" in settled.last_error
    assert on_x(x) == []


def test_exactly_the_approved_picture_is_on_mastodon(city: City):
    with mastodon_simulator() as server:
        account = connected(city, mastodon_account(server.url))
        server.write(author_handle="dana", author_name="Dana", text="@northwell where?", visibility="public")
        approval = approved(city, arrived(account), chatty_png())

        assert deliver(approval).state == Posting.State.POSTED
        ledger = server.ledger()
        (post,) = [each for each in ledger["posts"] if each["by_api"]]
        media = [ledger["media"][number] for number in post["media_ids"]]
    assert [each["sha256"] for each in media] == hashes(approval)
    assert [each["description"] for each in media] == [ALT]


@pytest.fixture
def facebook() -> Iterator[Simulator]:
    with facebook_simulator() as simulator:
        yield simulator


def under_comment(facebook: Simulator, city: City) -> Approval:
    """An approved answer with a picture to a citizen's comment."""
    facebook.write(kind="comment", author_name="Dana", text="Where?", push="no")
    return approved(city, arrived(connected(city, facebook_account(facebook.url))), chatty_png())


def on_facebook(facebook: Simulator) -> list[tuple[str, str]]:
    """Our comments, each with the hash of the picture that hangs on it."""
    ledger = facebook.ledger()
    photos = {photo["id"]: photo["sha256"] for photo in ledger["photos"]}
    return [(one["text"], photos.get(one["picture"], "")) for one in ledger["comments"] if one["by_api"]]


def test_exactly_the_approved_picture_is_under_the_comment(facebook: Simulator, city: City):
    approval = under_comment(facebook, city)

    assert deliver(approval).state == Posting.State.POSTED
    assert on_facebook(facebook) == [("See the map.", hashes(approval)[0])]
    assert [photo["alt"] for photo in facebook.ledger()["photos"]] == [ALT]


@pytest.mark.parametrize("fault", ["commit_then_drop", "drop_before_commit", "html_502"])
def test_upload_that_goes_wrong_is_tried_again_and_makes_one_comment(facebook: Simulator, city: City, fault: str):
    approval = under_comment(facebook, city)
    facebook.fault("upload_photo", fault)

    posting.deliver_due(worker="w")
    waiting = Posting.objects.get(approval=approval)
    assert (waiting.state, on_facebook(facebook)) == (Posting.State.QUEUED, [])
    Posting.objects.update(due_at=timezone.now())

    assert deliver(approval).state == Posting.State.POSTED
    assert on_facebook(facebook) == [("See the map.", hashes(approval)[0])]


@pytest.mark.parametrize("fault", ["commit_then_drop", "drop_before_commit"])
def test_comment_with_a_picture_whose_answer_was_lost_is_there_once(facebook: Simulator, city: City, fault: str):
    approval = under_comment(facebook, city)
    facebook.fault("create_comment", fault)

    for _ in range(2):
        settled = deliver(approval)
        Posting.objects.filter(state=Posting.State.QUEUED).update(due_at=timezone.now())

    assert settled.state == Posting.State.POSTED
    assert on_facebook(facebook) == [("See the map.", hashes(approval)[0])]


def test_messenger_takes_no_picture_and_the_author_is_told_at_once(facebook: Simulator, city: City):
    facebook.write(kind="message", author_name="Dana", text="Where?", push="no")
    message = arrived(connected(city, facebook_account(facebook.url)))

    with pytest.raises(DraftRefused, match="private reply on Facebook cannot carry files"):
        approved(city, message, chatty_png())


def test_exactly_the_approved_files_are_in_the_mail(city: City):
    with mailbox_simulator() as server:
        like = email_account(smtp_port=server.ports["smtp-port"], imap_port=server.ports["imap-port"])
        account = connected(city, like)
        server.write(from_address="dana@citizens.example", from_name="Dana", subject="Where?", text="Where is it?")
        approval = approved(city, arrived(account), chatty_png(), b"%PDF-1.7 the form")

        assert deliver(approval).state == Posting.State.POSTED
        raw = archived(server)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    files = list(mail.iter_attachments())
    assert [sha256(file.get_content()) for file in files] == hashes(approval)
    assert [file.get_content_type() for file in files] == ["image/png", "application/pdf"]
    assert SECRET not in b"".join(file.get_content() for file in files)


def archived(server: Simulator) -> bytes:
    """The only mail in the archive, which is a copy of what the citizen got."""
    with imaplib.IMAP4("127.0.0.1", server.ports["imap-port"], timeout=5) as client:
        client.login(ADDRESS, "demo")
        client.select("Archive", readonly=True)
        parts: Any = client.fetch("1", "(RFC822)")[1]
    return bytes(parts[0][1])
