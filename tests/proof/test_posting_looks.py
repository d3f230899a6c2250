"""What a correction of a post, and a look at the platform, make of each answer, to the column."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from enquiries.contract import (
    CannotTell,
    NotThere,
    Receipt,
    Side,
    Uncertain,
)
from enquiries.models import ChannelAccount, Message, Posting
from enquiries.services.leaving import outcomes, posting
from enquiries.services.leaving.posting import Claimed
from enquiries.services.replies import Aim
from tests.enquiries.approving.scenes import approve
from tests.people import City, posting_of
from tests.proof.told import (
    MINUTE,
    NOW,
    RUNNING,
    SECOND,
    USAGE,
    USED,
    Clocks,
    Told,
    accepted,
    again,
    changes,
    loaded,
    row,
    sending,
    standing,
    unknown,
    used,
    written,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def account(place: City) -> ChannelAccount:
    """Of three replies in a row nobody knew whether they arrived."""
    ChannelAccount.objects.update(uncertain_in_row=3)
    return place.accounts["told"]


def told(*answers: Any) -> None:
    Told.answers.extend(answers)


def send(one: Posting) -> dict[str, Any]:
    """Send what is claimed, and say what has changed of it."""
    before = row(one)
    posting._send(Claimed(one, reads_back=False, at=1000.0))
    return changes(before, row(one))


FREE = {"lease_owner": "", "lease_until": None}
DOUBT = {**FREE, "state": "UNKNOWN", "due_at": NOW + 20 * SECOND, "looked": 0}


def correction(place: City, purpose: str) -> Posting:
    one = accepted(place)
    outcomes.posted(sending(one), receipt=Receipt(external_id="777"), now=NOW)
    aim = Aim(purpose=purpose, corrects_id=Message.objects.get(posting=one).pk)
    version = written(place, one.reply.answers, text="We come on Thursday.", aim=aim)
    return sending(loaded(posting_of(approve(version, place.bob))))


@pytest.mark.parametrize(("purpose", "verb"), [("REPLACE", "replace"), ("REMOVE", "remove")])
def test_correction_is_made_where_the_post_stands(place: City, clocks: Clocks, purpose: str, verb: str):
    one = correction(place, purpose)

    changed = send(one)

    ((asked, used_account, letter),) = Told.asked
    assert (asked, letter.of) == (verb, "777")
    assert used_account == one.account.as_account()
    assert (changed["state"], changed["external_id"]) == ("POSTED", f"777#changed-by:{one.pk}")


def test_correction_nobody_knows_of_is_simply_made_again(place: City, account: ChannelAccount, clocks: Clocks):
    one = correction(place, "REPLACE")
    ChannelAccount.objects.update(uncertain_in_row=3)
    told(Uncertain("Who knows.", usage=USAGE))

    changed = send(one)

    assert changed == {**FREE, "state": "QUEUED", "due_at": NOW + 30 * SECOND, "last_error": "Who knows."}
    assert standing(account) == (3, *RUNNING)
    assert used() == USED


def read_back(one: Posting) -> dict[str, Any]:
    before = row(one)
    posting._read_back(one)
    return changes(before, row(one))


def test_look_that_finds_it_is_proof(place: City, clocks: Clocks):
    one = unknown(accepted(place))
    told(Receipt(external_id="777", usage=USAGE))

    changed = read_back(one)

    assert (changed["state"], changed["posted_at"], changed["external_id"]) == ("POSTED", NOW, "777")
    assert used() == USED


@pytest.mark.parametrize(
    ("side", "after", "changed"),
    [
        (Side.PUBLIC, 59, {"due_at": NOW + MINUTE}),
        (Side.PUBLIC, 60, {"due_at": NOW + MINUTE + 30 * SECOND, "looked": 1}),
        (Side.PRIVATE, 89, {"due_at": NOW + 90 * SECOND}),
        (Side.PRIVATE, 90, {"due_at": NOW + 120 * SECOND, "looked": 1}),
    ],
)
def test_look_that_finds_nothing_counts_from_a_while_after_the_last_try(
    place: City, clocks: Clocks, side: Side, after: int, changed: dict[str, Any]
):
    one = unknown(accepted(place, side=side))
    one = unknown(again(one), n=2, at=NOW, looked=0)
    clocks.now = NOW + after * SECOND
    told(NotThere())

    assert read_back(one) == changed


def test_look_that_cannot_tell_says_why(place: City, clocks: Clocks):
    one = unknown(accepted(place))
    told(CannotTell(reason="Two of them."))

    changed = read_back(one)

    assert changed == {"due_at": NOW + 2 * MINUTE, "last_error": "Two of them.", "looked": 0}
