"""How a posting went, each outcome with all that follows from it in one commit: message, states, clock, audit.

Locks are taken in the order enquiry, reply, posting, as everywhere. Each write is guarded by the state and, while it is
being sent, by the lease: who came too late changes nothing.
"""

from enquiries.services.leaving.outcomes.arriving import changes_a_post, proof_of_change
from enquiries.services.leaving.outcomes.deciding import (
    NotDecidable,
    decide_give_up,
    decide_it_is_there,
    decide_send_again,
)
from enquiries.services.leaving.outcomes.recording import (
    call_off,
    came_back,
    cannot_tell,
    found,
    is_overtaken,
    look_again,
    lose_lease,
    not_sent,
    not_there,
    posted,
    refused,
    take_back_unread,
    uncertain,
    why_read_after_all,
)
from enquiries.services.leaving.outcomes.rows import NotOursAnyMore

__all__ = [
    "NotDecidable",
    "NotOursAnyMore",
    "call_off",
    "came_back",
    "cannot_tell",
    "changes_a_post",
    "decide_give_up",
    "decide_it_is_there",
    "decide_send_again",
    "found",
    "is_overtaken",
    "look_again",
    "lose_lease",
    "not_sent",
    "not_there",
    "posted",
    "proof_of_change",
    "refused",
    "take_back_unread",
    "uncertain",
    "why_read_after_all",
]
