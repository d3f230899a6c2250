"""What a citizen said of our answer, as colleagues see it: in the enquiry, and on the reviews page of the supervisor."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enquiries.models import Reply, Review
from enquiries.services import satisfaction
from enquiries.services.leaving import posting
from tests.people import City, approved, arrive

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(city: City) -> Reply:
    """An answer of Alice's that arrived."""
    approval = approved(city, arrive(city, "web", now=timezone.now()), now=timezone.now())
    posting.deliver_due(worker="test")
    return Reply.objects.select_related("enquiry").get(pk=approval.reply_id)


def say(reply: Reply, score: str, words: str = "") -> None:
    satisfaction.say(enquiry_id=reply.enquiry_id, reply_id=reply.pk, score=score, words=words, now=timezone.now())


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ("HELPED", "The citizen says: the answer helped"),
        ("PARTLY", "The citizen says: the answer helped in part"),
        ("NOT_HELPED", "The citizen says: the answer did not help"),
    ],
)
def test_thread_tells_the_score_and_the_words(reply: Reply, alice: Client, score: str, sentence: str):
    say(reply, score, "Nobody came on Tuesday.")

    page = alice.get(f"/desk/enquiries/{reply.enquiry.reference}/").content.decode()

    assert sentence in page
    assert "Nobody came on Tuesday." in page
    assert "On our answer" in page
    assert "The clock" not in page


def test_score_costs_the_page_of_the_enquiry_no_statement(reply: Reply, alice: Client):
    where = f"/desk/enquiries/{reply.enquiry.reference}/"
    alice.get(where)
    with CaptureQueriesContext(connection) as before:
        alice.get(where)
    say(reply, "NOT_HELPED", "Nobody came.")
    with CaptureQueriesContext(connection) as after:
        alice.get(where)

    assert len(after) <= len(before)


def test_supervisor_finds_who_was_not_helped_among_the_reviews(reply: Reply, bob: Client, alice: Client):
    say(reply, "NOT_HELPED", "Nobody came on Tuesday.")

    page = bob.get("/desk/reviews/").content.decode()

    assert "The citizen was not helped" in page
    assert "It did not help" in page
    assert "Nobody came on Tuesday." in page
    assert "Nobody came on Tuesday." not in alice.get("/desk/reviews/").content.decode()


def test_one_answer_is_looked_at_once_for_its_citizen(reply: Reply):
    say(reply, "PARTLY", "Half of it.")
    say(reply, "NOT_HELPED", "Less than half.")

    assert Review.objects.get().kind == Review.Kind.CITIZEN


def test_practice_is_never_asked_about(reply: Reply):
    reply.enquiry.kind = "practice"

    asked = satisfaction.is_asked(reply, reply.enquiry, posted_at=timezone.now(), now=timezone.now())

    assert not asked
