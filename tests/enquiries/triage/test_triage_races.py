"""Two people, or a person and a worker, at one enquiry in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from enquiries.models import Clock, Enquiry, Merge, Note, Posting, Reply
from enquiries.services import replies, triage
from enquiries.services.leaving import posting as delivery
from tests.enquiries.test_posting import SECRETS, ours, queued
from tests.enquiries.test_races import at_once
from tests.people import NOON, City, arrive, draft, make_city
from tests.sims import Simulator, x_simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def x() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def town(x: Simulator) -> City:
    city = make_city()
    account = city.accounts["x"]
    account.settings = {"api_url": x.url, "settle_seconds": 0}
    account.keep_secrets(SECRETS)
    account.save(update_fields=["settings", "sealed_secrets"])
    return city


def test_merge_and_posting_at_once_say_nothing_unread(town: City, x: Simulator):
    for _ in range(6):
        x.reset()
        one = queued(town, x)
        root = one.reply.enquiry
        newer = arrive(town, now=database_now()).enquiry

        merged = at_once(
            partial(triage.merge, enquiry_id=newer.pk, into_id=root.pk, by_id=town.bob.pk, now=database_now()),
            partial(delivery.deliver_due, worker="w"),
        )
        delivery.deliver_due(worker="w")

        one.refresh_from_db()
        root.refresh_from_db()
        newer.refresh_from_db()
        assert bool(ours(x)) == (one.state == Posting.State.POSTED)
        assert one.state == "POSTED" or Reply.objects.get(pk=one.reply_id).state == "RETURNED"
        if isinstance(
            merged[0], triage.MergeRefused
        ):  # the answer was there first, and promises nothing to who wrote since
            assert (one.state, newer.merged_into_id, newer.state) == ("POSTED", None, "NEW")
            assert newer.due_at is not None
            continue
        assert (root.state, newer.merged_into_id) == ("OPEN", root.pk)
        assert root.due_at is not None


def test_two_who_merge_each_other_at_once_make_one_family():
    city = make_city()
    first, second = arrive(city).enquiry, arrive(city).enquiry
    merge = partial(triage.merge, by_id=city.bob.pk, now=NOON)

    at_once(
        partial(_quietly, partial(merge, enquiry_id=first.pk, into_id=second.pk)),
        partial(_quietly, partial(merge, enquiry_id=second.pk, into_id=first.pk)),
    )

    assert Merge.objects.count() == 1
    assert Enquiry.objects.filter(merged_into__isnull=False).count() == 1


def test_double_click_on_take_over_leaves_one_note():
    city = make_city()
    enquiry = arrive(city).enquiry
    triage.claim(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON)
    take = partial(triage.take_over, enquiry_id=enquiry.pk, by_id=city.bob.pk, reason="Off today.", now=NOON)

    at_once(take, take, take)

    assert Note.objects.count() == 1


def test_submit_and_take_over_at_once_leave_one_who_may():
    city = make_city()
    for _ in range(5):
        message = arrive(city)
        version = draft(city, message)
        later = NOON + timedelta(minutes=1)

        results = at_once(
            partial(
                replies.submit,
                enquiry_id=message.enquiry_id,
                by_id=city.alice.pk,
                version_id=version.pk,
                now=later,
            ),
            partial(triage.take_over, enquiry_id=message.enquiry_id, by_id=city.bob.pk, reason="Mine.", now=later),
        )

        was_refused = isinstance(results[0], triage.HeldBySomebody)
        assert Reply.objects.get(pk=version.reply_id).state == ("DRAFT" if was_refused else "SUBMITTED")
        assert Enquiry.objects.get(pk=message.enquiry_id).assignee_id == city.bob.pk


def test_two_sweeps_wake_an_enquiry_once():
    city = make_city()
    enquiry = arrive(city).enquiry
    triage.claim(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON)
    Clock.objects.all().update(state="CANCELLED", stopped_at=NOON, next_at=None)
    triage.wait(enquiry_id=enquiry.pk, until=NOON + timedelta(days=1), by_id=city.alice.pk, now=NOON)
    wake = partial(triage.wake_due, now=NOON + timedelta(days=1))

    assert sum(at_once(wake, wake, wake)) == 1  # type: ignore[arg-type]
    assert Note.objects.count() == 1


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except triage.MergeRefused:
        return
