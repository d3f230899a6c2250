"""What follows where a reply does not arrive: whose it is then, what they read, and what else is called off with it."""

from __future__ import annotations

from typing import Any

import pytest

from enquiries.contract import OwnPost, Receipt
from enquiries.models import Enquiry, Message, Posting, Reply, ReplyReturn
from enquiries.services.approving import policies
from enquiries.services.incoming import receipts
from enquiries.services.leaving import outcomes
from enquiries.services.replies import Aim
from enquiries.services.triage import merge
from tests.enquiries.approving.scenes import a_rule, make_policy, trust
from tests.people import NOON, City, arrive, fresh
from tests.proof.told import (
    LONG,
    MINUTE,
    NOW,
    accepted,
    again,
    citizen_writes,
    events,
    loaded,
    parts_of,
    row,
    sending,
    tries,
    unknown,
    written,
)

pytestmark = pytest.mark.django_db
FREE = {"lease_owner": "", "lease_until": None}


def returns(one: Posting) -> list[tuple[Any, ...]]:
    mine = ReplyReturn.objects.filter(version=one.version_id)
    return list(mine.values_list("reason", "note", "returned_by_id", "returned_at"))


def states(one: Posting) -> tuple[str, str, str]:
    """Of the posting, its reply, and its enquiry."""
    return row(one)["state"], Reply.objects.get(pk=one.reply_id).state, fresh(one.reply.enquiry_id).state


def unread(place: City) -> Posting:
    """What leaves on the policy's word, read by nobody else."""
    trust(place, place.alice, "FREE", kind="told")
    version = written(place, arrive(place, "told", side="PUBLIC"))
    return loaded(Posting.objects.get(version=version))


def test_refusal_is_written_and_its_author_told(place: City):
    one = sending(accepted(place))
    before = row(one)

    outcomes.refused(one, error="e" * 2001, fix="f" * 301, code="c" * 61, now=NOW)

    ended = {"state": "FAILED", "done_at": NOW, "last_error": "e" * 500, "fix": "f" * 300}
    assert row(one) == before | FREE | ended
    assert tries(one) == [(1, NOW, "REFUSED", "e" * 500)]
    assert events(one) == [("posting.refused", NOW, None, {"code": "c" * 60})]
    assert returns(one) == [("PLATFORM", "e" * 2000, None, NOW)]
    assert states(one) == ("FAILED", "FAILED", "OPEN")


@pytest.mark.parametrize(("code", "said"), [("403", "No. 403"), ("", "No.")])
def test_code_of_a_refusal_stands_behind_its_words(place: City, code: str, said: str):
    one = sending(accepted(place))

    outcomes.refused(one, error="No.", fix="Write otherwise.", code=code, now=NOW)

    assert tries(one) == [(1, NOW, "REFUSED", said)]


def test_refused_part_takes_the_later_ones_along(place: City):
    first, second, third = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    others = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    outcomes.posted(sending(first), receipt=Receipt(external_id="1"), now=NOON)
    before, of_first = row(third), row(first)

    outcomes.refused(sending(second), error="No.", fix="", code="", now=NOW)

    words = row(third)["last_error"]
    assert "part before" in words
    assert row(third) == before | {"state": "CANCELLED", "done_at": NOW, "last_error": words}
    assert row(first) == of_first
    assert [row(each)["state"] for each in others] == ["QUEUED"] * 3
    assert states(second) == ("FAILED", "FAILED", "OPEN")


def test_part_that_was_called_off_before_is_left_as_it_is(place: City):
    first, second, third = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    Posting.objects.filter(pk=third.pk).update(state="CANCELLED", done_at=NOON)
    before = row(third)

    outcomes.refused(sending(first), error="No.", fix="", code="", now=NOW)

    assert row(third) == before
    assert row(second)["state"] == "CANCELLED"


def test_reply_has_not_failed_while_another_way_is_open(place: City):
    one = accepted(place, "web", reply_to="dana@example.org")

    outcomes.refused(sending(one), error="No.", fix="", code="", now=NOW)

    assert states(one) == ("FAILED", "APPROVED", "POSTING")
    assert returns(one) == []


def test_reply_that_arrived_another_way_has_not_failed(place: City):
    one = accepted(place, "web", reply_to="dana@example.org")
    by_mail = loaded(Posting.objects.get(approval=one.approval_id, route=1))
    outcomes.posted(sending(one), receipt=Receipt(external_id="1"), now=NOON)

    outcomes.refused(sending(by_mail), error="No.", fix="", code="", now=NOW)

    assert states(by_mail) == ("FAILED", "POSTED", "ANSWERED")
    assert returns(one) == []


def test_enquiry_that_has_gone_on_meanwhile_stays_where_it_is(place: City):
    one = sending(accepted(place))
    Enquiry.objects.filter(pk=one.reply.enquiry_id).update(state="OPEN")

    outcomes.refused(one, error="No.", fix="", code="", now=NOW)

    assert states(one) == ("FAILED", "FAILED", "OPEN")


def test_what_the_citizen_wrote_meanwhile_is_promised_an_answer_although_it_failed(place: City):
    one = sending(accepted(place))
    one.reply.enquiry.clocks.update(state="CANCELLED", stopped_at=NOON, next_at=None)
    said = citizen_writes(one)

    outcomes.refused(one, error="No.", fix="", code="", now=NOW)

    assert one.reply.enquiry.clocks.get(state="RUNNING").started_at == said.recorded_at


