"""Posting against the simulated X with its faults: what is known decides what happens next, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from enquiries.models import Attempt, ChannelAccount, Enquiry, Posting, Reply
from enquiries.services.leaving import outcomes, posting
from enquiries.services.leaving.outcomes import NotDecidable
from simulators import credentials
from tests.people import City, approved, arrive, fresh, make_city, posting_of
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)
SECRETS = {
    "consumer_key": credentials.X_CONSUMER_KEY,
    "consumer_secret": credentials.X_CONSUMER_SECRET,
    "access_token": credentials.X_ACCESS_TOKEN,
    "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
}


@pytest.fixture(scope="module")
def platform() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(platform: Simulator) -> Simulator:
    platform.reset()
    return platform


@pytest.fixture
def town(x: Simulator) -> City:
    city = make_city()
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0}
    account.keep_secrets(SECRETS)
    account.save(update_fields=["settings", "sealed_secrets"])
    return city


def queued(town: City, x: Simulator, *, text: str = "We come today.") -> Posting:
    mention = x.write(author_handle="dana", author_name="Dana", text="@northwell my bin?")
    now = database_now()
    message = arrive(town, "x", external_id=mention["id"], now=now, occurred_at=now)
    return posting_of(approved(town, message, text=text, now=now))


def work(one: Posting, *, rounds: int = 1) -> Posting:
    """Deliver, with each wait of the posting cut short."""
    for _ in range(rounds):
        Posting.objects.filter(pk=one.pk, state__in=["QUEUED", "UNKNOWN"]).update(due_at=Now())
        posting.deliver_due(worker="w", most=1)
    one.refresh_from_db()
    return one


def ours(x: Simulator) -> list[str]:
    return [post["text"] for post in x.ledger()["posts"] if post["by_api"] and not post["deleted"]]


def test_approved_reply_is_posted_and_answers_the_enquiry(town: City, x: Simulator):
    done = work(queued(town, x))

    assert done.state == Posting.State.POSTED
    assert ours(x) == ["We come today."]
    assert fresh(done.reply.enquiry_id).state == Enquiry.State.ANSWERED


@pytest.mark.parametrize("fault", ["commit_then_drop", "commit_then_500", "html_502", "empty_200"])
def test_uncertain_answer_is_read_back_and_never_sent_again(town: City, x: Simulator, fault: str):
    one = queued(town, x)
    x.fault("create_post", fault)

    assert work(one).state == Posting.State.UNKNOWN
    done = work(one, rounds=4)

    assert done.state == Posting.State.POSTED
    assert ours(x) == ["We come today."]


def test_lost_call_is_sent_again_only_after_two_clean_looks(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "drop_before_commit")

    states = [work(one).state for _ in range(4)]

    assert states == ["UNKNOWN", "UNKNOWN", "QUEUED", "POSTED"]
    assert ours(x) == ["We come today."]


def test_read_that_fails_proves_nothing(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "commit_then_drop")
    x.fault("read", "html_502", times=6)

    states = [work(one).state for _ in range(3)]

    assert set(states) == {"UNKNOWN"}
    assert ours(x) == ["We come today."]


def test_unknown_for_too_long_goes_to_a_person(town: City, x: Simulator):
    one = queued(town, x)
    account = one.account
    account.settings = account.settings | {"unknown_seconds": 0}
    account.save(update_fields=["settings"])
    x.fault("create_post", "commit_then_drop")
    x.fault("read", "html_502", times=6)

    parked = work(one, rounds=2)

    assert parked.state == Posting.State.NEEDS_PERSON
    assert parked.fix


def test_throttled_account_pauses_and_the_reply_waits(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "429")

    work(one, rounds=3)

    one.refresh_from_db()
    assert one.state == Posting.State.QUEUED
    assert ChannelAccount.objects.get(pk=one.account_id).paused_until is not None
    assert x.calls("create_post") == 1


def test_other_replies_of_a_throttled_account_are_not_even_tried(town: City, x: Simulator):
    for text in ("One.", "Two.", "Three."):
        queued(town, x, text=text)
    x.fault("create_post", "429", times=9)

    posting.deliver_due(worker="w")

    assert x.calls("create_post") == 1


def test_dead_token_halts_the_account_and_burns_no_attempts(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "401", times=9)

    work(one, rounds=3)

    assert ChannelAccount.objects.get(pk=one.account_id).halted_reason
    assert x.calls("create_post") == 1
    assert one.state == Posting.State.QUEUED


def test_mended_account_goes_on(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "401")
    work(one)

    ChannelAccount.objects.filter(pk=one.account_id).update(halted_reason="")

    assert work(one).state == Posting.State.POSTED


def test_refused_reply_comes_back_to_the_author_with_the_reason(town: City, x: Simulator):
    now = database_now()
    message = arrive(town, "x", external_id="1999999999999999999", now=now, occurred_at=now)
    one = posting_of(approved(town, message, now=now))

    done = work(one)

    assert done.state == Posting.State.FAILED
    assert done.fix
    assert Reply.objects.get(pk=one.reply_id).state == Reply.State.FAILED
    assert fresh(message.enquiry_id).state == Enquiry.State.OPEN
    assert fresh(message.enquiry_id).due_at is not None
    assert one.version.returns.get().reason == "PLATFORM"


def test_citizen_who_writes_before_it_leaves_stops_it(town: City, x: Simulator):
    one = queued(town, x)
    arrive(town, "x", thread=one.reply.answers.thread_key, external_id="later", text="Solved!", now=database_now())

    work(one)

    assert one.state == Posting.State.CANCELLED
    assert ours(x) == []


def test_citizen_who_writes_while_it_is_sent_gets_a_new_promise(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "commit_then_drop")
    work(one)
    arrive(town, "x", thread=one.reply.answers.thread_key, external_id="later", text="And?", now=database_now())

    work(one, rounds=3)

    enquiry = fresh(one.reply.enquiry_id)
    assert one.state == Posting.State.POSTED
    assert enquiry.state == Enquiry.State.OPEN
    assert enquiry.clocks.get(state="RUNNING").kind == "NEXT_ANSWER"


def needs_person(town: City, x: Simulator) -> Posting:
    one = queued(town, x)
    Posting.objects.filter(pk=one.pk).update(state="NEEDS_PERSON", parked_at=Now())
    one.refresh_from_db()
    return one


def test_person_who_saw_it_settles_it(town: City, x: Simulator):
    one = needs_person(town, x)

    outcomes.decide_it_is_there(one.pk, by_id=town.bob.pk, external_id="777", now=database_now())

    one.refresh_from_db()
    assert (one.state, one.external_id, one.decided_by_id) == ("POSTED", "777", town.bob.pk)
    assert fresh(one.reply.enquiry_id).state == Enquiry.State.ANSWERED


def test_person_who_looked_can_have_it_sent_again(town: City, x: Simulator):
    one = needs_person(town, x)

    outcomes.decide_send_again(one.pk, by_id=town.bob.pk, now=database_now())

    assert work(one).state == Posting.State.POSTED
    assert ours(x) == ["We come today."]


def test_person_can_give_it_up(town: City, x: Simulator):
    one = needs_person(town, x)

    outcomes.decide_give_up(one.pk, by_id=town.bob.pk, now=database_now())

    assert Reply.objects.get(pk=one.reply_id).state == Reply.State.FAILED
    assert fresh(one.reply.enquiry_id).state == Enquiry.State.OPEN


def test_second_decision_is_refused(town: City, x: Simulator):
    one = needs_person(town, x)
    outcomes.decide_give_up(one.pk, by_id=town.bob.pk, now=database_now())

    with pytest.raises(NotDecidable):
        outcomes.decide_send_again(one.pk, by_id=town.bob.pk, now=database_now())


def test_frozen_worker_that_comes_back_changes_nothing(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "commit_then_drop")
    work(one)
    stale = Posting.objects.get(pk=one.pk)
    stale.state, stale.lease_owner = "SENDING", "the frozen one"

    with pytest.raises(outcomes.NotOursAnyMore):
        outcomes.not_sent(stale, error="late", after=timedelta(0), now=database_now())

    one.refresh_from_db()
    assert one.state == Posting.State.UNKNOWN


def test_attempt_is_on_record_before_the_call(town: City, x: Simulator):
    one = queued(town, x)
    x.fault("create_post", "commit_then_drop")

    work(one)

    assert list(Attempt.objects.filter(posting=one).values_list("n", "outcome")) == [(1, "UNCERTAIN")]
