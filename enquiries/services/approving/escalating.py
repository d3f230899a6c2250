"""When an approver is slow: at half of what was left of the citizen's time, those who stand in for the team are asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from audit.ledger import record
from enquiries.models import Enquiry, Reply

WITHOUT_A_PROMISE = timedelta(hours=4)
AT_ONCE = timedelta(minutes=1)
BATCH = 200


def escalation_of(enquiry: Enquiry, *, now: datetime) -> datetime:
    """Say when substitutes are asked about a reply that is submitted now."""
    if enquiry.due_at is None:
        return now + WITHOUT_A_PROMISE
    return now + max((enquiry.due_at - now) / 2, AT_ONCE)


def escalate_slow_approvals(*, now: datetime) -> int:
    """Ask the substitutes about up to 200 replies whose moment has come. Returns how many."""
    with transaction.atomic():
        slow = (
            Reply.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=Reply.State.SUBMITTED, escalate_at__lte=now)
            .order_by("escalate_at")
            .select_related("enquiry")[:BATCH]
        )
        count = 0
        for reply in slow:
            Reply.objects.filter(pk=reply.pk).update(escalate_at=None, escalated_at=now)
            record(
                verb="reply.escalated",
                now=now,
                subject=f"reply:{reply.pk}",
                organisation_id=reply.enquiry.organisation_id,
                enquiry_id=reply.enquiry_id,
                data={"submitted_at": reply.submitted_at.isoformat() if reply.submitted_at else ""},
            )
            count += 1
    return count
