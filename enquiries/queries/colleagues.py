"""Who works where, as the services and the forms need it: the people who may see an enquiry, by role as of a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from enquiries.models import Enquiry
from enquiries.queries.sight import people_who_see


def people_who_may_see(enquiry: Enquiry, *, now: datetime) -> QuerySet[Any]:
    """List the active users who may see this enquiry at `now`, by name: its team, administrators, and who stands in."""
    return people_who_see(enquiry, now=now)


def may_see(*, user_id: int, enquiry: Enquiry, now: datetime) -> bool:
    """Say whether somebody may see this enquiry at `now`."""
    return bool(people_who_see(enquiry, now=now).filter(pk=user_id).exists())


def name_of(user_id: int | None) -> str:
    """Give somebody's name; empty for nobody."""
    return str(get_user_model()._default_manager.filter(pk=user_id).first() or "") if user_id else ""
