"""What a person's word about a doubtful posting writes, who gave it, and that it is given once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from enquiries.contract import Receipt
from enquiries.models import Reply, ReplyReturn
from enquiries.services.leaving import outcomes
from enquiries.services.leaving.outcomes import NotDecidable
from enquiries.services.leaving.outcomes.arriving import is_taken
from enquiries.services.replies import Aim
from tests.people import NOON, City, fresh
from tests.proof.told import (
    LONG,
    MINUTE,
    NOW,
    accepted,
    citizen_writes,
    events,
    parked,
    parts_of,
    row,
    sending,
    unknown,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", [" 777 ", " "])
def test_what_a_person_saw_is_there(place: City, typed: str):
    one = parked(accepted(place))
    before = row(one)

    outcomes.decide_it_is_there(one.pk, by_id=place.bob.pk, external_id=typed, now=NOW)

    assert row(one) == before | {
        "state": "POSTED",
        "external_id": typed.strip() or f"seen-by-person:{one.key}",
        "posted_at": NOW,
        "done_at": NOW,
        "parked_at": None,
        "last_error": "",
        "fix": "",
        "decided_by_id": place.bob.pk,
    }
    assert events(one) == [
        ("reply.posted", NOW, None, {"route": 0, "attempts": 1}),
        ("posting.decided", NOW, place.bob.pk, {"decision": "IT_IS_THERE"}),
    ]
    assert fresh(one.reply.enquiry_id).state == "ANSWERED"


def test_what_a_person_did_not_find_is_sent_again(place: City, hinted: list[str], django_capture_on_commit_callbacks):
    one = parked(accepted(place))
    before = row(one)

    with django_capture_on_commit_callbacks(execute=True):
        outcomes.decide_send_again(one.pk, by_id=place.bob.pk, now=NOW)

    waits = {"state": "QUEUED", "parked_at": None, "due_at": NOW, "looked": 0, "fix": "", "decided_by_id": place.bob.pk}
    assert row(one) == before | waits
    assert events(one) == [("posting.decided", NOW, place.bob.pk, {"decision": "SEND_AGAIN"})]
    assert hinted == ["enquiries.post_replies"]


def test_what_a_person_gives_up_has_failed_with_all_that_follows_it(place: City):
    first, second, _ = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    one = parked(first)
    before = row(one)

    outcomes.decide_give_up(one.pk, by_id=place.bob.pk, now=NOW)

    ended = {"state": "CANCELLED", "parked_at": None, "done_at": NOW, "decided_by_id": place.bob.pk}
    assert row(one) == before | ended
    assert (row(second)["state"], row(second)["done_at"]) == ("CANCELLED", NOW)
    assert events(one) == [("posting.decided", NOW, place.bob.pk, {"decision": "GIVE_UP"})]
    assert Reply.objects.get(pk=one.reply_id).state == "FAILED"
    assert fresh(one.reply.enquiry_id).state == "OPEN"
    returned = ReplyReturn.objects.get(version=one.version_id)
    assert (returned.reason, returned.returned_at) == ("PLATFORM", NOW)
    assert "gave it up" in returned.note


DECISIONS: list[Callable[..., None]] = [
    lambda pk, **by: outcomes.decide_it_is_there(pk, external_id="777", **by),
    outcomes.decide_send_again,
    outcomes.decide_give_up,
]


@pytest.mark.parametrize("decide", DECISIONS)
def test_nobody_decides_what_waits_for_nobody(place: City, decide: Callable[..., None]):
    one = accepted(place)
    before = row(one)

    with pytest.raises(NotDecidable, match="decided already"):
        decide(one.pk, by_id=place.bob.pk, now=NOW)

    assert row(one) == before


@pytest.mark.parametrize("decide", DECISIONS)
def test_decision_reads_only_what_it_needs(place: City, decide: Callable[..., None], django_assert_max_num_queries):
    one = parked(accepted(place))
    most = {0: 32, 1: 9, 2: 17}[DECISIONS.index(decide)]

    with django_assert_max_num_queries(most):
        decide(one.pk, by_id=place.bob.pk, now=NOW)


def taken_by_a_posting(place: City, name: str) -> None:
    outcomes.posted(sending(accepted(place)), receipt=Receipt(external_id=name), now=NOON)


def taken_by_a_citizen(place: City, name: str) -> None:
    citizen_writes(accepted(place), external_id=name)


@pytest.mark.parametrize("take", [taken_by_a_posting, taken_by_a_citizen])
def test_name_that_is_somebody_elses_proves_nothing(place: City, take: Callable[..., Any]):
    one = parked(accepted(place))
    take(place, "n" * 300)
    before = row(one)

    with pytest.raises(NotDecidable, match="this very post"):
        outcomes.decide_it_is_there(one.pk, by_id=place.bob.pk, external_id="n" * 301, now=NOW)

    assert row(one) == before


def test_post_found_that_is_somebody_elses_proves_nothing(place: City):
    one = unknown(accepted(place))
    citizen_writes(accepted(place), external_id="777")
    before = row(one)

    outcomes.found(one, receipt=Receipt(external_id="777"), now=NOW)

    words = row(one)["last_error"]
    assert "belongs to another" in words
    assert row(one) == before | {"last_error": words, "due_at": NOW + 2 * MINUTE, "looked": 0}


def test_name_counts_on_its_own_account_only(place: City):
    one = accepted(place)
    citizen_writes(accepted(place, "email"), external_id="777")

    assert not is_taken(one, "777")
