"""Who wrote what an event of the ledger tells of: to a machine nothing is promised, and the ledger tells only what arrived."""

from __future__ import annotations

from collections.abc import Iterable

from audit.models import Event
from enquiries.models import Message


def message_of(event: Event) -> int:
    """Give the number of the message that an event is about; 0 where it is about something else."""
    model, _, number = event.subject.partition(":")
    return int(number) if model == "message" and number.isdecimal() else 0


def who_wrote(events: Iterable[Event]) -> dict[int, bool]:
    """Say of each message that opened an enquiry whether a machine wrote it. Asks nothing where none was opened."""
    opening = {message_of(event) for event in events if event.verb == "enquiry.opened"} - {0}
    return dict(Message.objects.filter(pk__in=opening).values_list("pk", "automatic")) if opening else {}