@pytest.mark.parametrize("ending", ["posted", "refused", "given up"])
def test_what_somebody_wrote_by_hand_is_kept_once_the_posting_has_ended(place: City, ending: str):
    one = sending(accepted(place, external_id="100", root_id="100", thread="100:dana"))
    post = OwnPost(external_id="555", text="Solved by phone.", occurred_at=NOON, parent_id="100")
    receipts.own_post_seen(account=place.accounts["told"], post=post, now=NOON)
    by_hand = Message.objects.filter(external_id="555")
    assert not by_hand.exists()

    if ending == "posted":
        outcomes.posted(one, receipt=Receipt(external_id="777"), now=NOW)
    elif ending == "refused":
        outcomes.refused(one, error="No.", fix="", code="", now=NOW)
    else:
        outcomes.uncertain(one, error="", look_at=NOW, now=NOW)
        outcomes.came_back(again(one), now=NOW)
        outcomes.decide_give_up(one.pk, by_id=place.bob.pk, now=NOW)

    assert by_hand.get().recorded_at == NOW


def test_overtaken_reply_goes_back_to_its_author(place: City):
    one, other = accepted(place), accepted(place)
    citizen_writes(one)
    others = row(other)

    outcomes.call_off(one, now=NOW)

    assert states(one) == ("CANCELLED", "RETURNED", "OPEN")
    assert row(one)["done_at"] == NOW
    assert returns(one) == [("CITIZEN_WROTE", "", None, NOW)]
    assert row(other) == others


def test_overtaken_reply_that_may_have_left_before_has_failed(place: City):
    one = again(unknown(accepted(place)))
    citizen_writes(one)
    before = row(one)

    outcomes.call_off(one, now=NOW)

    words = row(one)["last_error"]
    assert "wrote again" in words
    assert row(one) == before | {"state": "CANCELLED", "done_at": NOW, "last_error": words}
    assert states(one) == ("CANCELLED", "FAILED", "OPEN")
    assert returns(one) == [("PLATFORM", words, None, NOW)]


def test_overtaken_part_takes_the_later_ones_along(place: City):
    first, second, third = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    outcomes.posted(sending(first), receipt=Receipt(external_id="1"), now=NOON)
    citizen_writes(first)

    outcomes.call_off(second, now=NOW)

    assert [row(each)["state"] for each in (first, second, third)] == ["POSTED", "CANCELLED", "CANCELLED"]
    assert row(third)["done_at"] == NOW
    assert states(second) == ("CANCELLED", "FAILED", "OPEN")


def test_only_new_words_of_a_citizen_overtake_a_reply(place: City):
    one = loaded(accepted(place, root_id="r", external_id="r"))
    assert not outcomes.is_overtaken(one)
    citizen_writes(one, automatic=True)
    citizen_writes(one, outdated=True, root_id="r", occurred_at=NOON - MINUTE)
    assert not outcomes.is_overtaken(one)

    citizen_writes(one)

    assert outcomes.is_overtaken(one)


def test_words_in_a_merged_enquiry_overtake_a_reply(place: City):
    one, other = accepted(place), arrive(place, "told", side="PUBLIC")
    merge(enquiry_id=other.enquiry_id, into_id=one.reply.enquiry_id, by_id=place.alice.pk, now=NOON)

    assert outcomes.is_overtaken(one)


def test_reply_to_a_machine_is_overtaken_by_nothing(place: City):
    assert not outcomes.is_overtaken(accepted(place, automatic=True))


def test_unread_reply_is_judged_once_more_before_it_leaves(place: City):
    one = unread(place)
    assert outcomes.why_read_after_all(one) == ""
    trust_gone(place)

    why = outcomes.why_read_after_all(loaded(one))

    assert why == policies.why_not_any_more(one.version)
    assert why


def trust_gone(place: City) -> None:
    """What Alice writes is read by others again."""
    make_policy(place, a_rule("ALWAYS"))


def test_reply_that_somebody_read_is_not_judged_again(place: City):
    one = accepted(place)
    trust_gone(place)

    assert outcomes.why_read_after_all(one) == ""


def test_unread_reply_that_may_have_left_is_not_judged_again(place: City):
    one = again(unknown(unread(place)))
    trust_gone(place)

    assert outcomes.why_read_after_all(one) == ""


def test_unread_reply_of_which_a_part_has_left_is_not_judged_again(place: City):
    trust(place, place.alice, "FREE", kind="told")
    version = written(place, arrive(place, "told", side="PUBLIC"), text=LONG, aim=Aim(in_parts=True))
    first, second, _ = parts_of(Posting.objects.filter(version=version)[0])
    outcomes.posted(sending(first), receipt=Receipt(external_id="1"), now=NOON)
    trust_gone(place)

    assert outcomes.why_read_after_all(loaded(second)) == ""


def test_unread_reply_that_would_be_read_now_goes_back_to_its_author(place: City):
    one = unread(place)
    before = row(one)

    outcomes.take_back_unread(one, why="The rules have changed.", now=NOW)

    assert row(one) == before | {"state": "CANCELLED", "done_at": NOW}
    assert states(one) == ("CANCELLED", "RETURNED", "OPEN")
    ((reason, note, by_id, at),) = returns(one)
    assert (reason, by_id, at) == ("OTHER", None, NOW)
    assert "The rules have changed." in note
