"""The button beside the public answer: a private answer to public words, offered once, with its end, and shown as private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.contract import Receipt
from enquiries.models import Approval, Message, Reply, ReplyVersion
from enquiries.services import replies
from enquiries.services.leaving import outcomes
from tests.agents.scenes import in_hands
from tests.people import City, arrive, posting_of

pytestmark = pytest.mark.django_db
OFFER = "Answer privately, once"


@pytest.fixture
def comment(city: City) -> Message:
    return arrive(city, "facebook", text="My bin is full", author="77", root_id="500_601", now=timezone.now())


def page(client: Client, message: Message, **asked: str) -> str:
    address = f"/desk/enquiries/{message.enquiry.reference}/"
    return client.get(address, asked).content.decode()


def privately(city: City, message: Message, text: str = "Tell us your address.") -> ReplyVersion:
    return replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=city.alice.pk,
        text=text,
        now=timezone.now(),
        aim=replies.Aim(purpose=Reply.Purpose.PRIVATELY),
    )


def test_comment_offers_a_private_answer_with_its_end(alice: Client, comment: Message):
    assert f"{OFFER} (until " in page(alice, comment)


@pytest.mark.parametrize("kind", ["x", "email"])
def test_other_words_offer_none(alice: Client, city: City, kind: str):
    assert OFFER not in page(alice, arrive(city, kind, now=timezone.now()))


def test_offer_ends_after_a_week(alice: Client, city: City):
    old = arrive(city, "facebook", now=timezone.now() - timedelta(days=8))

    shown = page(alice, old)

    assert OFFER not in shown
    assert "A private answer was possible until" in shown


def test_composer_says_that_it_is_private(alice: Client, comment: Message):
    shown = page(alice, comment, answers=str(comment.pk), purpose="PRIVATELY")

    assert "Answering in private what was said in public" in shown
    assert 'name="side" value="PRIVATE"' in shown
    assert "can read this: in Messenger" in shown
    assert "Everybody can read this" not in shown
    assert "You can write once, on Messenger, until" in shown
    assert "Until now this went on" not in shown


def test_private_answer_is_handed_over_from_the_page(alice: Client, city: City, comment: Message):
    answer = alice.post(
        f"/desk/enquiries/{comment.enquiry.reference}/",
        {
            "answers": comment.pk,
            "side": "PRIVATE",
            "purpose": "PRIVATELY",
            "text": "Tell us your address.",
            "action": "submit",
        },
    )

    version = ReplyVersion.objects.get()
    assert answer.status_code == 302
    assert (version.content["side"], version.content["routes"][0]["recipient"]) == ("PRIVATE", "comment:500_601")
    assert Reply.objects.get().state == Reply.State.SUBMITTED


def test_text_written_for_the_public_is_not_taken_into_the_private_answer(alice: Client, city: City, comment: Message):
    replies.save_draft(
        enquiry_id=comment.enquiry_id,
        answers_id=comment.pk,
        author_id=city.alice.pk,
        text="For everybody to read",
        now=timezone.now(),
    )

    box = (
        page(alice, comment, answers=str(comment.pk), purpose="PRIVATELY").split("<textarea")[1].split("</textarea>")[0]
    )

    assert "For everybody" not in box


def test_form_that_says_public_is_refused(alice: Client, comment: Message):
    answer = alice.post(
        f"/desk/enquiries/{comment.enquiry.reference}/",
        {"answers": comment.pk, "side": "PUBLIC", "purpose": "PRIVATELY", "text": "Hello", "action": "submit"},
    )

    assert answer.status_code == 422
    assert "on the other side than the page said" in answer.content.decode()


def test_going_back_to_the_public_answer_asks_for_a_yes(alice: Client, city: City, comment: Message):
    privately(city, comment)

    shown = page(alice, comment, answers=str(comment.pk), purpose="ANSWER")

    assert "Until now this went on in private" in shown


def test_approver_reads_that_it_is_private(bob: Client, city: City, comment: Message):
    version = privately(city, comment)
    replies.submit(enquiry_id=comment.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=timezone.now())

    shown = bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    assert "In private, to who wrote this in public. The platform takes it once." in shown
    assert "Everybody can read it." not in shown


def test_used_answer_is_said_to_be_used(alice: Client, city: City, comment: Message):
    version = privately(city, comment)
    now = timezone.now()
    replies.submit(enquiry_id=comment.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=now)
    seen = bytes(version.content_sha256).hex()
    approval = replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=now)
    assert isinstance(approval, Approval)
    outcomes.posted(in_hands(posting_of(approval), now=now), receipt=Receipt(external_id="m_1"), now=now)

    shown = page(alice, comment)
    asked = page(alice, comment, answers=str(comment.pk), purpose="PRIVATELY")

    assert OFFER not in shown
    assert "The one private answer is used" in shown
    assert "once in private to a comment, and that is used" in asked
