"""What every act of triage leaves behind: a line in the ledger, and words among colleagues where there are some."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from audit.ledger import record
from enquiries.models import Enquiry, Mention, Note
from enquiries.rules.text import clean

MOST_WORDS = 5000


class TriageRefused(Exception):
    """What was asked for is not possible now. The message says why and what to do, for the person who asked."""


def tell(verb: str, enquiry: Enquiry, by_id: int | None, now: datetime, **data: Any) -> None:
    """Write down an act on an enquiry. `data` holds ids, codes and counts only."""
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"enquiry:{enquiry.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data=data,
    )


def write_note(
    enquiry: Enquiry,
    text: str,
    *,
    kind: Note.Kind,
    by_id: int | None,
    now: datetime,
    for_ids: list[int] | None = None,
) -> Note | None:
    """Keep words for colleagues; `for_ids` are told. None where there are no words."""
    words = clean(text).strip()[:MOST_WORDS]
    if not words:
        return None
    note = Note.objects.create(enquiry=enquiry, author_id=by_id, kind=kind, text=words, created_at=now)
    Mention.objects.bulk_create([Mention(note=note, user_id=user_id) for user_id in dict.fromkeys(for_ids or [])])
    return note
