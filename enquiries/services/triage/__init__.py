"""Who takes care of an enquiry, and what becomes of it besides being answered. One module for each thing people do."""

from enquiries.services.triage import bulk
from enquiries.services.triage.closing import CannotClose, close, reopen
from enquiries.services.triage.handing_on import HandedOn, Waits, what_waits
from enquiries.services.triage.hands import (
    CannotAssign,
    HeldBySomebody,
    NeedsReason,
    assign,
    claim,
    is_claimed,
    release,
    renew,
    require_claim,
    take,
    take_over,
)
from enquiries.services.triage.links import CannotLink, link, linked_with, unlink
from enquiries.services.triage.merging import MergeRefused, merge, unmerge
from enquiries.services.triage.notes import NoWords, add_note, mark_read
from enquiries.services.triage.sorting import CannotSort, set_priority, set_topic, sort, transfer
from enquiries.services.triage.splitting import SplitRefused, split
from enquiries.services.triage.telling import TriageRefused
from enquiries.services.triage.waiting import CannotWait, wait, wake, wake_due
from enquiries.services.triage.waiting import why_not as why_it_cannot_wait

__all__ = [
    "CannotAssign",
    "CannotClose",
    "CannotLink",
    "CannotSort",
    "CannotWait",
    "HandedOn",
    "HeldBySomebody",
    "MergeRefused",
    "NeedsReason",
    "NoWords",
    "SplitRefused",
    "TriageRefused",
    "Waits",
    "add_note",
    "assign",
    "bulk",
    "claim",
    "close",
    "is_claimed",
    "link",
    "linked_with",
    "mark_read",
    "merge",
    "release",
    "renew",
    "reopen",
    "require_claim",
    "set_priority",
    "set_topic",
    "sort",
    "split",
    "take",
    "take_over",
    "transfer",
    "unlink",
    "unmerge",
    "wait",
    "wake",
    "wake_due",
    "what_waits",
    "why_it_cannot_wait",
]
