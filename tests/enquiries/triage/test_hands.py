"""Claims: who holds an enquiry, until when, and how it changes hands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.models import Event
from enquiries.models import Enquiry, Mention, Note, Organisation, Topic
from enquiries.services import triage
from tests.people import NOON, City, arrive, fresh

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def enquiry(city: City) -> Enquiry:
    return arrive(city).enquiry


def claim(enquiry: Enquiry, who: int, *, after: timedelta = timedelta()) -> None:
    triage.claim(enquiry_id=enquiry.pk, by_id=who, now=NOON + after)


def test_claim_lasts_as_long_as_the_organisation_says(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    found = fresh(enquiry.pk)
    assert (found.assignee_id, found.claimed_until, found.state) == (city.alice.pk, NOON + HALF_AN_HOUR, "OPEN")


def test_colleague_is_told_who_has_it_and_until_when(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    with pytest.raises(triage.HeldBySomebody, match="Alice has this enquiry until 12:30"):
        claim(enquiry, city.bob.pk)


def test_claim_that_ran_out_holds_nobody_back(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    claim(enquiry, city.bob.pk, after=HALF_AN_HOUR)

    assert fresh(enquiry.pk).assignee_id == city.bob.pk


def test_own_claim_is_renewed_without_a_line_in_the_ledger(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    assert triage.renew(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON + timedelta(minutes=10))

    assert fresh(enquiry.pk).claimed_until == NOON + timedelta(minutes=40)
    assert Event.objects.filter(verb="enquiry.claimed").count() == 1


def test_nobody_renews_what_is_not_theirs(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    assert not triage.renew(enquiry_id=enquiry.pk, by_id=city.bob.pk, now=NOON)


def test_assigned_enquiry_is_no_active_claim_until_they_act(city: City, enquiry: Enquiry):
    triage.assign(enquiry_id=enquiry.pk, to_id=city.alice.pk, by_id=city.bob.pk, now=NOON)

    found = fresh(enquiry.pk)
    assert (found.assignee_id, found.claimed_until, found.state) == (city.alice.pk, None, "NEW")
    triage.require_claim(found, city.bob.pk, NOON)


def test_nobody_is_assigned_who_may_not_see_it(city: City, enquiry: Enquiry):
    with pytest.raises(triage.CannotAssign):
        triage.assign(enquiry_id=enquiry.pk, to_id=city.charlie.pk, by_id=city.bob.pk, now=NOON)


def test_assigning_does_not_take_it_out_of_working_hands(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    with pytest.raises(triage.HeldBySomebody):
        triage.assign(enquiry_id=enquiry.pk, to_id=city.bob.pk, by_id=city.bob.pk, now=NOON)


def test_take_over_needs_a_reason(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    with pytest.raises(triage.NeedsReason, match="Alice will read it"):
        triage.take_over(enquiry_id=enquiry.pk, by_id=city.bob.pk, reason="  ", now=NOON)


def test_take_over_tells_whom_it_was_taken_from(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    triage.take_over(enquiry_id=enquiry.pk, by_id=city.bob.pk, reason="You are off today.", now=NOON)

    mention = Mention.objects.get(user=city.alice)
    assert (mention.note.kind, mention.note.text, mention.read_at) == (Note.Kind.TAKE_OVER, "You are off today.", None)
    assert fresh(enquiry.pk).assignee_id == city.bob.pk


def test_only_who_holds_it_gives_it_back(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    with pytest.raises(triage.HeldBySomebody):
        triage.release(enquiry_id=enquiry.pk, by_id=city.bob.pk, now=NOON)


def test_release_leaves_a_word_for_whoever_goes_on(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)

    triage.release(enquiry_id=enquiry.pk, by_id=city.alice.pk, note="Called the depot.", now=NOON)

    found = fresh(enquiry.pk)
    assert (found.assignee_id, found.claimed_until) == (None, None)
    assert Note.objects.get(enquiry=enquiry).kind == Note.Kind.HAND_OVER


def test_transfer_takes_it_out_of_all_hands_and_keeps_the_clock(city: City, enquiry: Enquiry):
    claim(enquiry, city.alice.pk)
    before = fresh(enquiry.pk)

    triage.transfer(enquiry_id=enquiry.pk, team=city.roads, by_id=city.alice.pk, now=NOON)

    found = fresh(enquiry.pk)
    assert (found.team_id, found.assignee_id, found.claimed_until) == (city.roads.pk, None, None)
    assert (found.due_at, found.state) == (before.due_at, before.state)


def test_priority_changes_no_order(city: City, enquiry: Enquiry):
    triage.set_priority(enquiry_id=enquiry.pk, priority=1, by_id=city.alice.pk, now=NOON)

    assert (fresh(enquiry.pk).priority, fresh(enquiry.pk).due_at) == (1, enquiry.due_at)


def test_topic_of_another_organisation_is_refused(city: City, enquiry: Enquiry):
    elsewhere = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    other = Topic.objects.create(organisation=elsewhere, name="Waste")

    with pytest.raises(triage.CannotSort):
        triage.set_topic(enquiry_id=enquiry.pk, topic=other, by_id=city.alice.pk, now=NOON)
