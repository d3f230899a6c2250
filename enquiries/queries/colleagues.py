"""Who works where, as the services and the forms need it: the people who may see an enquiry, by role as of now."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from enquiries.models import Enquiry


def people_who_may_see(enquiry: Enquiry) -> QuerySet[Any]:
    """List the active users whose roles let them see this enquiry, by name.

    The user model has `memberships` with organisation, team and role; `agents.access` draws the same line for a person.
    """
    here = Q(memberships__organisation_id=enquiry.organisation_id)
    if enquiry.team_id:
        here &= Q(memberships__team_id=enquiry.team_id) | Q(memberships__role="ADMIN")
    return get_user_model()._default_manager.filter(here, is_active=True).distinct().order_by("name", "pk")


def may_see(*, user_id: int, enquiry: Enquiry) -> bool:
    """Say whether somebody may see this enquiry, as of now."""
    return bool(people_who_may_see(enquiry).filter(pk=user_id).exists())


def name_of(user_id: int | None) -> str:
    """Give somebody's name; empty for nobody."""
    return str(get_user_model()._default_manager.filter(pk=user_id).first() or "") if user_id else ""
