"""A public comment answered in private, once: from the comment through the approval to Messenger and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from enquiries.contract import Side
from enquiries.models import Approval, ChannelAccount, Message, PickUp, Posting, Reply, ReplyVersion
from enquiries.services import replies
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import outcomes, posting
from enquiries.services.replies.drafting import DraftRefused
from simulators import credentials
from tests.people import City, arrive
from tests.sims import Simulator, facebook_simulator

pytestmark = pytest.mark.django_db
WORDS = "Please tell us your address, only we can read it here."


@pytest.fixture
def page() -> Iterator[Simulator]:
    with facebook_simulator() as simulator:
        yield simulator


@pytest.fixture
def account(page: Simulator, city: City) -> ChannelAccount:
    ChannelAccount.objects.exclude(kind="facebook").update(is_active=False)
    ours = city.accounts["facebook"]
    ours.external_id = credentials.FACEBOOK_PAGE_ID
    ours.settings = {"api_url": page.url, "timeout_seconds": 2, "settle_seconds": 0}
    ours.keep_secrets(
        {
            "app_secret": credentials.FACEBOOK_APP_SECRET,
            "page_token": credentials.FACEBOOK_PAGE_TOKEN,
            "verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
        }
    )
    ours.save()
    return ours


def arrived(account: ChannelAccount, *, side: Side = Side.PUBLIC) -> Message:
    now = timezone.now()
    PickUp.objects.update(due_at=now)
    pickup.pick_up_due(now=now, worker="w")
    intake.read_due_payloads(now=now, worker="w")
    return Message.objects.filter(account=account, side=side, direction="IN").latest("pk")


def comment(page: Simulator, account: ChannelAccount, **more: object) -> Message:
    page.write(kind="comment", author_name="Dana", text="My bin is full", push="no", **more)
    return arrived(account)


def privately(city: City, message: Message, text: str = WORDS) -> ReplyVersion:
    return replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=city.alice.pk,
        text=text,
        now=timezone.now(),
        aim=replies.Aim(purpose=Reply.Purpose.PRIVATELY),
    )


def approved(city: City, version: ReplyVersion) -> Approval:
    now = timezone.now()
    enquiry_id = version.reply.enquiry_id
    replies.submit(enquiry_id=enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=now)
    seen = bytes(version.content_sha256).hex()
    approval = replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=now)
    assert isinstance(approval, Approval)
    return approval


def sent(page: Simulator) -> list[dict[str, Any]]:
    return [each for each in page.ledger()["messages"] if each["by_api"]]


def deliver() -> None:
    """Deliver what is due, and read back what is in doubt as often as that takes."""
    for _ in range(3):
        posting.deliver_due(worker="w")
        Posting.objects.filter(state=Posting.State.UNKNOWN).update(due_at=timezone.now())


def test_comment_is_answered_in_private_exactly_once(page: Simulator, account: ChannelAccount, city: City):
    message = comment(page, account)
    approval = approved(city, privately(city, message))

    deliver()

    assert Posting.objects.get(approval=approval).state == Posting.State.POSTED
    assert [(each["text"], each["about"]) for each in sent(page)] == [(WORDS, message.root_id)]
    assert not [each for each in page.ledger()["comments"] if each["by_api"]]
    assert Message.objects.get(posting__approval=approval).side == Side.PRIVATE


def test_second_private_answer_is_refused_with_words(page: Simulator, account: ChannelAccount, city: City):
    message = comment(page, account)
    approved(city, privately(city, message))
    deliver()

    with pytest.raises(DraftRefused, match="once in private"):
        privately(city, message, "And one more thing")

    assert len(sent(page)) == 1


def test_second_private_answer_to_the_same_comment_in_other_words_is_refused(
    page: Simulator, account: ChannelAccount, city: City
):
    message = comment(page, account)
    approved(city, privately(city, message))
    deliver()
    assert message.author is not None
    edited = arrive(
        city,
        "facebook",
        text="My bin is full and it smells",
        author=message.author.external_id,
        thread=message.thread_key,
        root_id=message.root_id,
        external_id=f"{message.root_id}:edited:1",
        now=timezone.now(),
    )

    with pytest.raises(DraftRefused, match="once in private"):
        privately(city, edited)


@pytest.mark.parametrize("fault", ["commit_then_500", "commit_then_drop", "empty_200"])
def test_private_answer_of_which_nobody_knows_is_found_and_not_sent_again(
    page: Simulator, account: ChannelAccount, city: City, fault: str
):
    approval = approved(city, privately(city, comment(page, account)))
    page.fault("send_message", fault)

    deliver()

    assert Posting.objects.get(approval=approval).state == Posting.State.POSTED
    assert len(sent(page)) == 1


def test_private_answer_that_the_platform_has_already_counts_as_posted(
    page: Simulator, account: ChannelAccount, city: City
):
    approval = approved(city, privately(city, comment(page, account)))
    page.fault("send_message", "commit_then_drop")
    posting.deliver_due(worker="w")
    # As if two clean looks had missed it: it is sent again, and Facebook says "already replied to".
    row = Posting.objects.get(approval=approval)
    for _ in range(2):
        row.refresh_from_db()
        outcomes.not_there(row, look_again_at=timezone.now(), now=timezone.now())
    assert Posting.objects.get(approval=approval).state == Posting.State.QUEUED

    deliver()

    assert page.calls("send_message") == 2
    assert Posting.objects.get(approval=approval).state == Posting.State.POSTED
    assert len(sent(page)) == 1


def test_private_answer_is_refused_after_a_week(page: Simulator, account: ChannelAccount, city: City):
    account.settings |= {"first_look_days": 30, "watched_days": 30}
    account.save()
    message = comment(page, account, age_seconds=7 * 86400 + 60)
    version = privately(city, message)

    with pytest.raises(DraftRefused, match="no longer"):
        approved(city, version)


def test_talk_goes_on_in_messenger_in_the_same_enquiry(page: Simulator, account: ChannelAccount, city: City):
    message = comment(page, account)
    assert message.author is not None
    approved(city, privately(city, message))
    deliver()

    page.write(kind="message", author_id=message.author.external_id, text="Main Street 1", push="no")
    said = arrived(account, side=Side.PRIVATE)

    assert said.enquiry_id == message.enquiry_id
    answer = replies.save_draft(
        enquiry_id=said.enquiry_id, answers_id=said.pk, author_id=city.alice.pk, text="Thank you", now=timezone.now()
    )
    approved(city, answer)
    deliver()
    assert [each["text"] for each in sent(page)] == [WORDS, "Thank you"]


def test_later_private_words_follow_their_own_thread(page: Simulator, account: ChannelAccount, city: City):
    person = page.write(kind="message", author_name="Dana", text="An old question", push="no")["author_id"]
    old = arrived(account, side=Side.PRIVATE)
    page.write(kind="comment", author_id=person, text="My bin is full", push="no")
    message = arrived(account)
    page.write(kind="message", author_id=person, text="Are you there?", push="no")

    assert arrived(account, side=Side.PRIVATE).enquiry_id == old.enquiry_id
    approved(city, privately(city, message))
    deliver()
    for text in ("Main Street 1", "It is the blue door"):
        page.write(kind="message", author_id=person, text=text, push="no")
        assert arrived(account, side=Side.PRIVATE).enquiry_id == message.enquiry_id
