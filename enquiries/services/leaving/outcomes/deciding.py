"""What a person decides about a posting of which nobody can tell whether it arrived."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from enquiries.contract import Receipt
from enquiries.models import Enquiry, Posting, Reply
from enquiries.services import replies
from enquiries.services.incoming import byhand
from enquiries.services.leaving.letters import SEEN_BY_PERSON
from enquiries.services.leaving.outcomes.arriving import is_taken, record_posted
from enquiries.services.leaving.outcomes.failing import drop_later_parts, settle_failed
from enquiries.services.leaving.outcomes.rows import hold, note
from enquiries.services.moves import move
from worklist.hints import hint_on_commit


class NotDecidable(Exception):
    """Nobody has to decide about this posting any more."""


@transaction.atomic
def decide_it_is_there(posting_id: int, *, by_id: int, external_id: str, now: datetime) -> None:
    """Record that a person saw it on the platform. `external_id` is what they found there. Raises NotDecidable."""
    posting, enquiry, reply = _hold_parked(posting_id)
    name = external_id.strip() or f"{SEEN_BY_PERSON}{posting.key}"
    if is_taken(posting, name):
        raise NotDecidable("Another reply or message is recorded as this very post. Check the number or address.")
    receipt = Receipt(external_id=name)
    record_posted(posting, enquiry, reply, receipt, now, move_name="person_saw_it", decided_by_id=by_id)
    note("posting.decided", posting, now, {"decision": "IT_IS_THERE"}, by_id)


@transaction.atomic
def decide_send_again(posting_id: int, *, by_id: int, now: datetime) -> None:
    """Record that a person looked, did not find it, and wants it sent once more. Raises NotDecidable."""
    posting, _, _ = _hold_parked(posting_id)
    fields = {"parked_at": None, "due_at": now, "looked": 0, "fix": "", "decided_by_id": by_id}
    move(posting, "person_sends_again", **fields)
    note("posting.decided", posting, now, {"decision": "SEND_AGAIN"}, by_id)
    hint_on_commit(replies.POST_TASK)


@transaction.atomic
def decide_give_up(posting_id: int, *, by_id: int, now: datetime) -> None:
    """Record that a person wants no further try. The reply counts as not delivered. Raises NotDecidable."""
    posting, enquiry, reply = _hold_parked(posting_id)
    move(posting, "cancel", parked_at=None, done_at=now, decided_by_id=by_id)
    note("posting.decided", posting, now, {"decision": "GIVE_UP"}, by_id)
    drop_later_parts(posting, now)
    settle_failed(enquiry, reply, "A person gave it up after looking at the platform.", now)
    byhand.keep_what_waited(posting, now=now)


def _hold_parked(posting_id: int) -> tuple[Posting, Enquiry, Reply]:
    enquiry, reply = hold(Posting.objects.get(pk=posting_id))
    held = Posting.objects.select_for_update(of=("self",)).select_related("account", "version").get(pk=posting_id)
    if held.state != Posting.State.NEEDS_PERSON:
        raise NotDecidable("Somebody has decided already, or the reply was found meanwhile. Load the page again.")
    held.reply = reply
    return held, enquiry, reply
