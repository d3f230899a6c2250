"""Our own words coming back prove a posting, whenever they come, and never let it be said twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.contract import OwnPost, Receipt
from enquiries.models import Attempt, Enquiry, Message, Posting
from enquiries.services.incoming import receipts
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, fresh, posting_of

pytestmark = pytest.mark.django_db


def sending(city: City) -> Posting:
    one = posting_of(approved(city, arrive(city, "email")))
    Posting.objects.filter(pk=one.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    one.attempts_made.create(n=1, worker="w", started_at=NOON)
    one.refresh_from_db()
    return one


def echo(city: City, one: Posting) -> bool:
    post = OwnPost(external_id="own-1", text="x", occurred_at=NOON, posting_key=str(one.key))
    return receipts.own_post_seen(account=city.accounts["email"], post=post, now=NOON)


def test_echo_that_overtakes_its_own_worker_is_proof(city: City):
    one = sending(city)

    echo(city, one)

    one.refresh_from_db()
    assert (one.state, one.external_id) == ("POSTED", "own-1")
    assert Attempt.objects.get(posting=one).outcome == "POSTED"
    assert fresh(one.reply.enquiry_id).state == Enquiry.State.ANSWERED


def test_worker_that_is_overtaken_by_the_echo_changes_nothing(city: City):
    one = sending(city)
    held = Posting.objects.select_related("account", "version", "reply").get(pk=one.pk)
    echo(city, one)

    with pytest.raises(outcomes.NotOursAnyMore):
        outcomes.posted(held, receipt=Receipt(external_id="own-1"), now=NOON)

    assert Message.objects.filter(posting=one).count() == 1


def test_echo_of_a_posting_about_to_be_sent_again_stops_it_for_a_person(city: City):
    one = sending(city)
    Posting.objects.filter(pk=one.pk).update(state="QUEUED", lease_owner="", lease_until=None)

    echo(city, one)

    one.refresh_from_db()
    assert one.state == "NEEDS_PERSON"


def test_echo_of_a_posting_that_was_never_sent_is_not_believed(city: City):
    one = posting_of(approved(city, arrive(city, "email")))

    echo(city, one)

    one.refresh_from_db()
    assert one.state == "QUEUED"
