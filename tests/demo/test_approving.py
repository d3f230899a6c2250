"""What waits for approval in the demo: rules, a reply for two, one that says too much, and somebody who stands in."""

from __future__ import annotations

import pytest

from agents.models import Substitution, User
from enquiries.models import Endorsement, HouseStyle, Organisation, Reply, Team
from enquiries.services import replies
from enquiries.services.approving import policies
from enquiries.services.replies import guarding

pytestmark = pytest.mark.django_db


def test_policy_has_three_rules_and_a_history(northwell: None):
    newest = policies.newest_policy(Organisation.objects.get().pk)

    assert newest is not None
    assert (newest.n, len(newest.rules)) == (2, 3)


def test_one_reply_waits_for_the_second_person_who_was_asked(northwell: None):
    endorsed = Endorsement.objects.get()

    assert endorsed.asked == User.objects.get(email="margaret@northwell.example")
    assert endorsed.version.reply.state == Reply.State.SUBMITTED


def test_one_waiting_reply_says_too_much_in_public(northwell: None):
    waiting = Reply.objects.filter(state=Reply.State.SUBMITTED).select_related("enquiry__organisation", "answers")
    found = [guarding.finds_for(_newest(reply)) for reply in waiting]

    assert max(len(finds) for finds in found) >= 2


def _newest(reply: Reply):
    version = replies.newest_version(reply)
    version.reply = reply
    return version


def test_every_team_has_somebody_who_stands_in(northwell: None):
    assert Substitution.objects.values("team").distinct().count() == Team.objects.count() == 3
    assert Reply.objects.filter(escalated_at__isnull=False, state=Reply.State.SUBMITTED).exists()


def test_own_telephone_numbers_may_stand_in_public(northwell: None):
    assert "020 7946 0100" in HouseStyle.objects.get().public_contacts
