"""After-checks on the desk: what waits for whom, the sheet, what follows, and the author's mark."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agents.models import Buddy, Role, User
from agents.trust.reviewing import reviews_to_do
from enquiries.models import Note, Review, TrustStep
from enquiries.rules.review import NAMES
from enquiries.services.approving import reviewing
from enquiries.services.approving.reviewing import ReviewRefused
from tests.people import NOON, City, approved, arrive, make_user

GOOD: dict[str, Any] = dict.fromkeys(NAMES, "4") | {"verdict": "GOOD", "note": ""}


@pytest.fixture
def review(city: City) -> Review:
    """A reply of Alice's that waits for a look."""
    return reviewing.ask_after_check(approved(city, arrive(city), text="We come tomorrow.").version, now=NOON)


@pytest.fixture
def ben(city: City) -> User:
    """An experienced agent of another team."""
    return make_user(city.organisation, "Ben", Role.AGENT, city.roads)


def page_of(review: Review, then: str = "") -> str:
    return f"/desk/reviews/{review.pk}/{then}"


def test_queue_opens_with_question_answer_and_sheet(review: Review, bob: Client):
    page = bob.get("/desk/reviews/").content.decode()

    assert "My bin was not emptied." in page
    assert "We come tomorrow." in page
    assert "Does the citizen feel heard" in page


def test_asking_twice_is_one_review(review: Review):
    assert reviewing.ask_after_check(review.version, now=NOON).pk == review.pk


def test_sheet_is_kept_and_the_author_reads_it(review: Review, city: City, bob: Client, alice: Client):
    answer = bob.post(page_of(review), GOOD | {"verdict": "COACH", "note": "Name the hour."})

    review.refresh_from_db()
    assert answer.status_code == 302
    assert (review.reviewer, review.verdict, review.marks["empathy"]) == (city.bob, "COACH", 4)
    assert "Name the hour." in alice.get("/desk/trust/mine/").content.decode()
    alice.post(page_of(review, "read/"))
    review.refresh_from_db()
    assert review.read_at is not None


def test_mark_that_it_was_read_is_the_authors_alone(review: Review, bob: Client):
    bob.post(page_of(review), GOOD)
    bob.post(page_of(review, "read/"))

    review.refresh_from_db()
    assert review.read_at is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tone": ""}, "Give each point a mark."),
        ({"tone": "7"}, "less than or equal to 5"),
        ({"verdict": ""}, "Say what came of it."),
        ({"verdict": "SERIOUS"}, "Write what the author can learn from it."),
    ],
)
def test_sheet_with_gaps_comes_back_with_what_was_typed(
    review: Review, bob: Client, change: dict[str, str], words: str
):
    answer = bob.post(page_of(review), GOOD | change)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Review.objects.filter(done_at__isnull=True).exists()


def test_serious_finding_takes_trust_at_once_and_asks_for_a_correction(review: Review, city: City, bob: Client):
    TrustStep.objects.create(
        organisation=city.organisation,
        user=city.alice,
        kind="email",
        level="SAMPLED",
        percent=20,
        reason="Good.",
        decided_by=city.bob,
        decided_at=NOON,
    )

    bob.post(page_of(review), GOOD | {"verdict": "SERIOUS", "note": "The date is wrong."})

    newest = TrustStep.objects.order_by("-pk")[0]
    assert (newest.level, newest.user, newest.decided_by) == ("CHECKED", city.alice, city.bob)
    assert review.version.reply.enquiry.reference in newest.reason
    note = Note.objects.get(enquiry=review.version.reply.enquiry)
    assert "Propose a correction" in note.text
    assert "The date is wrong." in note.text


def test_second_reviewer_is_told_that_it_was_done(review: Review, city: City, bob: Client, signed_in):
    sue = make_user(city.organisation, "Sue", Role.SUPERVISOR, city.waste)
    bob.post(page_of(review), GOOD)

    answer = signed_in(sue).post(page_of(review), GOOD)

    assert answer.status_code == 409
    assert "Somebody else has looked" in answer.content.decode()


def test_nobody_reviews_their_own_words(city: City):
    review = reviewing.ask_after_check(approved(city, arrive(city)).version, now=NOON)

    with pytest.raises(ReviewRefused, match="nobody at their own"):
        reviewing.finish(
            review_id=review.pk, by_id=city.alice.pk, verdict="GOOD", marks=dict.fromkeys(NAMES, 4), note="", now=NOON
        )


def test_buddy_from_another_team_reviews_the_learner_and_no_one_else(review: Review, city: City, ben: User, signed_in):
    assert signed_in(ben).get(page_of(review)).status_code == 404
    Buddy.objects.create(agent=city.alice, buddy=ben)

    assert signed_in(ben).get(page_of(review)).status_code == 200
    assert signed_in(ben).post(page_of(review), GOOD).status_code == 302


def test_buddy_approves_nothing(review: Review, city: City, ben: User, signed_in):
    Buddy.objects.create(agent=city.alice, buddy=ben)

    assert signed_in(ben).get(f"/desk/approvals/{review.version.reply_id}/").status_code == 404


def test_replies_of_learners_come_first(city: City):
    make_user(city.organisation, "Cleo", Role.AGENT, city.waste)
    older = reviewing.ask_after_check(approved(city, arrive(city)).version, now=NOON)
    newer = reviewing.ask_after_check(approved(city, arrive(city)).version, now=NOON)
    Review.objects.filter(pk=newer.pk)
    assert list(reviews_to_do(city.bob)) == [older, newer]

    Buddy.objects.create(agent=city.alice, buddy=city.bob)

    assert all(one.is_learners for one in reviews_to_do(city.bob))  # type: ignore[attr-defined]


def test_supervisor_of_another_team_has_nothing_to_look_at(review: Review, city: City):
    assert list(reviews_to_do(city.charlie)) == []
    assert list(reviews_to_do(city.bob)) == [review]


def test_author_may_ask_for_a_look_and_a_stranger_not(city: City, ben: User):
    version = approved(city, arrive(city)).version

    assert reviewing.ask_coaching(version_id=version.pk, by_id=city.alice.pk, now=NOON).kind == "COACHING"
    with pytest.raises(ReviewRefused):
        reviewing.ask_coaching(version_id=version.pk, by_id=ben.pk, now=NOON)


def test_citizens_words_are_shown_and_never_run(city: City, bob: Client):
    message = arrive(city, text="<script>alert(1)</script>")
    reviewing.ask_after_check(approved(city, message, text="<b>Soon</b>").version, now=NOON)

    page = bob.get("/desk/reviews/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;b&gt;Soon" in page
