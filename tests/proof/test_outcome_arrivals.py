"""What follows from a reply being there: its message to the letter, the states, the promises, and who is told to look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from enquiries.contract import Receipt, Side
from enquiries.models import (
    Clock,
    Enquiry,
    EnquiryToken,
    Message,
    Posting,
    PostWatch,
    Reply,
)
from enquiries.services.leaving import outcomes
from enquiries.services.platforms import presence
from enquiries.services.replies import Aim, offline
from enquiries.services.triage import merge
from tests.enquiries.approving.scenes import approve
from tests.people import NOON, City, arrive, fresh, posting_of
from tests.proof.told import (
    LONG,
    NOW,
    accepted,
    citizen_writes,
    loaded,
    parked,
    parts_of,
    row,
    sending,
    written,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def arrived(one: Posting, *, name: str = "777") -> None:
    outcomes.posted(sending(one), receipt=Receipt(external_id=name, permalink="https://there/777"), now=NOW)


def our_message(one: Posting) -> dict[str, Any]:
    """What is kept of it, without what is empty."""
    kept = model_to_dict(Message.objects.get(posting=one))
    return {name: value for name, value in kept.items() if value not in ("", None, False) and name != "id"}


def expected(one: Posting, **more: Any) -> dict[str, Any]:
    return {
        "enquiry": one.reply.answers.enquiry_id,
        "account": one.account_id,
        "direction": "OUT",
        "side": "PUBLIC",
        "external_id": "777",
        "posting": one.pk,
        "subject": "My bin was not emptied.",
        "text": "We come today.",
        "thread_key": one.reply.answers.thread_key,
        "permalink": "https://there/777",
        "answerable": True,
        "occurred_at": NOW,
        "recorded_at": NOW,
    } | more


def test_public_reply_is_kept_as_it_left(place: City):
    one = accepted(place)

    arrived(one)

    assert our_message(one) == expected(one)


def test_mail_is_kept_with_its_subject_and_known_by_its_name(place: City):
    one = accepted(place, "email")

    arrived(one, name="n" * 301)

    name = "n" * 300
    assert our_message(one) == expected(one, side="PRIVATE", subject="Bin", external_id=name, known_as=name)


def test_part_is_kept_with_its_own_words(place: City):
    first, *_ = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))

    arrived(first)

    assert our_message(first) == expected(first, text=first.version.content["routes"][0]["text"])
    assert our_message(first)["text"].endswith("(1/3)")


def test_way_beside_the_first_is_kept_with_the_words_of_all(place: City):
    one = accepted(place, "web", reply_to="dana@example.org")
    by_mail = loaded(Posting.objects.get(approval=one.approval_id, route=1))

    arrived(by_mail)

    kept = our_message(by_mail)
    assert (kept["text"], kept["account"]) == ("We come today.", place.accounts["email"].pk)


def test_long_address_of_a_post_is_cut(place: City):
    one = sending(accepted(place))

    outcomes.posted(one, receipt=Receipt(external_id="777", permalink="l" * 501), now=NOW)

    assert our_message(one)["permalink"] == "l" * 500


def watches() -> list[tuple[Any, ...]]:
    return list(PostWatch.objects.order_by("pk").values_list("account_id", "root_id", "is_ours", "due_at", "done_at"))


def test_public_post_of_ours_is_looked_for_each_night(place: City):
    one, account, name = accepted(place), place.accounts["told"], "n" * 300
    PostWatch.objects.all().delete()

    arrived(one, name=name + "n")

    assert watches() == [(account.pk, name, True, presence.next_night(account, name, NOW), None)]


def test_private_post_and_one_without_a_number_are_not_looked_for(place: City):
    private, seen = accepted(place, side=Side.PRIVATE), parked(accepted(place))
    PostWatch.objects.all().delete()

    arrived(private)
    outcomes.decide_it_is_there(seen.pk, by_id=place.bob.pk, external_id="", now=NOW)

    assert watches() == []


def test_arrival_keeps_the_promise_and_answers_the_enquiry(place: City):
    one, other = accepted(place), accepted(place)

    arrived(one)

    enquiry = fresh(one.reply.enquiry_id)
    clock = Clock.objects.get(enquiry=enquiry)
    assert (enquiry.state, enquiry.due_at) == ("ANSWERED", None)
    assert (clock.state, clock.stopped_at) == ("MET", NOW)
    assert Reply.objects.get(pk=one.reply_id).state == "POSTED"
    assert fresh(other.reply.enquiry_id).state == "POSTING"
    assert Clock.objects.get(enquiry=other.reply.enquiry_id).state == "RUNNING"


def with_somebody_merged_in(place: City) -> tuple[Posting, Clock]:
    """An approved answer to Dana, and the promise to Eli, whose enquiry was merged into hers."""
    eli = arrive(place, "told", side="PUBLIC", author="eli")
    dana = arrive(place, "told", side="PUBLIC")
    merge(enquiry_id=eli.enquiry_id, into_id=dana.enquiry_id, by_id=place.bob.pk, now=NOON)
    one = loaded(posting_of(approve(written(place, dana), place.bob)))
    return one, Clock.objects.get(enquiry=eli.enquiry_id)


def test_citizen_of_the_family_who_still_waits_keeps_it_open(place: City):
    one, theirs = with_somebody_merged_in(place)

    arrived(one)

    enquiry = fresh(one.reply.enquiry_id)
    assert (enquiry.state, enquiry.due_at) == ("OPEN", theirs.due_at)
    assert Clock.objects.get(pk=theirs.pk).state == "RUNNING"
    assert Clock.objects.get(enquiry=enquiry).state == "MET"


@pytest.mark.parametrize("somebody_waits", [False, True])
def test_words_of_the_citizen_meanwhile_are_promised_the_next_answer(place: City, somebody_waits: bool):
    one = sending(with_somebody_merged_in(place)[0] if somebody_waits else accepted(place))
    said = citizen_writes(one)

    outcomes.posted(one, receipt=Receipt(external_id="777"), now=NOW)

    clock = Clock.objects.get(enquiry=one.reply.enquiry_id, state="RUNNING")
    assert fresh(one.reply.enquiry_id).state == "OPEN"
    assert (clock.kind, clock.started_at) == ("NEXT_ANSWER", said.recorded_at)


def test_part_that_others_follow_answers_nothing_yet(
    place: City, hinted: list[str], django_capture_on_commit_callbacks
):
    first, *_ = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))

    with django_capture_on_commit_callbacks(execute=True):
        arrived(first)

    assert Reply.objects.get(pk=first.reply_id).state == "APPROVED"
    assert fresh(first.reply.enquiry_id).state == "POSTING"
    assert hinted == ["enquiries.post_replies"]


def test_last_part_answers_it(place: City, hinted: list[str], django_capture_on_commit_callbacks):
    ours = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    accepted(place, text=LONG, aim=Aim(in_parts=True))

    with django_capture_on_commit_callbacks(execute=True):
        for each in ours:
            hinted.clear()
            arrived(each, name=f"part-{each.part}")

    assert Reply.objects.get(pk=ours[0].reply_id).state == "POSTED"
    assert fresh(ours[0].reply.enquiry_id).state == "ANSWERED"


def test_mail_beside_parts_waits_for_none_of_them_and_none_for_it(place: City):
    one = accepted(place, "web", reply_to="dana@example.org", text="We come. " * 1500, aim=Aim(in_parts=True))
    first, second = parts_of(one)
    by_mail = loaded(Posting.objects.get(approval=one.approval_id, part=None))

    arrived(by_mail, name="mail")
    assert Reply.objects.get(pk=one.reply_id).state == "POSTED"
    for each in (first, second):
        arrived(each, name=f"part-{each.part}")

    assert fresh(one.reply.enquiry_id).state == "ANSWERED"


def test_parts_wait_for_no_mail_beside_them(place: City):
    one = accepted(place, "web", reply_to="dana@example.org", text="We come. " * 1500, aim=Aim(in_parts=True))

    for each in parts_of(one):
        arrived(each, name=f"part-{each.part}")

    assert Reply.objects.get(pk=one.reply_id).state == "POSTED"


@pytest.mark.parametrize(("reply", "enquiry"), [("APPROVED", "OPEN"), ("FAILED", "OPEN"), ("FAILED", "POSTING")])
def test_arrival_after_all_leaves_the_enquiry_where_it_has_got_to(place: City, reply: str, enquiry: str):
    one = sending(accepted(place))
    Reply.objects.filter(pk=one.reply_id).update(state=reply)
    Enquiry.objects.filter(pk=one.reply.enquiry_id).update(state=enquiry)

    outcomes.posted(one, receipt=Receipt(external_id="777"), now=NOW)

    assert Reply.objects.get(pk=one.reply_id).state == "POSTED"
    assert fresh(one.reply.enquiry_id).state == enquiry


def test_second_way_of_what_has_arrived_changes_no_state(place: City):
    one = accepted(place, "web", reply_to="dana@example.org")
    by_mail = loaded(Posting.objects.get(approval=one.approval_id, route=1))
    arrived(one, name="1")
    Enquiry.objects.filter(pk=one.reply.enquiry_id).update(state="OPEN")

    arrived(by_mail, name="2")

    assert row(by_mail)["state"] == "POSTED"
    assert Reply.objects.get(pk=one.reply_id).state == "POSTED"
    assert fresh(one.reply.enquiry_id).state == "OPEN"


def pointer(place: City) -> Posting:
    """An invitation to write in private, approved."""
    message = arrive(place, "x")
    made = offline.invite(enquiry_id=message.enquiry_id, answers_id=message.pk, by_id=place.alice.pk, now=NOON)
    version = written(place, message, text=made.link, aim=Aim(purpose="POINTER"))
    return loaded(posting_of(approve(version, place.bob)))


def test_invitation_waits_a_week_for_the_citizen(place: City):
    one = pointer(place)

    arrived(one)

    enquiry = fresh(one.reply.enquiry_id)
    assert (enquiry.state, enquiry.waiting_until) == ("WAITING", NOW + WEEK)
    assert EnquiryToken.objects.get(purpose="OFFLINE").expires_at == NOW + WEEK


def test_invitation_waits_for_nobody_who_has_written_meanwhile(place: City):
    one = sending(pointer(place))
    citizen_writes(one)

    outcomes.posted(one, receipt=Receipt(external_id="777"), now=NOW)

    assert fresh(one.reply.enquiry_id).state == "OPEN"
