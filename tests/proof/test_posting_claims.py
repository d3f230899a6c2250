"""What taking a posting in hand writes before anything is called, and what happens instead where it must not leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from enquiries.models import Attempt, ChannelAccount, Posting, Reply, ReplyReturn
from enquiries.services.leaving import outcomes, posting
from tests.enquiries.approving.scenes import a_rule, make_policy, trust
from tests.people import NOON, City, arrive, fresh
from tests.proof.told import (
    MINUTE,
    NOW,
    SECOND,
    Clocks,
    Told,
    accepted,
    again,
    citizen_writes,
    loaded,
    row,
    tries,
    unknown,
    written,
)

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def test_claim_is_on_record_before_the_call(place: City, clocks: Clocks):
    one, other = accepted(place), accepted(place)
    one = again(unknown(one))
    ChannelAccount.objects.filter(pk=one.account_id).update(settings={"lease_seconds": 7})
    before, others = row(one), row(other)

    claimed = posting._claim(one.pk, "w1", NOW)

    taken = {"state": "SENDING", "attempts": 2, "lease_owner": "w1", "lease_until": NOW + 7 * SECOND}
    assert claimed is not None
    assert (claimed.reads_back, claimed.at) == (False, 1000.0)
    assert {name: getattr(claimed.posting, name) for name in taken} == taken
    assert row(one) == before | taken
    attempt = Attempt.objects.get(posting=one, n=2)
    assert (attempt.worker, attempt.started_at, attempt.ended_at, attempt.outcome) == ("w1", NOW, None, "")
    assert row(other) == others


def test_look_is_taken_so_that_nobody_finds_it_first_again(place: City, clocks: Clocks):
    one, other = unknown(accepted(place)), unknown(accepted(place))
    before, others = row(one), row(other)

    claimed = posting._claim(one.pk, "w1", NOW)

    assert claimed is not None
    assert (claimed.posting.pk, claimed.reads_back, claimed.at) == (one.pk, True, 1000.0)
    assert row(one) == before | {"due_at": NOW + MINUTE}
    assert row(other) == others
    assert len(tries(one)) == 1


def test_worker_has_read_all_it_needs_in_few_looks(place: City, clocks: Clocks, django_assert_num_queries):
    one = accepted(place)

    with django_assert_num_queries(7):
        claimed = posting._claim(one.pk, "w1", NOW)

    with django_assert_num_queries(0):
        assert claimed is not None
        reply = claimed.posting.reply
        assert reply.enquiry.organisation.name and reply.answers.account.kind and reply.answers.enquiry.reference
        assert claimed.posting.account.kind and claimed.posting.version.text and claimed.posting.approval.decided_at


def test_what_is_not_due_is_not_taken(place: City, clocks: Clocks):
    one = accepted(place)

    assert posting._claim(one.pk, "w1", NOON - MOMENT) is None
    assert row(one)["state"] == "QUEUED"


def unread(place: City) -> Posting:
    """What leaves on the policy's word, and would be read now."""
    trust(place, place.alice, "FREE", kind="told")
    version = written(place, arrive(place, "told", side="PUBLIC"))
    make_policy(place, a_rule("ALWAYS"))
    return loaded(Posting.objects.get(version=version))


@pytest.mark.parametrize(
    ("make", "writes", "reason"),
    [(accepted, True, "CITIZEN_WROTE"), (unread, False, "OTHER"), (unread, True, "CITIZEN_WROTE")],
)
def test_what_must_not_leave_any_more_goes_back_instead(
    place: City, clocks: Clocks, make: Callable[[City], Posting], writes: bool, reason: str
):
    one = make(place)
    if writes:
        citizen_writes(one)
    why = outcomes.why_read_after_all(one)

    assert posting._claim(one.pk, "w1", NOW) is None

    returned = ReplyReturn.objects.get(version=one.version_id)
    assert (returned.reason, returned.returned_at) == (reason, NOW)
    assert (why if reason == "OTHER" else "") in returned.note
    assert (row(one)["state"], row(one)["done_at"]) == ("CANCELLED", NOW)
    assert Reply.objects.get(pk=one.reply_id).state == "RETURNED"
    assert fresh(one.reply.enquiry_id).state == "OPEN"
    assert tries(one) == []


def test_worker_that_finds_none_does_nothing(place: City, clocks: Clocks):
    one = accepted(place)
    ChannelAccount.objects.update(is_active=False)
    before = row(one)

    posting._take_in_hand(one.pk, "w1")

    assert row(one) == before


def test_what_cannot_be_dealt_with_lets_the_others_go_first(place: City, clocks: Clocks):
    one, other = accepted(place), accepted(place)
    ChannelAccount.objects.filter(pk=one.account_id).update(settings={"lease_seconds": "soon"})
    before, others = row(one), row(other)

    posting._take_in_hand(one.pk, "w1")

    words = row(one)["last_error"]
    assert "could not be dealt with" in words
    assert row(one) == before | {"due_at": NOW + 30 * SECOND, "last_error": words}
    assert row(other) == others


def test_what_was_sent_and_could_not_be_written_down_is_left_to_the_end_of_its_lease(place: City, clocks: Clocks):
    one = accepted(place)
    citizen_writes(accepted(place), external_id=f"told-{one.key}")
    before = row(one)

    posting._take_in_hand(one.pk, "w1")

    taken = {"state": "SENDING", "attempts": 1, "lease_owner": "w1", "lease_until": NOW + MINUTE}
    assert row(one) == before | taken


def test_worker_sends_what_waits_and_looks_for_what_is_in_doubt(place: City, clocks: Clocks):
    one, doubt = accepted(place), unknown(accepted(place), at=NOON, looked=0)

    for each in (one, doubt):
        posting._take_in_hand(each.pk, "w1")

    assert [asked[0] for asked in Told.asked] == ["send", "find"]
    assert (row(one)["state"], row(doubt)["looked"]) == ("POSTED", 1)
    assert Attempt.objects.get(posting=one).worker == "w1"
