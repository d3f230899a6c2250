"""The parts of a long reply hang under one another."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now

from enquiries.models import Posting
from enquiries.services import replies
from enquiries.services.leaving import outcomes
from enquiries.services.leaving.letters import letter_for
from enquiries.services.replies import Aim
from tests.enquiries.approving.scenes import approve
from tests.people import NOON, City, arrive, posting_of
from worklist.queue import database_now

pytestmark = pytest.mark.django_db
LONG = "We collect bulky waste on the first Monday of each month. " * 9


def parts(city: City) -> list[Posting]:
    """The postings of an approved reply in parts, the first of which nobody is sure of."""
    message = arrive(city, "x", external_id="100")
    version = replies.save_draft(
        enquiry_id=message.enquiry_id,
        answers_id=message.pk,
        author_id=city.alice.pk,
        text=LONG,
        aim=Aim(in_parts=True),
        now=NOON,
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    first = posting_of(approve(version, city.bob))
    Posting.objects.filter(pk=first.pk).update(state="NEEDS_PERSON", parked_at=Now())
    return list(Posting.objects.filter(approval=first.approval).order_by("part"))


def test_later_part_hangs_under_the_one_before_it(city: City):
    first, second, *_ = parts(city)

    outcomes.decide_it_is_there(first.pk, by_id=city.bob.pk, external_id="777", now=database_now())

    assert [letter_for(Posting.objects.get(pk=one.pk)).follows for one in (first, second)] == ["", "777"]


def test_part_after_one_that_only_a_person_saw_follows_nothing(city: City):
    first, second, *_ = parts(city)

    outcomes.decide_it_is_there(first.pk, by_id=city.bob.pk, external_id="", now=database_now())

    assert letter_for(Posting.objects.get(pk=second.pk)).follows == ""
