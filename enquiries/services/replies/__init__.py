"""What we want to say: written in versions, submitted, decided about by others, and stopped before it leaves."""

from enquiries.services.replies.deciding import FindsNotAcknowledged, approve, edit_and_submit, endorse, return_reply
from enquiries.services.replies.queueing import POST_TASK
from enquiries.services.replies.reading import (
    UNDER_WAY,
    current_reply,
    inbound_of_family,
    is_in_flight,
    newest_decision,
    newest_inbound,
    newest_version,
)
from enquiries.services.replies.stopping import (
    call_back,
    take_back_because_gone,
    take_back_unread,
    void_because_citizen_wrote,
    withdraw,
)
from enquiries.services.replies.submitting import Submitted, submit, submit_text
from enquiries.services.replies.writing import ANY_VERSION, NO_VERSION, Aim, Badge, Writing, save_draft, save_text

__all__ = [
    "ANY_VERSION",
    "NO_VERSION",
    "POST_TASK",
    "UNDER_WAY",
    "Aim",
    "Badge",
    "FindsNotAcknowledged",
    "Submitted",
    "Writing",
    "approve",
    "call_back",
    "current_reply",
    "edit_and_submit",
    "endorse",
    "inbound_of_family",
    "is_in_flight",
    "newest_decision",
    "newest_inbound",
    "newest_version",
    "return_reply",
    "save_draft",
    "save_text",
    "submit",
    "submit_text",
    "take_back_because_gone",
    "take_back_unread",
    "void_because_citizen_wrote",
    "withdraw",
]
