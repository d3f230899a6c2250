"""Keeping a wording and handing it over, on several connections at once: one is handed over, and none that is unread."""

from __future__ import annotations

from functools import partial

import pytest

from audit.models import Event
from enquiries.models import Message, PolicyDecision, Reply, ReplyVersion
from enquiries.services import replies
from enquiries.services.replies.submitting import Submitted
from enquiries.services.replies.writing import NO_VERSION, Writing
from tests.enquiries.test_races import at_once
from tests.people import NOON, City, arrive, fresh, make_city

pytestmark = pytest.mark.django_db(transaction=True)


def hand_in(message: Message, author_id: int, *, text: str, seen_id: int = NO_VERSION) -> Submitted:
    writing = Writing(answers_id=message.pk, author_id=author_id, text=text, seen_id=seen_id)
    return replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON)


def waiting(city: City) -> list[ReplyVersion]:
    """The wordings that wait for approval, as an approver would see them."""
    found = Reply.objects.filter(state="SUBMITTED", enquiry__organisation=city.organisation)
    return [replies.newest_version(reply) for reply in found]


def test_four_clicks_on_submit_hand_over_once():
    city = make_city()
    for round_ in range(5):
        message = arrive(city, "x", thread=f"t{round_}")

        results = at_once(*[partial(hand_in, message, city.alice.pk, text="We come on Friday.")] * 4)

        assert len({result.version.pk for result in results if isinstance(result, Submitted)}) == 1
        assert Event.objects.filter(enquiry_id=message.enquiry_id, verb="reply.submitted").count() == 1
        assert PolicyDecision.objects.filter(version__reply__enquiry=message.enquiry_id).count() == 1
        assert fresh(message.enquiry_id).state == "AWAITING_APPROVAL"


def test_of_two_authors_at_once_only_one_is_handed_over():
    city = make_city()
    for round_ in range(5):
        message = arrive(city, "x", thread=f"t{round_}")

        results = at_once(
            partial(hand_in, message, city.alice.pk, text="Alice's words."),
            partial(hand_in, message, city.charlie.pk, text="Charlie's words."),
        )

        handed = [result for result in results if isinstance(result, Submitted)]
        assert len(handed) == 1
        assert [version.pk for version in waiting(city) if version.reply.enquiry_id == message.enquiry_id] == [
            handed[0].version.pk
        ]


def test_citizen_who_writes_while_it_is_handed_over_is_never_overlooked():
    city = make_city()
    for round_ in range(8):
        message = arrive(city, "x", thread=f"t{round_}")

        at_once(
            partial(hand_in, message, city.alice.pk, text="We come on Friday."),
            partial(arrive, city, "x", thread=f"t{round_}", external_id=f"second-{round_}", text="No need any more!"),
        )

        newest = Message.objects.filter(enquiry=message.enquiry_id, direction="IN").latest("pk")
        assert newest.text == "No need any more!"
        of_this = [version for version in waiting(city) if version.reply.enquiry_id == message.enquiry_id]
        assert all(version.last_inbound_id == newest.pk for version in of_this)
