"""A platform takes one private answer to a post: of two teams who hold a wording of it each, the second is told in time."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from enquiries.models import Approval, Message, Posting, Reply, ReplyVersion
from enquiries.rules.approval import ApprovalRefused
from enquiries.services import replies, triage
from enquiries.services.replies import reach
from enquiries.services.replies.drafting import DraftRefused
from enquiries.services.replies.submitting import Submitted
from enquiries.services.replies.writing import NO_VERSION, Writing
from tests.enquiries.test_races import at_once
from tests.people import NOON, City, arrive, make_city

PRIVATELY = Reply.Purpose.PRIVATELY


def split_comment(city: City) -> tuple[Message, Message]:
    """Two wordings of one comment, the second in an enquiry of its own."""
    said = {"author": "77", "root_id": "500_601", "thread": "500:77"}
    first = arrive(city, "facebook", external_id="500_601", **said)  # type: ignore[arg-type]
    second = arrive(city, "facebook", external_id="500_601:edited:1", **said)  # type: ignore[arg-type]
    triage.split(enquiry_id=first.enquiry_id, message_ids=[second.pk], by_id=city.alice.pk, now=NOON)
    second.refresh_from_db()
    return first, second


def writing_of(city: City, message: Message) -> Writing:
    aim = replies.Aim(purpose=PRIVATELY)
    return Writing(answers_id=message.pk, author_id=city.alice.pk, text="Where is it?", seen_id=NO_VERSION, aim=aim)


def hand_in(city: City, message: Message) -> Submitted:
    return replies.submit_text(enquiry_id=message.enquiry_id, writing=writing_of(city, message), now=NOON)


def approve(city: City, version: ReplyVersion) -> object:
    seen = bytes(version.content_sha256).hex()
    return replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=seen, now=NOON)


@pytest.fixture
def two_wait(city: City, monkeypatch: pytest.MonkeyPatch) -> tuple[ReplyVersion, ReplyVersion]:
    """Two private answers to one comment wait for approval, as they could before they were held apart."""
    first, second = split_comment(city)
    with monkeypatch.context() as blind:
        blind.setattr(reach, "private_answers_to", lambda message, **_: Reply.objects.none())
        return hand_in(city, first).version, hand_in(city, second).version


@pytest.mark.django_db
def test_second_private_answer_to_one_comment_is_refused_at_its_approval(
    city: City, two_wait: tuple[ReplyVersion, ReplyVersion]
):
    approve(city, two_wait[0])

    with pytest.raises(ApprovalRefused, match="Another private answer to this very post is approved"):
        approve(city, two_wait[1])

    assert Posting.objects.get().version == two_wait[0]


@pytest.mark.django_db
def test_answer_that_was_returned_makes_room_for_the_other(city: City, two_wait: tuple[ReplyVersion, ReplyVersion]):
    first, second = two_wait
    replies.return_reply(reply_id=first.reply_id, by_id=city.bob.pk, reason="NOT_OURS", note="Theirs.", now=NOON)

    assert isinstance(approve(city, second), Approval)


@pytest.mark.django_db
def test_database_lets_one_private_answer_to_a_comment_leave(
    city: City, two_wait: tuple[ReplyVersion, ReplyVersion], monkeypatch: pytest.MonkeyPatch
):
    approve(city, two_wait[0])
    monkeypatch.setattr("enquiries.services.replies.deciding.check_unused", lambda reply: None)

    with pytest.raises(IntegrityError, match="answered in private already"), transaction.atomic():
        approve(city, two_wait[1])


@pytest.mark.django_db(transaction=True)
def test_of_two_teams_who_answer_one_comment_in_private_at_once_one_is_handed_over():
    city = make_city()
    first, second = split_comment(city)

    results = at_once(partial(hand_in, city, first), partial(hand_in, city, second))

    assert sorted(type(one).__name__ for one in results) == [DraftRefused.__name__, Submitted.__name__]
