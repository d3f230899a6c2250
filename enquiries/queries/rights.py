"""Who may decide about an enquiry, read anew each time, so that a role that is taken away counts at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Value

from enquiries.models import Enquiry, Reply


def is_supervisor_of(*, user_id: int, enquiry: Enquiry, is_late: bool = False) -> bool:
    """Say whether this active user supervises the enquiry's team (any team, while it has none), or stands in for it, now.

    `is_late` lets those in who stand in for late approvals only. It asks the very function by which the database refuses.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT may_supervise(%s, %s, %s, %s)", [user_id, enquiry.organisation_id, enquiry.team_id, is_late]
        )
        return bool(cursor.fetchone()[0])


def supervised_among(*, user_id: int, enquiry_ids: Sequence[int]) -> set[int]:
    """Say, in one statement, for which of these enquiries this user may decide now; for late ones, also who stands in then."""
    late = Reply.objects.filter(enquiry=OuterRef("pk"), state=Reply.State.SUBMITTED, escalated_at__isnull=False)
    may = Func(
        Value(user_id),
        F("organisation_id"),
        F("team_id"),
        Exists(late),
        function="may_supervise",
        output_field=BooleanField(),
    )
    return set(Enquiry.objects.filter(may, pk__in=enquiry_ids).values_list("pk", flat=True))
