"""Merging puts one enquiry behind another; taking them apart restores every row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from enquiries.contract import Receipt
from enquiries.models import Clock, DraftText, Enquiry, Message, Reply
from enquiries.services import replies, triage
from enquiries.services.leaving import outcomes
from tests.agents.scenes import being_sent
from tests.people import NOON, City, arrive, draft, fresh, submitted

LATER = NOON + timedelta(hours=1)
TABLES = ["Enquiry", "Message", "Thread", "Clock", "ClockEvent", "Reply", "ReplyVersion", "DraftText", "Note", "Link"]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything the desk keeps of enquiries, row by row."""
    return {name: list(apps.get_model("enquiries", name).objects.order_by("pk").values()) for name in TABLES}


def merge(city: City, one: Message, into: Message) -> None:
    triage.merge(enquiry_id=one.enquiry_id, into_id=into.enquiry_id, by_id=city.bob.pk, now=NOON)


def unmerge(city: City, one: Message) -> None:
    triage.unmerge(enquiry_id=one.enquiry_id, by_id=city.bob.pk, now=LATER)


def test_merge_and_unmerge_leave_every_row_as_it_was(city: City):
    first, second = arrive(city, now=NOON - timedelta(hours=2)), arrive(city, "x", author="9")
    draft(city, first, text="Half an answer.")
    draft(city, second, text="Another half.")
    DraftText.objects.create(
        enquiry=first.enquiry, author=city.alice, answers=first, n=1, text="typed", started_at=NOON, saved_at=NOON
    )
    triage.add_note(enquiry_id=second.enquiry_id, text="Same person.", by_id=city.alice.pk, now=NOON)
    before = rows()

    merge(city, first, second)
    unmerge(city, first)

    assert rows() == before


def test_family_is_due_with_its_earliest_promise(city: City):
    late, early = arrive(city), arrive(city, "x", now=NOON - timedelta(hours=1))
    own = fresh(late.enquiry_id).due_at

    merge(city, early, late)
    assert fresh(late.enquiry_id).due_at == fresh(early.enquiry_id).due_at != own

    unmerge(city, early)
    assert fresh(late.enquiry_id).due_at == own


def test_new_words_stay_where_they_came_and_count_where_it_was_merged_into(city: City):
    merged, root = arrive(city, "x", thread="t"), arrive(city)
    waiting = submitted(city, root)
    merge(city, merged, root)
    assert Reply.objects.get(pk=waiting.reply_id).state == "SUBMITTED"

    words = arrive(city, "x", thread="t", text="And another thing.", now=LATER)

    assert words.enquiry_id == merged.enquiry_id
    assert Reply.objects.get(pk=waiting.reply_id).state == "RETURNED"
    assert (fresh(root.enquiry_id).last_inbound_at, fresh(root.enquiry_id).state) == (LATER, "OPEN")
    assert fresh(merged.enquiry_id).last_inbound_at == NOON


def test_reply_that_does_not_know_the_merged_words_is_taken_back(city: City):
    root, merged = arrive(city), arrive(city, "x")
    version = submitted(city, root)

    merge(city, merged, root)

    assert Reply.objects.get(pk=version.reply_id).state == "RETURNED"
    assert fresh(root.enquiry_id).state == "OPEN"


def test_words_nobody_answered_open_it_again_with_a_promise(city: City):
    posting = being_sent(city, thread="t")
    outcomes.posted(posting, receipt=Receipt(external_id="9"), now=NOON)
    answered = Message.objects.get(enquiry=posting.reply.enquiry, direction="IN")
    root = arrive(city)
    merge(city, answered, root)
    arrive(city, "x", thread="t", text="It came back.", now=LATER)

    unmerge(city, answered)

    found = fresh(answered.enquiry_id)
    assert (found.state, found.last_inbound_at) == ("OPEN", LATER)
    assert Clock.objects.get(enquiry=found, state="RUNNING").started_at == LATER


def test_reply_under_way_keeps_the_family_together(city: City):
    merged, root = arrive(city), arrive(city, "x")
    merge(city, merged, root)
    version = replies.save_draft(
        enquiry_id=root.enquiry_id, answers_id=merged.pk, author_id=city.alice.pk, text="Both.", now=NOON
    )
    replies.submit(enquiry_id=root.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)

    with pytest.raises(triage.MergeRefused, match="Take them apart when it has arrived"):
        unmerge(city, merged)


def test_draft_to_a_merged_message_goes_with_it(city: City):
    merged, root = arrive(city), arrive(city, "x")
    merge(city, merged, root)
    replies.save_draft(
        enquiry_id=root.enquiry_id, answers_id=merged.pk, author_id=city.alice.pk, text="For you.", now=NOON
    )

    unmerge(city, merged)

    kept = Reply.objects.get(enquiry=merged.enquiry, state="DRAFT")
    assert (kept.answers_id, kept.versions.get().text) == (merged.pk, "For you.")


def chain(city: City) -> tuple[Message, Message]:
    one, two, three = arrive(city), arrive(city, "x"), arrive(city, "web")
    merge(city, one, two)
    return two, three


def already(city: City) -> tuple[Message, Message]:
    one, two, three = arrive(city), arrive(city, "x"), arrive(city, "web")
    merge(city, one, two)
    return one, three


def itself(city: City) -> tuple[Message, Message]:
    one = arrive(city)
    return one, one


def under_way(city: City) -> tuple[Message, Message]:
    one = arrive(city)
    submitted(city, one)
    return one, arrive(city)


def unseen(city: City) -> tuple[Message, Message]:
    one, two = arrive(city), arrive(city)
    Enquiry.objects.filter(pk=two.enquiry_id).update(team=city.roads)
    return one, two


def into_answered(city: City) -> tuple[Message, Message]:
    posting = being_sent(city)
    outcomes.posted(posting, receipt=Receipt(external_id="9"), now=NOON)
    return arrive(city), Message.objects.get(enquiry=posting.reply.enquiry, direction="IN")


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (chain, "Merge the other way round"),
        (already, "merged already"),
        (itself, "this very enquiry"),
        (under_way, "waits for approval"),
        (unseen, "No enquiry that you may see"),
        (into_answered, "still waits for an answer"),
    ],
)
def test_merge_that_would_hide_something_is_refused_with_a_way_out(scene: Any, words: str, city: City):
    one, into = scene(city)

    with pytest.raises(triage.MergeRefused, match=words):
        merge(city, one, into)


def test_merged_enquiry_is_not_closed_behind_the_others_back(city: City):
    merged, root = arrive(city), arrive(city, "x")
    merge(city, merged, root)

    with pytest.raises(triage.CannotClose):
        triage.close(enquiry_id=merged.enquiry_id, by_id=city.bob.pk, now=NOON)
