"""What a worker makes of each answer of a platform, to the column: the posting, its attempt, the account, what it used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from enquiries.contract import (
    AccountUnusable,
    ChannelError,
    Halt,
    NotSent,
    Receipt,
    Refused,
    Side,
    Throttled,
    Uncertain,
    Usage,
)
from enquiries.models import ChannelAccount, Message, Posting
from enquiries.services import replies
from enquiries.services.approving import freezing
from enquiries.services.files import reply_files
from enquiries.services.leaving import posting
from enquiries.services.leaving.letters import letter_for
from enquiries.services.leaving.posting import Claimed
from enquiries.services.replies import Aim
from tests.enquiries.approving.scenes import approve
from tests.files.drawn import png
from tests.people import NOON, City, arrive, posting_of
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
    changes,
    events,
    loaded,
    row,
    sending,
    standing,
    tries,
    used,
)
from worklist.queue import database_now

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
CASES: dict[str, tuple[Exception, dict[str, Any], tuple[str, str], tuple[Any, ...]]] = {
    "not sent": (
        NotSent("No way.", after=40 * SECOND, usage=USAGE),
        {**FREE, "state": "QUEUED", "due_at": NOW + 40 * SECOND, "last_error": "No way."},
        ("NOT_SENT", "No way."),
        (3, *RUNNING),
    ),
    "throttled": (
        Throttled("Too much.", after=2 * DAY, usage=USAGE),
        {**FREE, "state": "QUEUED", "due_at": NOW + 2 * DAY, "last_error": "Too much."},
        ("NOT_SENT", "Too much."),
        (0, NOW + DAY, "", "", None),
    ),
    "account": (
        AccountUnusable("Dead.", fix="Sign in.", kind=Halt.AUTH, code="401", usage=USAGE),
        {**FREE, "state": "QUEUED", "due_at": NOW, "last_error": "Dead."},
        ("NOT_SENT", "Dead."),
        (0, None, "AUTH", "Dead. Sign in.", NOW),
    ),
    "refused": (
        Refused("Never.", fix="Shorten it.", code="187", usage=USAGE),
        {**FREE, "state": "FAILED", "done_at": NOW, "last_error": "Never.", "fix": "Shorten it."},
        ("REFUSED", "Never. 187"),
        (0, *RUNNING),
    ),
    "uncertain": (
        Uncertain("Who knows.", usage=USAGE),
        {**DOUBT, "last_error": "Who knows."},
        ("UNCERTAIN", "Who knows."),
        (4, *RUNNING),
    ),
    "nobody's": (
        ChannelError("Strange.", usage=USAGE),
        {**DOUBT, "last_error": "Strange."},
        ("UNCERTAIN", "Strange."),
        (4, *RUNNING),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_answer_has_its_outcome(place: City, account: ChannelAccount, clocks: Clocks, name: str):
    error, changed, said, stands = CASES[name]
    one = sending(accepted(place))
    told(error)

    assert send(one) == changed

    assert tries(one) == [(1, NOW, *said)]
    assert standing(account) == stands
    assert used() == USED


def test_unforeseen_error_is_a_doubt(place: City, account: ChannelAccount, clocks: Clocks):
    one = sending(accepted(place))
    told(RuntimeError("at home"))

    assert send(one) == {**DOUBT, "last_error": "Unforeseen: RuntimeError"}
    assert standing(account) == (4, *RUNNING)


def test_proof_is_kept_and_what_it_used_counted(place: City, account: ChannelAccount, clocks: Clocks):
    one = sending(accepted(place))
    told(Receipt(external_id="777", detail="201", usage=USAGE))

    changed = send(one)

    assert (changed["state"], changed["posted_at"], changed["external_id"]) == ("POSTED", NOW, "777")
    assert tries(one) == [(1, NOW, "POSTED", "201")]
    assert standing(account) == (0, *RUNNING)
    assert used() == USED


def test_refusal_tells_the_ledger_its_code(place: City, clocks: Clocks):
    one = sending(accepted(place))
    told(Refused("Never.", fix="Shorten it.", code="187"))

    send(one)

    assert events(one) == [("posting.refused", NOW, None, {"code": "187"})]


@pytest.mark.parametrize(("later", "state"), [(DAY - MINUTE, "POSTED"), (DAY, "FAILED")])
def test_what_may_not_be_answered_any_more_goes_back_to_its_author(
    place: City, clocks: Clocks, later: timedelta, state: str
):
    one = sending(accepted(place, side=Side.PRIVATE))
    clocks.now = NOON + later

    changed = send(one)

    assert changed["state"] == state
    if state == "FAILED":
        assert Told.asked == []
        assert (changed["fix"], changed["done_at"]) == ("Answer another way.", clocks.now)
        assert tries(one) == [(1, clocks.now, "REFUSED", changed["last_error"])]
        assert "no longer" in changed["last_error"]
        assert events(one) == [("posting.refused", clocks.now, None, {"code": ""})]


@pytest.mark.parametrize(("plan", "state"), [("gold", "POSTED"), ("", "FAILED")])
def test_quote_leaves_only_on_a_plan_that_has_quotes(
    place: City, account: ChannelAccount, clocks: Clocks, plan: str, state: str
):
    ChannelAccount.objects.filter(pk=account.pk).update(settings={"plan": "gold"})
    one = sending(accepted(place, aim=Aim(as_quote=True)))
    ChannelAccount.objects.filter(pk=account.pk).update(settings={"plan": plan})

    assert send(loaded(one))["state"] == state


@pytest.mark.parametrize(("configured", "seconds"), [({}, 30), ({"lease_seconds": 10}, 5)])
def test_channel_is_given_the_letter_and_until_when_it_may_begin(
    place: City, account: ChannelAccount, clocks: Clocks, configured: dict[str, int], seconds: int
):
    account.settings = configured
    account.keep_secrets({"key": "secret"})
    account.save(update_fields=["settings", "sealed_secrets"])
    one = sending(accepted(place))

    send(one)

    ((verb, used_account, letter),) = Told.asked
    assert verb == "send"
    assert used_account == one.account.as_account()
    assert letter == replace(letter_for(one), files=(), send_by=1000.0 + seconds)


def test_files_go_with_it(place: City, clocks: Clocks):
    message = arrive(place, "told", side="PUBLIC")
    file = reply_files.put_in(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        by_id=place.alice.pk,
        name="map.png",
        content=png(),
        alt_text="A map",
        now=NOON,
    )
    one = sending(with_file(place, message, file.token))

    send(one)

    ((_, _, letter),) = Told.asked
    assert [(each.name, each.alt_text) for each in letter.files] == [("map.png", "A map")]


def with_file(place: City, message: Message, token: str) -> Posting:
    """An approved answer that takes a file along."""
    files = [reply_files.Chosen(token=token)]
    writing = replies.Writing(answers_id=message.pk, author_id=place.alice.pk, text="See the map.", files=files)
    version = replies.save_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON)
    replies.submit(enquiry_id=message.enquiry_id, by_id=place.alice.pk, version_id=version.pk, now=NOON)
    return loaded(posting_of(approve(version, place.bob)))


@pytest.mark.parametrize(("late", "state"), [(30.0, "POSTED"), (30.001, "QUEUED")])
def test_worker_that_was_held_up_does_not_call(place: City, clocks: Clocks, late: float, state: str):
    one = sending(accepted(place))
    clocks.at += late

    changed = send(one)

    assert changed["state"] == state
    if state == "QUEUED":
        assert Told.asked == []
        assert changed["due_at"] == NOW
        assert "held up" in changed["last_error"]


def test_freeze_holds_what_is_about_to_be_called(place: City, clocks: Clocks):
    one = sending(accepted(place))
    now = database_now()
    freezing.freeze(
        organisation=place.organisation,
        scope="EVERYTHING",
        reason="Wrong figures.",
        by_id=place.bob.pk,
        expires_at=now + DAY,
        now=now,
    )

    changed = send(one)

    assert Told.asked == []
    assert changed == {**FREE, "state": "QUEUED", "due_at": NOW, "last_error": changed["last_error"]}
    assert "frozen" in changed["last_error"]


def test_what_cannot_be_counted_loses_no_proof(place: City, clocks: Clocks):
    one = sending(accepted(place))
    told(Receipt(external_id="777", usage=Usage(spent=(None,))))  # type: ignore[arg-type]

    assert send(one)["state"] == "POSTED"
