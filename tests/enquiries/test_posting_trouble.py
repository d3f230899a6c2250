"""One posting that cannot be dealt with holds up no other, and is a person's in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from enquiries.models import ChannelAccount, Message, Posting
from enquiries.services import replies
from enquiries.services.leaving import outcomes, posting
from enquiries.services.leaving.outcomes import NotDecidable
from tests.people import City, approved, arrive, fresh, make_city, posting_of
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> City:
    return make_city()


def queued(town: City, kind: str = "web") -> Posting:
    now = database_now()
    return posting_of(approved(town, arrive(town, kind, reply_to="", now=now), now=now))


def break_secrets(account: ChannelAccount) -> None:
    """As after a change of the installation's keys that forgot the old one."""
    ChannelAccount.objects.filter(pk=account.pk).update(sealed_secrets=b"not sealed by any key of ours", settings={})


def look(*, times: int = 1) -> None:
    for _ in range(times):
        posting.deliver_due(worker="w")


def test_account_whose_secrets_cannot_be_opened_holds_up_no_other(town: City):
    bad = queued(town, "x")
    good = queued(town, "web")
    break_secrets(bad.account)

    look()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("QUEUED", "POSTED")
    account = ChannelAccount.objects.get(pk=bad.account_id)
    assert account.halted_kind == "CONFIG" and "Put the former key back" in account.halted_reason


def test_lost_lease_on_an_account_that_cannot_be_used_holds_up_no_other(town: City):
    bad = queued(town, "x")
    Posting.objects.filter(pk=bad.pk).update(
        state="SENDING", lease_owner="gone", lease_until=Now() - timedelta(minutes=1), attempts=1
    )
    break_secrets(bad.account)
    good = queued(town, "web")

    look()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("UNKNOWN", "POSTED")


@pytest.mark.parametrize("state", ["QUEUED", "UNKNOWN"])
def test_posting_that_the_database_refuses_holds_up_no_other(town: City, state: str):
    """The name that the page would give it is taken by a message already, so that its message cannot be kept."""
    bad = queued(town, "web")
    taken = Message.objects.get(enquiry=bad.reply.enquiry, direction="IN")
    Message.objects.bulk_create(
        [
            Message(
                enquiry=taken.enquiry, account=bad.account, direction="OUT", side="PRIVATE", occurred_at=taken.occurred_at,
                external_id=f"page:{bad.key}", text="x", recorded_at=taken.recorded_at,
            )
        ]
    )  # fmt: skip
    if state == "UNKNOWN":
        Posting.objects.filter(pk=bad.pk).update(state="SENDING", lease_owner="w", lease_until=Now(), attempts=1)
        bad.attempts_made.create(n=1, worker="w", started_at=database_now())
        Posting.objects.filter(pk=bad.pk).update(state="UNKNOWN", lease_owner="", lease_until=None)
    good = queued(town, "web")

    look(times=2)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.state == "POSTED"
    assert bad.state != "POSTED"


def test_reader_that_died_does_not_find_the_same_posting_first_again(town: City):
    one = queued(town, "web")
    Posting.objects.filter(pk=one.pk).update(state="SENDING", lease_owner="w", lease_until=Now(), attempts=1)
    Posting.objects.filter(pk=one.pk).update(state="UNKNOWN", lease_owner="", lease_until=None)

    posting._claim(one.pk, "w", database_now())

    one.refresh_from_db()
    assert one.due_at > database_now()


def test_name_of_the_citizens_own_message_is_no_proof(town: City):
    one = queued(town, "x")
    Posting.objects.filter(pk=one.pk).update(state="NEEDS_PERSON", parked_at=Now())

    with pytest.raises(NotDecidable):
        outcomes.decide_it_is_there(
            one.pk, by_id=town.bob.pk, external_id=one.reply.answers.external_id, now=database_now()
        )


def put_off(town: City) -> Posting:
    """A reply that certainly did not leave: the account lacks its keys and is halted."""
    one = queued(town, "x")
    look()
    one.refresh_from_db()
    assert (one.state, one.attempts) == ("QUEUED", 1)
    assert one.attempts_made.get().outcome == "NOT_SENT"
    return one


def test_citizen_who_writes_while_the_account_is_halted_is_not_overlooked(town: City):
    one = put_off(town)

    arrive(town, "x", thread=one.reply.answers.thread_key, text="Never mind.", now=database_now())

    one.refresh_from_db()
    assert one.state == "CANCELLED"
    assert fresh(one.reply.enquiry_id).state == "OPEN"
    assert fresh(one.reply.enquiry_id).due_at


def test_reply_that_certainly_did_not_leave_can_be_called_back(town: City):
    one = put_off(town)

    replies.call_back(reply_id=one.reply_id, by_id=town.alice.pk, now=database_now())

    one.refresh_from_db()
    assert one.state == "CANCELLED"
