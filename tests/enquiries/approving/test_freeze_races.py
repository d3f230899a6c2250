"""A freeze against workers that are about to send: each reply left before it or waits behind it, and leaves once."""

from __future__ import annotations

from functools import partial

import pytest

from enquiries.models import Freeze, Posting
from enquiries.services.approving import freezing
from enquiries.services.leaving import posting as sender
from tests.enquiries.approving.test_leaving import approved_on_x, freeze, platform, said_on_x, town, x  # noqa: F401
from tests.enquiries.test_races import at_once
from tests.people import City
from tests.sims import Simulator
from worklist.queue import database_now

pytestmark = pytest.mark.django_db(transaction=True)


def test_freeze_against_claim_holds_it_or_comes_too_late(town: City, x: Simulator):  # noqa: F811
    for number in range(5):
        one = approved_on_x(town, x, text=f"Answer {number}.")

        at_once(partial(freeze, town), partial(sender.deliver_due, worker="w"))

        one.refresh_from_db()
        left = said_on_x(x).count(f"Answer {number}.")
        assert (one.state, left) in ((Posting.State.QUEUED, 0), (Posting.State.POSTED, 1))
        Posting.objects.filter(pk=one.pk, state=Posting.State.QUEUED).update(due_at=database_now())
        sender.deliver_due(worker="w")
        assert said_on_x(x).count(f"Answer {number}.") == left
        freezing.lift(freeze_id=Freeze.objects.latest("pk").pk, by_id=town.bob.pk, now=database_now())
        sender.deliver_due(worker="w")
        assert said_on_x(x).count(f"Answer {number}.") == 1


def test_no_worker_starts_once_the_freeze_is_there(town: City, x: Simulator):  # noqa: F811
    one = approved_on_x(town, x)
    freeze(town)

    at_once(*[partial(sender.deliver_due, worker=f"w{n}") for n in range(3)])

    one.refresh_from_db()
    assert (one.state, one.attempts, said_on_x(x)) == (Posting.State.QUEUED, 0, [])
