"""One rung of one person: where they stand now, the steps that led there, and who may not decide about it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from agents.access import Person, rights_of
from agents.models import User
from agents.trust.board import Place, place_of
from enquiries.models import Organisation, Topic, TrustStep
from enquiries.queries.trust import Rung
from enquiries.services.approving import trust as service

MOST_STEPS = 30


def place_now(organisation: Organisation, person: User, rung: Rung, *, topic: Topic | None, now: datetime) -> Place:
    """Put together what is known about one rung as it stands now."""
    standing, found = service.judged(rung, organisation.pk, now=now)
    return place_of(person, rung, organisation, standing=standing, found=found, topic=topic, today=now.date())


def steps_of(organisation: Organisation, rung: Rung) -> list[TrustStep]:
    """List the steps that were taken on one rung, the newest first."""
    on_topic = Q(topic_id=rung.topic_id) if rung.topic_id else Q(topic__isnull=True)
    taken = TrustStep.objects.filter(on_topic, organisation=organisation, user_id=rung.user_id, kind=rung.kind)
    return list(taken.select_related("decided_by").order_by("-pk")[:MOST_STEPS])


def hindrance_of(user: Person, organisation: Organisation, person: User) -> str:
    """Say why somebody may not decide about this person's trust; empty if they may."""
    if person.pk == user.pk:
        return _("These are your own figures. Another supervisor decides about them.")
    if organisation.pk not in rights_of(user).supervises:
        return _("Only a supervisor decides about trust.")
    return ""
