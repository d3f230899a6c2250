"""What the ledger tells people: a sentence for each verb, and the same moments on every page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.history import history_of
from agents.words import EVENTS
from enquiries.models import Clock, Enquiry
from enquiries.queries.thread import Happened, page_of
from enquiries.services.clocks import sweep_clocks
from tests.agents.verbs import recorded
from tests.people import NOON, arrive, make_city


def test_every_verb_of_the_code_has_its_sentence():
    verbs = recorded()

    assert {"enquiry.claimed", "reply.posted", "second_factor.added", "clock.warned"} <= verbs
    assert sorted(verbs - EVENTS.keys()) == []
    assert EVENTS.keys() - verbs == {"enquiry.sorted"}  # of ledgers that an older version wrote


@pytest.mark.django_db
def test_history_and_thread_tell_the_same_moment_of_a_warning():
    city = make_city()
    enquiry = Enquiry.objects.get(pk=arrive(city, now=NOON).enquiry_id)
    clock = Clock.objects.get(enquiry=enquiry)
    sweep_clocks(now=clock.warn_at + timedelta(minutes=7))

    told = [line for line in history_of(enquiry, by=city.alice) if line.what == str(EVENTS["clock.warned"])]
    shown = [
        entry for entry in page_of(enquiry).entries if isinstance(entry, Happened) and entry.verb == "clock.warned"
    ]

    assert [line.at for line in told] == [entry.at for entry in shown] == [clock.warn_at]
