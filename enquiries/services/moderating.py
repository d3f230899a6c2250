"""Carries out what two people decided about a citizen's words under our posts: hidden, shown again, or taken down."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from audit.ledger import record
from enquiries.contract import AccountUnusable, Act, ChannelError, Moderates, Refused
from enquiries.models import Moderation
from enquiries.registry import channel, kinds
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)


def carry_out_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Do what was decided. Doing it twice is doing it once, so an uncertain end is simply tried again. Returns how many."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Moderates)]
    mine = Moderation.objects.filter(
        state=Moderation.State.QUEUED, message__account__is_active=True, message__account__kind__in=able
    )
    turns = queue.drain(mine.select_related("message__account"), now=now, lease=LEASE, worker=worker, most=most)
    return sum(_carry_out(one, now) for one in turns)


def _carry_out(one: Moderation, now: datetime) -> int:
    account = one.message.account
    speaks = channel(account.kind)
    assert isinstance(speaks, Moderates)  # noqa: S101 - only such accounts are claimed
    try:
        speaks.moderate(account.as_account(), post_id=one.message.root_id or one.message.external_id, act=Act(one.act))
    except (Refused, AccountUnusable) as error:
        _end(one, Moderation.State.FAILED, f"{error.safe_message} {error.fix}", now)
        return 0
    except ChannelError as error:
        log.warning("Moderation %s is tried again: %s", one.pk, error.safe_message)
        queue.retry_later(one, now=now, error=error.safe_message[:500], most=1000)
        return 0
    _end(one, Moderation.State.DONE, "", now)
    return 1


def _end(one: Moderation, state: Moderation.State, detail: str, now: datetime) -> None:
    ours = Moderation.objects.filter(pk=one.pk, lease_owner=one.lease_owner, state=Moderation.State.QUEUED)
    ours.update(state=state, detail=detail[:300], done_at=now, lease_owner="", lease_until=None)
    record(
        verb="moderation.done" if state == Moderation.State.DONE else "moderation.failed",
        now=now,
        subject=f"moderation:{one.pk}",
        organisation_id=one.message.account.organisation_id,
        enquiry_id=one.message.enquiry_id,
        data={"act": one.act},
    )
