"""Who reads along with whom: pairs of a learner and an experienced colleague."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agents.models import Buddy, User
from audit.ledger import record


@transaction.atomic
def pair(*, agent: User, buddy: User | None, by: User, organisation_id: int, now: datetime) -> None:
    """Let `buddy` read along with `agent` from now on; without one, nobody does any more."""
    if buddy is None:
        Buddy.objects.filter(agent=agent).delete()
    else:
        Buddy.objects.update_or_create(agent=agent, defaults={"buddy": buddy})
    record(
        verb="buddy.set",
        now=now,
        actor_id=by.pk,
        subject=f"user:{agent.pk}",
        organisation_id=organisation_id,
        data={"buddy": buddy.pk if buddy else None},
    )
