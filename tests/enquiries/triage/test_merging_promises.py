"""Promises in a family: an answer reaches one citizen, and whoever else waits goes on being waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enquiries.contract import Receipt
from enquiries.models import Posting
from enquiries.services import triage
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, fresh, posting_of

pytestmark = pytest.mark.django_db


def test_answer_to_one_citizen_leaves_the_promise_to_another(city: City):
    dana = arrive(city, "email")
    ben = arrive(city, "email", author="ben@example.org", name="Ben")
    triage.claim(enquiry_id=dana.enquiry_id, by_id=city.alice.pk, now=NOON)
    triage.merge(enquiry_id=ben.enquiry_id, into_id=dana.enquiry_id, by_id=city.alice.pk, now=NOON)
    posting = posting_of(approved(city, dana))
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posting.refresh_from_db()

    outcomes.posted(posting, receipt=Receipt(external_id="<1@northwell.example>"), now=NOON)

    root = fresh(dana.enquiry_id)
    assert root.clocks.get().state == "MET"
    assert fresh(ben.enquiry_id).clocks.get().state == "RUNNING"
    assert (root.state, root.due_at) == ("OPEN", fresh(ben.enquiry_id).clocks.get().due_at)


def test_answer_to_one_person_keeps_all_their_promises(city: City):
    post, mail = arrive(city, "x"), arrive(city, "email")
    triage.merge(enquiry_id=mail.enquiry_id, into_id=post.enquiry_id, by_id=city.alice.pk, now=NOON, same_person=True)
    posting = posting_of(approved(city, post))
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posting.refresh_from_db()

    outcomes.posted(posting, receipt=Receipt(external_id="1"), now=NOON)

    assert fresh(mail.enquiry_id).clocks.get().state == "MET"
    assert (fresh(post.enquiry_id).state, fresh(post.enquiry_id).due_at) == ("ANSWERED", None)


def test_reopening_soon_after_closing_gains_no_time(city: City):
    message = arrive(city, "email")
    due_at = fresh(message.enquiry_id).due_at
    triage.close(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON + timedelta(hours=1))
    triage.reopen(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON + timedelta(hours=2))
    assert fresh(message.enquiry_id).due_at == due_at
