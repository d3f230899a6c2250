"""Who may decide about an enquiry, read anew each time, so that a role that is taken away counts at once."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from enquiries.models import Enquiry


def is_supervisor_of(*, user_id: int, enquiry: Enquiry) -> bool:
    """Say whether this active user supervises the enquiry's team (any team, while it has none), as of now.

    The user model has `memberships` with organisation, team and role; the database checks the same again.
    """
    roles = {"memberships__organisation_id": enquiry.organisation_id, "memberships__role": "SUPERVISOR"}
    if enquiry.team_id:
        roles["memberships__team_id"] = enquiry.team_id
    return get_user_model()._default_manager.filter(pk=user_id, is_active=True, **roles).exists()
