"""One act on many: each by the service for one, and every failure told with its reason."""

from __future__ import annotations

from enquiries.models import Enquiry
from enquiries.services import triage
from enquiries.services.triage import bulk
from enquiries.services.triage.bulk import Done
from tests.people import NOON, City, arrive, submitted


def test_failures_are_counted_by_reason_and_stop_nobody(city: City):
    messages = [arrive(city) for _ in range(3)]
    submitted(city, messages[1])
    ids = [one.enquiry_id for one in messages]

    done = bulk.each(ids, bulk.close(by_id=city.alice.pk, now=NOON))

    assert done.done == 2
    assert list(done.refused.values()) == [1]
    assert "waiting for approval" in next(iter(done.refused))
    assert Enquiry.objects.filter(state="CLOSED").count() == 2


def test_held_ones_are_left_in_their_hands(city: City):
    mine, theirs = arrive(city), arrive(city)
    triage.claim(enquiry_id=theirs.enquiry_id, by_id=city.alice.pk, now=NOON)

    done = bulk.each([mine.enquiry_id, theirs.enquiry_id], bulk.assign(to_id=city.bob.pk, by_id=city.bob.pk, now=NOON))

    assert done.done == 1
    assert "Alice has this enquiry" in next(iter(done.refused))


def test_results_of_batches_add_up():
    assert Done(done=1, refused={"a": 2}) + Done(done=3, refused={"a": 1, "b": 1}) == Done(
        done=4, refused={"a": 3, "b": 1}
    )
