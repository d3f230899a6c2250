"""A slow approver: at half of what was left, those who stand in are asked, and only then may they decide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agents.access import may_supervise, reply_for, visible_to
from agents.models import Substitution
from enquiries.models import Approval, Reply
from enquiries.rules.approval import NotASupervisor
from enquiries.services.approving.escalating import escalate_slow_approvals
from tests.enquiries.approving.scenes import approve
from tests.people import NOON, City, arrive, draft, fresh, submitted
from worklist.queue import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand_in(city: City) -> Substitution:
    """Charlie supervises Roads, and stands in for Waste when its supervisor is slow."""
    return Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=NOON - timedelta(days=30))


def test_substitutes_are_asked_at_half_of_what_was_left(city: City):
    version = submitted(city, arrive(city, "x"))
    reply = Reply.objects.get(pk=version.reply_id)
    due_at = fresh(reply.enquiry_id).due_at
    assert due_at is not None and reply.escalate_at == NOON + (due_at - NOON) / 2
    assert escalate_slow_approvals(now=reply.escalate_at - timedelta(seconds=1)) == 0
    assert escalate_slow_approvals(now=reply.escalate_at) == 1
    assert escalate_slow_approvals(now=reply.escalate_at) == 0
    reply.refresh_from_db()
    assert reply.escalated_at is not None and reply.escalate_at is None


def test_reply_whose_promise_is_broken_already_is_escalated_within_a_minute(city: City):
    message = arrive(city, "x", now=NOON - timedelta(days=3))
    version = draft(city, message)
    from enquiries.services import replies

    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)
    assert Reply.objects.get(pk=version.reply_id).escalate_at == NOON + timedelta(minutes=1)


def test_substitute_may_decide_only_once_it_is_late(city: City, stand_in: Substitution):
    version = submitted(city, arrive(city, "x"))
    assert not visible_to(city.charlie).exists()
    with pytest.raises(NotASupervisor):
        approve(version, city.charlie)
    escalate_slow_approvals(now=NOON + timedelta(days=1))
    assert visible_to(type(city.charlie).objects.get(pk=city.charlie.pk)).count() == 1
    assert isinstance(approve(version, city.charlie), Approval)


def test_database_refuses_a_substitute_before_it_is_late(city: City, stand_in: Substitution):
    version = submitted(city, arrive(city, "x"))
    with pytest.raises(IntegrityError, match="only a supervisor"), transaction.atomic():
        Approval.objects.create(
            version=version,
            reply=version.reply,
            author=version.author,
            content_sha256=version.content_sha256,
            approver=city.charlie,
            decided_at=NOON,
        )


def test_substitute_for_a_time_sees_the_team_while_it_lasts(city: City):
    message = arrive(city, "x")
    now = database_now()
    term = Substitution.objects.create(
        team=city.waste, user=city.charlie, starts_at=now, ends_at=now + timedelta(days=7), only_when_late=False
    )
    assert visible_to(type(city.charlie).objects.get(pk=city.charlie.pk)).get() == message.enquiry
    assert may_supervise(city.charlie, message.enquiry)
    Substitution.objects.filter(pk=term.pk).update(starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=1))
    assert not visible_to(type(city.charlie).objects.get(pk=city.charlie.pk)).exists()
    assert not may_supervise(city.charlie, message.enquiry)


def test_agent_who_is_named_a_substitute_still_approves_nothing(city: City):
    Substitution.objects.create(team=city.roads, user=city.alice, starts_at=NOON, only_when_late=False)
    message = arrive(city, "x")
    type(message.enquiry).objects.filter(pk=message.enquiry_id).update(team=city.roads)
    assert not may_supervise(city.alice, fresh(message.enquiry_id))


def test_decided_or_returned_replies_do_not_escalate(city: City):
    version = submitted(city, arrive(city, "x"))
    approve(version, city.bob)
    assert escalate_slow_approvals(now=NOON + timedelta(days=9)) == 0


def test_what_was_escalated_is_visible_to_substitutes_for_as_long_as_it_waits(city: City, stand_in: Substitution):
    version = submitted(city, arrive(city, "x"))
    escalate_slow_approvals(now=NOON + timedelta(days=1))
    charlie = type(city.charlie).objects.get(pk=city.charlie.pk)
    assert reply_for(charlie, version.reply_id).pk == version.reply_id
    approve(version, city.bob)
    assert not visible_to(charlie).exists()
