"""Who may decide about an enquiry, read anew each time, so that a role that is taken away counts at once."""

from __future__ import annotations

from django.db import connection

from enquiries.models import Enquiry


def is_supervisor_of(*, user_id: int, enquiry: Enquiry, is_late: bool = False) -> bool:
    """Say whether this active user supervises the enquiry's team (any team, while it has none), or stands in for it, now.

    `is_late` lets those in who stand in for late approvals only. It asks the very function by which the database refuses.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT may_supervise(%s, %s, %s, %s)", [user_id, enquiry.organisation_id, enquiry.team_id, is_late]
        )
        return bool(cursor.fetchone()[0])
