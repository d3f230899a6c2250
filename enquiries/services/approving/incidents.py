"""The switch that says that something is wrong on a topic, so that the policy's rules for incidents count there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.ledger import record
from enquiries.models import Topic


@transaction.atomic
def set_incident(*, topic_id: int, is_on: bool, by_id: int, now: datetime) -> Topic:
    """Switch the incident of a topic on or off. One that stands so already keeps its beginning, and no event is written."""
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic_id)
    if (topic.incident_since is not None) == is_on:
        return topic
    topic.incident_since = now if is_on else None
    topic.save(update_fields=["incident_since"])
    record(
        verb="incident.begun" if is_on else "incident.ended",
        now=now,
        actor_id=by_id,
        subject=f"topic:{topic.pk}",
        organisation_id=topic.organisation_id,
        data={"topic": topic.pk},
    )
    return topic
