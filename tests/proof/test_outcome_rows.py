"""What each outcome of a try writes: every column of the posting and its attempt, to the letter, and of no other posting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.contract import Receipt
from enquiries.models import Posting
from enquiries.services.leaving import outcomes
from enquiries.services.leaving.outcomes import NotOursAnyMore
from tests.people import NOON, City
from tests.proof.told import (
    COLUMNS,
    MINUTE,
    NOW,
    SECOND,
    accepted,
    again,
    events,
    loaded,
    row,
    sending,
    tries,
    unknown,
)

pytestmark = pytest.mark.django_db
FREE = {"lease_owner": "", "lease_until": None}
RECEIPT = Receipt(external_id="p" * 301, permalink="l" * 501, detail="d" * 501)
ARRIVED = {
    **FREE,
    "state": "POSTED",
    "external_id": "p" * 300,
    "permalink": "l" * 500,
    "posted_at": NOW,
    "done_at": NOW,
    "last_error": "",
    "fix": "",
}


def as_held(one: Posting) -> dict[str, object]:
    return {name: getattr(one, name) for name in COLUMNS}


def test_arrival_is_written_with_its_proof(place: City):
    one, other = sending(accepted(place)), sending(accepted(place))
    before, others = row(one), row(other)

    outcomes.posted(one, receipt=RECEIPT, now=NOW)

    assert row(one) == before | ARRIVED == as_held(one)
    assert tries(one) == [(1, NOW, "POSTED", "d" * 500)]
    assert events(one) == [("reply.posted", NOW, None, {"route": 0, "attempts": 1})]
    assert (row(other), tries(other)) == (others, [(1, None, "", "")])


@pytest.mark.parametrize(("is_open", "said"), [(True, (NOW, "POSTED", "d" * 500)), (False, (NOON, "UNCERTAIN", ""))])
def test_what_is_found_is_written_like_an_arrival(place: City, is_open: bool, said: tuple[object, ...]):
    one = sending(accepted(place)) if is_open else unknown(accepted(place))
    before = row(one)

    outcomes.found(one, receipt=RECEIPT, now=NOW)

    assert row(one) == before | ARRIVED
    assert tries(one) == [(1, *said)]
    assert events(one) == [("reply.posted", NOW, None, {"route": 0, "attempts": 1})]


@pytest.mark.parametrize(
    ("after", "n", "wait"), [(0, 1, 0), (3, 1, 5), (40, 1, 40), (3, 4, 40), (0, 4, 0), (100_000, 1, 100_000)]
)
def test_what_did_not_leave_waits_as_told_and_no_shorter_than_the_backoff(place: City, after: int, n: int, wait: int):
    one = sending(accepted(place), n=n)
    before = row(one)

    outcomes.not_sent(one, error="e" * 501, after=after * SECOND, now=NOW)

    due_at = NOW + wait * SECOND
    assert row(one) == before | FREE | {"state": "QUEUED", "due_at": due_at, "last_error": "e" * 500} == as_held(one)
    assert tries(one) == [(n, NOW, "NOT_SENT", "e" * 500)]
    assert events(one) == []


def test_doubt_is_written_with_the_moment_of_the_first_look(place: City):
    one = sending(accepted(place))
    before = row(one)

    outcomes.uncertain(one, error="e" * 501, look_at=NOW + MINUTE, now=NOW)

    doubt = {"state": "UNKNOWN", "due_at": NOW + MINUTE, "last_error": "e" * 500, "looked": 0}
    assert row(one) == before | FREE | doubt == as_held(one)
    assert tries(one) == [(1, NOW, "UNCERTAIN", "e" * 500)]


def test_try_before_is_left_as_it_is(place: City):
    one = sending(accepted(place))
    Posting.objects.filter(pk=one.pk).update(state="QUEUED", **FREE)
    one = sending(one, n=2)

    outcomes.uncertain(one, error="e", look_at=NOW, now=NOW)

    assert tries(one) == [(1, None, "", ""), (2, NOW, "UNCERTAIN", "e")]


def test_lost_lease_is_a_doubt(place: City):
    one = sending(accepted(place))
    before, now = row(one), NOON + MINUTE + SECOND

    assert outcomes.lose_lease(one, now=now, look_at=NOW + MINUTE) == 1

    error = row(one)["last_error"]
    assert "worker" in error
    assert row(one) == before | FREE | {"state": "UNKNOWN", "due_at": NOW + MINUTE, "last_error": error, "looked": 0}
    assert tries(one) == [(1, now, "LOST", error)]


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"lease_until": NOW},
        {"lease_until": NOW + SECOND},
        {"lease_owner": "another"},
        {"state": "UNKNOWN", **FREE},
    ],
)
def test_lease_that_is_not_lost_after_all_changes_nothing(place: City, meanwhile: dict[str, object]):
    one, other = sending(accepted(place)), sending(accepted(place))
    Posting.objects.filter(pk=one.pk).update(**meanwhile)
    before, others = row(one), row(other)

    assert outcomes.lose_lease(one, now=NOW, look_at=NOW) == 0

    assert (row(one), row(other)) == (before, others)
    assert tries(one) == [(1, None, "", "")]


def test_first_clean_look_is_counted_and_the_next_one_set(place: City):
    one, other = unknown(accepted(place), looked=0), unknown(accepted(place), looked=0)
    before, others = row(one), row(other)

    outcomes.not_there(one, look_again_at=NOW + MINUTE, now=NOW)

    assert row(one) == before | {"looked": 1, "due_at": NOW + MINUTE}
    assert row(other) == others


def test_second_clean_look_lets_it_be_sent_again_at_once(
    place: City, hinted: list[str], django_capture_on_commit_callbacks
):
    one = unknown(accepted(place))
    before = row(one)

    with django_capture_on_commit_callbacks(execute=True):
        outcomes.not_there(one, look_again_at=NOW + MINUTE, now=NOW)

    assert row(one) == before | {"state": "QUEUED", "due_at": NOW, "looked": 0}
    assert hinted == ["enquiries.post_replies"]


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (("UNCERTAIN", "LOST", "UNCERTAIN"), "NEEDS_PERSON"),
        (("NOT_SENT", "UNCERTAIN", "UNCERTAIN"), "QUEUED"),
        (("UNCERTAIN", "UNCERTAIN"), "QUEUED"),
    ],
)
def test_third_send_that_is_not_there_is_a_persons(place: City, ends: tuple[str, ...], state: str):
    one = accepted(place)
    for n, end in enumerate(ends, start=1):
        one = unknown(again(one) if n > 1 else one, n=n, outcome=end)
    before = row(one)

    outcomes.not_there(one, look_again_at=NOW + MINUTE, now=NOW)

    asked = {"parked_at": NOW, "last_error": row(one)["last_error"], "fix": row(one)["fix"]}
    sent = {"due_at": NOW, "looked": 0}
    assert row(one) == before | {"state": state} | (asked if state == "NEEDS_PERSON" else sent)
    if state == "NEEDS_PERSON":
        assert "three times" in asked["last_error"]
        assert "Look on the platform" in asked["fix"]
        assert events(one) == [("posting.needs_person", NOW, None, {"attempts": 3})]


def test_look_that_comes_too_early_is_put_off(place: City):
    one, other = unknown(accepted(place)), unknown(accepted(place))
    before, others = row(one), row(other)

    outcomes.look_again(one, at=NOW + MINUTE)

    assert row(one) == before | {"due_at": NOW + MINUTE}
    assert row(other) == others


def test_looks_change_nothing_that_somebody_has_decided_meanwhile(place: City):
    one = unknown(accepted(place), looked=0)
    Posting.objects.filter(pk=one.pk).update(state="NEEDS_PERSON", parked_at=NOW)
    before = row(one)

    outcomes.look_again(one, at=NOW + MINUTE)
    outcomes.not_there(one, look_again_at=NOW + MINUTE, now=NOW)
    outcomes.cannot_tell(one, reason="r", now=NOW)

    assert row(one) == before


@pytest.mark.parametrize(
    ("since", "configured", "wait"),
    [
        (0, {}, 5),
        (60, {}, 10),
        (76, {}, 20),
        (600, {}, 120),
        (1800, {}, 120),
        (1801, {}, None),
        (60, {"unknown_seconds": 60}, 10),
        (61, {"unknown_seconds": 60}, None),
    ],
)
def test_look_that_proves_nothing_is_made_again_until_a_person_is_asked(
    place: City, since: int, configured: dict[str, int], wait: int | None
):
    place.accounts["told"].settings = configured
    place.accounts["told"].save(update_fields=["settings"])
    one, other = unknown(accepted(place), at=NOW - since * SECOND), unknown(accepted(place))
    before, others = row(one), row(other)

    outcomes.cannot_tell(one, reason="r" * 501, now=NOW)

    later = {"due_at": NOW + (wait or 0) * SECOND, "looked": 0}
    asked = {"state": "NEEDS_PERSON", "parked_at": NOW, "fix": row(one)["fix"]}
    assert row(one) == before | {"last_error": "r" * 500} | (asked if wait is None else later)
    assert row(other) == others
    told = [("posting.needs_person", NOW, None, {"attempts": 1})]
    assert events(one) == (told if wait is None else [])


def test_patience_counts_from_the_last_try(place: City):
    one = unknown(accepted(place), at=NOW - timedelta(hours=1))
    one = unknown(again(one), n=2, at=NOW)

    outcomes.cannot_tell(one, reason="r", now=NOW)

    assert (row(one)["state"], row(one)["due_at"]) == ("UNKNOWN", NOW + 5 * SECOND)


def test_doubt_of_which_no_try_is_known_is_a_persons(place: City):
    one = accepted(place)
    Posting.objects.filter(pk=one.pk).update(state="SENDING", lease_owner="w", lease_until=NOW, attempts=1)
    Posting.objects.filter(pk=one.pk).update(state="UNKNOWN", **FREE)

    outcomes.cannot_tell(loaded(one), reason="r", now=NOW)

    assert (row(one)["state"], row(one)["last_error"]) == ("NEEDS_PERSON", "r")


def test_what_comes_back_although_it_waits_is_a_persons(place: City):
    one = again(unknown(accepted(place)))
    before = row(one)

    outcomes.came_back(one, now=NOW)

    assert "sent us this reply back" in row(one)["last_error"]
    asked = {"parked_at": NOW, "last_error": row(one)["last_error"], "fix": row(one)["fix"]}
    assert row(one) == before | {"state": "NEEDS_PERSON"} | asked
    assert events(one) == [("posting.needs_person", NOW, None, {"attempts": 1})]


@pytest.mark.parametrize("meanwhile", [{"lease_owner": "another"}, {"state": "UNKNOWN", **FREE}])
def test_who_comes_too_late_writes_nothing(place: City, meanwhile: dict[str, object]):
    one = sending(accepted(place))
    Posting.objects.filter(pk=one.pk).update(**meanwhile)
    before = row(one)

    with pytest.raises(NotOursAnyMore):
        outcomes.not_sent(one, error="e", after=SECOND, now=NOW)

    assert row(one) == before
    assert tries(one) == [(1, None, "", "")]
    assert one.state == "SENDING"


def test_what_is_found_after_a_person_was_asked_is_theirs_to_decide(place: City):
    one = unknown(accepted(place))
    Posting.objects.filter(pk=one.pk).update(state="NEEDS_PERSON", parked_at=NOON)
    before = row(one)

    with pytest.raises(NotOursAnyMore):
        outcomes.found(one, receipt=RECEIPT, now=NOW)

    assert row(one) == before
