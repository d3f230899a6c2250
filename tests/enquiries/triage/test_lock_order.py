"""Whoever writes to a family locks it from the lowest number up, so that what comes in and what goes out never meet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from enquiries.models import Enquiry, Posting, Reply
from enquiries.services import replies, triage
from enquiries.services.families import hold
from enquiries.services.leaving.outcomes.rows import hold as hold_for_posting
from tests.people import NOON, City, approved, arrive, make_city

pytestmark = pytest.mark.django_db(transaction=True)


def _family() -> tuple[City, int, Enquiry]:
    """Merge an older enquiry into a younger one, which is answered."""
    city = make_city()
    older, younger = arrive(city, author="ben@example.org"), arrive(city)
    triage.merge(enquiry_id=older.enquiry_id, into_id=younger.enquiry_id, by_id=city.bob.pk, now=NOON)
    approved(city, younger)
    return city, older.enquiry_id, younger.enquiry


def _while_the_older_is_held(older: int, root: int, act: Callable[[], object]) -> None:
    """Hold the older one, as intake does, start `act` beside it, and then take the root: nobody may hold it already."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    beside = threading.Thread(target=run)
    with transaction.atomic():
        hold(older)
        beside.start()
        time.sleep(1)
        Enquiry.objects.select_for_update(of=("self",), nowait=True).get(pk=root)
    beside.join(timeout=30)
    assert not beside.is_alive()


def test_what_is_recorded_about_a_posting_waits_for_the_lowest_first():
    _city, older, root = _family()
    posting = Posting.objects.get()

    @transaction.atomic
    def record() -> None:
        hold_for_posting(posting)
        time.sleep(2)

    _while_the_older_is_held(older, root.pk, record)


def test_closing_waits_for_the_lowest_first():
    city, older, root = _family()
    replies.call_back(reply_id=Reply.objects.get().pk, by_id=city.bob.pk, now=NOON)

    _while_the_older_is_held(older, root.pk, lambda: triage.close(enquiry_id=root.pk, by_id=city.bob.pk, now=NOON))
