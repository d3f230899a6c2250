"""Who takes care of an enquiry, and what becomes of it besides being answered. One module for each thing people do."""

from enquiries.services.triage.closing import CannotClose, close, reopen
from enquiries.services.triage.hands import (
    CannotAssign,
    HeldBySomebody,
    NeedsReason,
    assign,
    claim,
    release,
    renew,
    require_claim,
    take,
    take_over,
)
from enquiries.services.triage.sorting import set_priority, set_topic, sort, transfer

__all__ = [
    "CannotAssign",
    "CannotClose",
    "HeldBySomebody",
    "NeedsReason",
    "assign",
    "claim",
    "close",
    "release",
    "renew",
    "reopen",
    "require_claim",
    "set_priority",
    "set_topic",
    "sort",
    "take",
    "take_over",
    "transfer",
]
