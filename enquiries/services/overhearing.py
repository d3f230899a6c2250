"""What a monitor found: kept in a list of its own, as nobody's enquiry."""

from __future__ import annotations

from datetime import datetime

from enquiries.contract import InboundMessage, Parsed
from enquiries.models import ChannelAccount, Monitor, Overheard, Payload

NAMED = "monitor:"


def name_for(monitor: Monitor, external_id: str) -> str:
    """Name the payload of a post that a monitor found, apart from the same post as one that was written to us."""
    return f"{NAMED}{monitor.pk}:{external_id}"


def keep(*, payload: Payload, account: ChannelAccount, part: Parsed, now: datetime) -> str:
    """Keep a post that a monitor found. Returns the outcome in a word, for the payload."""
    if not isinstance(part, InboundMessage):
        return "nothing to hear"
    number = payload.external_id.removeprefix(NAMED).partition(":")[0]
    monitor = Monitor.objects.filter(account=account, pk=int(number) if number.isdecimal() else 0).first()
    if monitor is None:
        return "nobody listens any more"
    _heard, is_new = Overheard.objects.get_or_create(
        account=account,
        external_id=part.external_id[:300],
        defaults={
            "monitor": monitor,
            "author": {"id": part.author.external_id, "name": part.author.name, "handle": part.author.handle},
            "text": part.text.replace("\x00", ""),
            "permalink": part.permalink[:500],
            "language": part.language[:8],
            "occurred_at": min(part.occurred_at, now),
            "found_at": now,
            "answerable": part.answerable,
            "hindrance": part.hindrance[:300],
            "payload": payload,
        },
    )
    return "overheard" if is_new else "known"
