"""What merging must not open: a second answer, another citizen's words, a promise that nobody keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.contract import Receipt
from enquiries.models import Clock, Freeze, Message, Posting, Reply, ReplyVersion, Topic
from enquiries.services import replies, triage
from enquiries.services.approving import freezing
from enquiries.services.leaving import outcomes
from enquiries.services.replies import Aim, offline
from enquiries.services.replies.drafting import DraftRefused
from tests.people import NOON, City, approved, arrive, draft, fresh

pytestmark = pytest.mark.django_db


def merged(city: City, one: Message, into: Message) -> None:
    triage.merge(enquiry_id=one.enquiry_id, into_id=into.enquiry_id, by_id=city.bob.pk, now=NOON)


def answer(city: City, root: Message, message: Message, text: str = "Ours") -> ReplyVersion:
    return replies.save_draft(
        enquiry_id=root.enquiry_id, answers_id=message.pk, author_id=city.alice.pk, text=text, now=NOON
    )


def test_subject_is_never_that_of_another_citizen(city: City):
    root = arrive(city, "web", text="I have cancer and cannot pay.", author="ann@example.org", name="Ann")
    other = arrive(city, "web", text="My bin.", author="ben@example.org", name="Ben")
    merged(city, other, root)

    version = answer(city, root, other)

    assert "cancer" not in version.content["subject"] and "bin" in version.content["subject"]


def test_merged_enquiry_is_answered_in_one_place_only(city: City):
    root, other = arrive(city), arrive(city, author="ben@example.org")
    version = draft(city, other)
    merged(city, other, root)

    with pytest.raises(DraftRefused):
        replies.submit(enquiry_id=other.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)


def test_merged_enquiry_is_not_opened_again_by_itself(city: City):
    root, other = arrive(city), arrive(city, author="ben@example.org")
    triage.close(enquiry_id=other.enquiry_id, by_id=city.bob.pk, now=NOON)
    merged(city, other, root)

    with pytest.raises(triage.TriageRefused):
        triage.reopen(enquiry_id=other.enquiry_id, by_id=city.bob.pk, now=NOON)


def test_invitation_that_was_begun_goes_along_when_they_part(city: City):
    root, other = arrive(city, "x"), arrive(city, "x", author="77")
    merged(city, other, root)
    version = replies.save_draft(
        enquiry_id=root.enquiry_id,
        answers_id=other.pk,
        author_id=city.alice.pk,
        text="Write to us",
        now=NOON,
        aim=Aim(purpose=Reply.Purpose.POINTER),
    )

    triage.unmerge(enquiry_id=other.enquiry_id, by_id=city.bob.pk, now=NOON)

    moved = Reply.objects.get(enquiry=other.enquiry_id, state=Reply.State.DRAFT)
    assert (moved.purpose, moved.versions.get().text) == (Reply.Purpose.POINTER, version.text)


def test_everybody_who_wrote_it_stays_an_author_when_they_part(city: City):
    root, other = arrive(city), arrive(city, author="ben@example.org")
    merged(city, other, root)
    replies.save_draft(
        enquiry_id=root.enquiry_id, answers_id=other.pk, author_id=city.bob.pk, text="Bob's words", now=NOON
    )
    answer(city, root, other, "Bob's words.")
    triage.unmerge(enquiry_id=other.enquiry_id, by_id=city.bob.pk, now=NOON)

    moved = Reply.objects.get(enquiry=other.enquiry_id, state=Reply.State.DRAFT)
    assert set(moved.versions.values_list("author_id", flat=True)) == {city.alice.pk, city.bob.pk}


def test_promise_runs_on_through_an_answer_to_somebody_else_and_when_they_part(city: City):
    root, other = arrive(city), arrive(city, author="ben@example.org")
    due = fresh(other.enquiry_id).due_at
    merged(city, other, root)
    version = answer(city, root, root)
    replies.submit(enquiry_id=root.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    replies.approve(
        reply_id=version.reply_id,
        approver_id=city.bob.pk,
        seen_sha256=bytes(ReplyVersion.objects.get(pk=version.pk).content_sha256).hex(),
        now=NOON,
    )
    posting = Posting.objects.select_related("account", "version", "reply").get(reply=version.reply_id)
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(seconds=60)
    )
    posting.refresh_from_db()
    outcomes.posted(posting, receipt=Receipt(external_id="sent-1"), now=NOON + timedelta(minutes=1))
    assert fresh(root.enquiry_id).due_at == due

    triage.unmerge(enquiry_id=other.enquiry_id, by_id=city.bob.pk, now=NOON + timedelta(minutes=2))

    assert fresh(other.enquiry_id).due_at == due
    assert Clock.objects.filter(enquiry=other.enquiry_id, state="RUNNING").count() == 1


def test_topic_that_stands_still_is_not_left_by_what_waits_in_it(city: City):
    waste, roads = Topic.objects.filter(organisation=city.organisation).order_by("position")
    message = arrive(city)
    triage.set_topic(enquiry_id=message.enquiry_id, topic=waste, by_id=city.bob.pk, now=NOON)
    approved(city, message)
    freezing.freeze(
        organisation=city.organisation,
        scope=Freeze.Scope.TOPIC,
        topic_id=waste.pk,
        reason="incident",
        by_id=city.bob.pk,
        expires_at=NOON + timedelta(days=1),
        now=NOON,
    )

    with pytest.raises(triage.TriageRefused):
        triage.set_topic(enquiry_id=message.enquiry_id, topic=roads, by_id=city.alice.pk, now=NOON)
    with pytest.raises(triage.TriageRefused):
        triage.set_topic(enquiry_id=message.enquiry_id, topic=None, by_id=city.alice.pk, now=NOON)


def test_invitation_leads_to_the_enquiry_of_whom_it_invites(city: City):
    root, other = arrive(city, "x"), arrive(city, "x", author="ben")
    merged(city, other, root)

    made = offline.invite(enquiry_id=root.enquiry_id, answers_id=other.pk, by_id=city.alice.pk, now=NOON)

    token = offline.look(made.secret)
    assert token is not None and token.enquiry_id == other.enquiry_id
    text = offline.pointer_text(other.enquiry, made, until="soon")
    version = replies.save_draft(
        enquiry_id=root.enquiry_id,
        answers_id=other.pk,
        author_id=city.alice.pk,
        text=text,
        now=NOON,
        aim=Aim(purpose=Reply.Purpose.POINTER),
    )
    replies.submit(enquiry_id=root.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
