"""Who is trusted with what: steps up are a supervisor's, one at a time and on evidence; a step down happens at once."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q

from audit.ledger import record
from enquiries.models import TrustStep

CHECKED, SAMPLED, FREE = TrustStep.Level.CHECKED, TrustStep.Level.SAMPLED, TrustStep.Level.FREE


def level_of(*, user_id: int, organisation_id: int, kind: str, topic_id: int | None) -> TrustStep | None:
    """Find the step that counts for a reply: the newest for its topic, else the newest for all. None means CHECKED."""
    on_topic = Q(topic_id__isnull=True) if topic_id is None else Q(topic_id__isnull=True) | Q(topic_id=topic_id)
    steps = TrustStep.objects.filter(on_topic, user_id=user_id, organisation_id=organisation_id, kind=kind)
    return steps.order_by(F("topic_id").desc(nulls_last=True), "-pk").first()


@transaction.atomic
def demote(
    *,
    user_id: int,
    organisation_id: int,
    kind: str,
    topic_id: int | None,
    reason: str,
    now: datetime,
    by_id: int | None = None,
) -> int:
    """Take back all trust somebody has on a kind of channel, general and on any topic, at once. Returns how many steps fell.

    `topic_id` is the topic of the enquiry it came from, for the ledger; `by_id` who caused it, None for the machine.
    """
    hold(user_id)
    fallen = [step for step in newest_steps(user_id, organisation_id, kind) if step.level != CHECKED]
    for step in fallen:
        TrustStep.objects.create(
            organisation_id=organisation_id,
            user_id=user_id,
            kind=kind,
            topic_id=step.topic_id,
            level=CHECKED,
            reason=reason[:500],
            evidence={"before": step.level, "caused_on_topic": topic_id},
            decided_by_id=by_id if by_id != user_id else None,
            decided_at=now,
        )
    if fallen:
        record(
            verb="trust.taken_back",
            now=now,
            actor_id=by_id,
            subject=f"user:{user_id}",
            organisation_id=organisation_id,
            data={"kind": kind, "from": [step.level for step in fallen], "topic": topic_id},
        )
    return len(fallen)


def newest_steps(user_id: int, organisation_id: int, kind: str) -> list[TrustStep]:
    """List the step that counts in general and the one for each topic, of one person on one kind of channel."""
    steps = TrustStep.objects.filter(user_id=user_id, organisation_id=organisation_id, kind=kind)
    return list(steps.order_by("topic_id", "-pk").distinct("topic_id"))


def hold(user_id: int) -> None:
    """Lock the person, so that a step up and a fall never pass one another."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=user_id)
