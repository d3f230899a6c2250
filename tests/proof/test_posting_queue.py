"""What is due, in which order it is taken, and what taking it writes before anything is called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from enquiries.contract import Receipt
from enquiries.models import AccountStanding, ChannelAccount, Enquiry, Posting
from enquiries.services.approving import freezing
from enquiries.services.leaving import outcomes, posting
from enquiries.services.replies import Aim
from tests.people import NOON, City
from tests.proof.told import (
    LONG,
    MINUTE,
    NOW,
    SECOND,
    Clocks,
    Told,
    accepted,
    parked,
    parts_of,
    row,
    sending,
    unknown,
)

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)
ACCOUNTS: list[tuple[dict[str, Any], str]] = [
    ({}, "both"),
    ({"is_active": False}, "none"),
    ({"paused_until": NOW}, "both"),
    ({"paused_until": NOW + MOMENT}, "none"),
    ({"halted_reason": "Dead.", "halted_kind": "AUTH"}, "none"),
    ({"halted_reason": "Who knows.", "halted_kind": "UNCERTAIN"}, "look"),
    ({"halted_reason": "Who knows.", "halted_kind": "UNCERTAIN", "paused_until": NOW + MOMENT}, "none"),
    ({"halted_reason": "Who knows.", "halted_kind": "UNCERTAIN", "is_active": False}, "none"),
]


def due(*ones: Posting) -> list[Posting]:
    """Which of these are due."""
    found = set(posting._due(NOW).values_list("pk", flat=True))
    return [one for one in ones if one.pk in found]


def test_account_says_whether_something_may_be_sent_or_looked_for(place: City):
    one, doubt = accepted(place), unknown(accepted(place))
    account, seen = ChannelAccount.objects.filter(pk=place.accounts["told"].pk), []
    usual = {"is_active": True, "paused_until": None, "halted_reason": "", "halted_kind": ""}

    for fields, _ in ACCOUNTS:
        account.update(**usual | fields)
        seen.append({(): "none", (one,): "send", (doubt,): "look", (one, doubt): "both"}[tuple(due(one, doubt))])

    assert seen == [expected for _, expected in ACCOUNTS]


def test_only_what_waits_is_due_and_not_before_its_time(place: City):
    waiting = [accepted(place), unknown(accepted(place))]
    others = [sending(accepted(place)), parked(accepted(place))]
    Posting.objects.update(due_at=NOW)
    assert due(*waiting, *others) == waiting

    Posting.objects.update(due_at=NOW + MOMENT)

    assert due(*waiting, *others) == []


def test_freeze_holds_what_is_sent_and_no_look(place: City):
    one, doubt = accepted(place), unknown(accepted(place))
    freezing.freeze(
        organisation=place.organisation,
        scope="EVERYTHING",
        reason="Wrong figures.",
        by_id=place.bob.pk,
        expires_at=NOW + MINUTE,
        now=NOON,
    )

    assert due(one, doubt) == [doubt]


def test_part_is_due_once_those_before_it_have_arrived(place: City):
    first, second, third = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    other, *_ = parts_of(accepted(place, text=LONG, aim=Aim(in_parts=True)))
    assert due(first, second, third, other) == [first, other]

    sent = sending(first)
    assert due(first, second, third, other) == [other]
    outcomes.posted(sent, receipt=Receipt(external_id="1"), now=NOON)

    assert due(first, second, third, other) == [second, other]


def test_what_is_longest_due_is_taken_first(place: City):
    late, early, same = accepted(place), accepted(place), accepted(place)
    for one, minutes in ((late, 3), (early, 1), (same, 3)):
        Posting.objects.filter(pk=one.pk).update(due_at=NOON + minutes * MINUTE)

    assert posting._candidates(NOW, 9) == [early.pk, late.pk, same.pk]
    assert posting._candidates(NOW, 2) == [early.pk, late.pk]


def test_urgent_goes_first_on_the_account_that_may_send_little(place: City):
    quota = [{"name": "posts", "limit": 100, "remaining": 5, "resets_at": None}]
    AccountStanding.objects.create(
        account=place.accounts["told"], due_at=NOW, quota=quota, quota_at=NOW - timedelta(hours=1)
    )
    ones = [("told", -1, 1), ("told", 0, 2), ("email", 1, 3), ("email", -1, 4), ("told", 1, 5), ("told", 1, 6)]
    order = []
    for kind, priority, minutes in ones:
        one = accepted(place, kind)
        Enquiry.objects.filter(pk=one.reply.enquiry_id).update(priority=priority)
        Posting.objects.filter(pk=one.pk).update(due_at=NOON + minutes * MINUTE)
        order.append(one.pk)

    assert posting._candidates(NOW, 9) == [order[place] for place in (4, 5, 1, 2, 3, 0)]


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("left", "priority", "decided", "due_in", "waits"),
    [
        (25, -1, 4 * HOUR - MOMENT, 9 * HOUR, True),
        (25, -1, 4 * HOUR, 9 * HOUR, False),
        (25, 0, MINUTE, 9 * HOUR, False),
        (10, 0, HOUR - MOMENT, 9 * HOUR, True),
        (10, 0, HOUR, 9 * HOUR, False),
        (10, 0, MINUTE, HOUR + MOMENT, True),
        (10, 0, MINUTE, HOUR, False),
        (10, 0, MINUTE, None, True),
        (10, -1, MINUTE, None, True),
        (10, 1, MINUTE, 9 * HOUR, False),
    ],
)
def test_what_does_not_press_waits_where_little_may_be_sent(
    place: City, left: int, priority: int, decided: timedelta, due_in: timedelta | None, waits: bool
):
    one, beside = accepted(place), accepted(place, "email")
    now = one.approval.decided_at + decided
    quota = [{"name": "posts", "limit": 100, "remaining": left, "resets_at": None}]
    AccountStanding.objects.create(account=one.account, due_at=now, quota=quota, quota_at=now)
    due_at = None if due_in is None else now + due_in
    Enquiry.objects.update(priority=priority, due_at=due_at)

    assert (one.pk not in posting._candidates(now, 9)) is waits
    assert beside.pk in posting._candidates(now, 9)


def locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_posting_is_one_workers_alone_as_long_as_it_is_dealt_with(place: City):
    one = accepted(place)
    before = locks()

    with posting._alone_with(one.pk, listed_at=NOW) as alone:
        assert (alone, locks()) == (True, before + 1)

    assert locks() == before


@pytest.mark.parametrize("meanwhile", ["sent", "put off", "gone"])
def test_posting_that_was_dealt_with_since_costs_one_look(place: City, meanwhile: str, django_assert_num_queries):
    one = sending(accepted(place)) if meanwhile == "sent" else accepted(place)
    Posting.objects.update(due_at=NOW if meanwhile != "put off" else NOW + MOMENT)

    with (
        django_assert_num_queries(1),
        posting._alone_with(one.pk + (meanwhile == "gone"), listed_at=NOW) as alone,
    ):
        assert alone is False


def test_look_at_the_queue_ends_after_a_minute(place: City, clocks: Clocks):
    ones = [accepted(place) for _ in range(3)]

    def takes(seconds: float) -> Callable[[], None]:
        return lambda: setattr(clocks, "at", clocks.at + seconds)

    Told.answers.extend([takes(60), takes(0.001), takes(0)])

    assert posting.deliver_due(worker="w1") == 2
    assert [row(one)["state"] for one in ones] == ["POSTED", "POSTED", "QUEUED"]


def test_look_at_the_queue_takes_so_many_at_most(place: City, clocks: Clocks):
    for _ in range(3):
        accepted(place)

    assert [posting.deliver_due(worker="w1", most=2) for _ in range(3)] == [2, 1, 0]


def test_lost_leases_are_given_up_with_a_look_once_posts_have_settled(
    place: City, clocks: Clocks, django_assert_num_queries
):
    lost = [sending(accepted(place)), sending(accepted(place, side="PRIVATE"))]
    alive = sending(accepted(place), at=NOW)

    with django_assert_num_queries(19):
        assert posting.give_up_lost_leases(now=NOW) == 2

    assert [(row(one)["state"], row(one)["due_at"] - NOW) for one in lost] == [
        ("UNKNOWN", 20 * SECOND),
        ("UNKNOWN", 90 * SECOND),
    ]
    assert row(alive)["state"] == "SENDING"
