"""What everybody may know of an enquiry who knows its reference."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from citizens.story import story_of
from enquiries.models import Enquiry

STANDINGS = {
    Enquiry.State.NEW: "RECEIVED",
    Enquiry.State.OPEN: "IN_PROGRESS",
    Enquiry.State.AWAITING_APPROVAL: "IN_PROGRESS",
    Enquiry.State.POSTING: "IN_PROGRESS",
    Enquiry.State.ANSWERED: "ANSWERED",
    Enquiry.State.WAITING: "ANSWERED",
    Enquiry.State.CLOSED: "CLOSED",
}


def status_of(enquiry: Enquiry, *, now: datetime) -> dict[str, Any]:
    """Tell the public status as `shapes.PublicStatus` describes it, ready for JSON: the words are the private page's."""
    story = story_of(enquiry, now=now)
    promised = story.promised
    return {
        "reference": enquiry.reference,
        "standing": STANDINGS[Enquiry.State(enquiry.state)],
        "words": story.headline,
        "promised_at": promised.due_at.isoformat() if promised else None,
        "is_late": bool(promised and promised.is_late),
    }
