"""What citizens are told whose enquiries were merged: each of them what is true for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from citizens.story import story_of
from enquiries.contract import Receipt
from enquiries.models import Message, Posting
from enquiries.services import replies, triage
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, arrive, fresh

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def two(city: City) -> tuple[Message, Message]:
    """Merge Ben's enquiry into Dana's and answer Ben alone."""
    dana, ben = arrive(city, "web"), arrive(city, "web", author="ben@example.org", name="Ben")
    triage.merge(enquiry_id=ben.enquiry_id, into_id=dana.enquiry_id, by_id=city.bob.pk, now=NOON)
    version = replies.save_draft(
        enquiry_id=dana.enquiry_id, answers_id=ben.pk, author_id=city.alice.pk, text="For Ben", now=NOON
    )
    replies.submit(enquiry_id=dana.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    replies.approve(
        reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=bytes(version.content_sha256).hex(), now=NOON
    )
    posting = Posting.objects.select_related("account", "version", "reply").get(reply=version.reply_id, route=0)
    Posting.objects.filter(pk=posting.pk).update(state="SENDING", lease_owner="w", lease_until=LATER)
    posting.refresh_from_db()
    outcomes.posted(posting, receipt=Receipt(external_id="sent-1"), now=NOON)
    return dana, ben


def test_whoever_was_not_answered_is_not_told_so(two: tuple[Message, Message]):
    story = story_of(fresh(two[0].enquiry_id), now=LATER)

    assert story.headline == "We are working on your enquiry." and not any(step.is_reply for step in story.steps)


def test_whoever_was_answered_is_told_so(two: tuple[Message, Message]):
    story = story_of(fresh(two[1].enquiry_id), now=LATER)

    assert story.headline == "We have answered." and story.steps[-1].text == "For Ben"
