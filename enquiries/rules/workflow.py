"""One table of moves for each thing that has a state. What is not in the table does not happen.

The tables are the law for the services (compare-and-set) and, word for word, for the triggers in the database; a test
compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class EnquiryState(StrEnum):
    """Where an enquiry stands."""

    NEW = "NEW"
    OPEN = "OPEN"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    POSTING = "POSTING"
    ANSWERED = "ANSWERED"
    WAITING = "WAITING"
    CLOSED = "CLOSED"


class ReplyState(StrEnum):
    """Where a reply stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    POSTED = "POSTED"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"


class PostingState(StrEnum):
    """Where a posting stands."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    UNKNOWN = "UNKNOWN"
    POSTED = "POSTED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    NEEDS_PERSON = "NEEDS_PERSON"


State = TypeVar("State", bound=StrEnum)
E, R, P = EnquiryState, ReplyState, PostingState

ENQUIRY_MOVES: Mapping[str, Mapping[EnquiryState, EnquiryState]] = {
    "claim": {E.NEW: E.OPEN},
    "submit": {
        E.NEW: E.AWAITING_APPROVAL,
        E.OPEN: E.AWAITING_APPROVAL,
        E.ANSWERED: E.AWAITING_APPROVAL,
        E.WAITING: E.AWAITING_APPROVAL,
    },
    "return": {E.AWAITING_APPROVAL: E.OPEN},
    "approve": {E.AWAITING_APPROVAL: E.POSTING},
    "posted": {E.POSTING: E.ANSWERED},
    "fail": {E.POSTING: E.OPEN},
    "wait": {E.OPEN: E.WAITING, E.ANSWERED: E.WAITING},
    "wake": {E.WAITING: E.OPEN},
    "close": {E.NEW: E.CLOSED, E.OPEN: E.CLOSED, E.ANSWERED: E.CLOSED, E.WAITING: E.CLOSED},
    "reopen": {E.CLOSED: E.OPEN},
    "bounced": {E.ANSWERED: E.OPEN, E.WAITING: E.OPEN, E.CLOSED: E.OPEN},
    "citizen_wrote": {
        E.AWAITING_APPROVAL: E.OPEN,
        E.POSTING: E.OPEN,
        E.ANSWERED: E.OPEN,
        E.WAITING: E.OPEN,
        E.CLOSED: E.OPEN,
    },
}

REPLY_MOVES: Mapping[str, Mapping[ReplyState, ReplyState]] = {
    "edit": {R.SUBMITTED: R.DRAFT, R.RETURNED: R.DRAFT},
    "submit": {R.DRAFT: R.SUBMITTED, R.RETURNED: R.SUBMITTED},
    "return": {R.SUBMITTED: R.RETURNED, R.APPROVED: R.RETURNED},
    "approve": {R.SUBMITTED: R.APPROVED},
    "posted": {R.APPROVED: R.POSTED, R.FAILED: R.POSTED},
    "fail": {R.APPROVED: R.FAILED},
    "withdraw": {R.DRAFT: R.WITHDRAWN, R.RETURNED: R.WITHDRAWN, R.SUBMITTED: R.WITHDRAWN},
}

POSTING_MOVES: Mapping[str, Mapping[PostingState, PostingState]] = {
    "send": {P.QUEUED: P.SENDING},
    "posted": {P.SENDING: P.POSTED, P.UNKNOWN: P.POSTED},
    "not_sent": {P.SENDING: P.QUEUED},
    "uncertain": {P.SENDING: P.UNKNOWN},
    "not_there": {P.UNKNOWN: P.QUEUED},
    "refuse": {P.SENDING: P.FAILED},
    "cancel": {P.QUEUED: P.CANCELLED, P.NEEDS_PERSON: P.CANCELLED},
    "ask_person": {P.QUEUED: P.NEEDS_PERSON, P.UNKNOWN: P.NEEDS_PERSON},
    "person_saw_it": {P.NEEDS_PERSON: P.POSTED},
    "person_sends_again": {P.NEEDS_PERSON: P.QUEUED},
}


class IllegalMove(Exception):
    """The thing is not where it would have to be for this move."""


def target(moves: Mapping[str, Mapping[State, State]], move: str, state: str) -> State:
    """Say where `move` leads from `state`. Raises IllegalMove when it leads nowhere."""
    for start, end in moves[move].items():
        if start == state:
            return end
    raise IllegalMove(f"{move} is not possible from {state}")


def allowed_pairs(moves: Mapping[str, Mapping[State, State]]) -> set[tuple[str, str]]:
    """List every (from, to) that some move allows."""
    return {(str(start), str(end)) for table in moves.values() for start, end in table.items()}
