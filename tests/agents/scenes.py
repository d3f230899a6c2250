"""Things that have gone wrong or wait, as the desk's tests need them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from enquiries.contract import Receipt
from enquiries.models import Attempt, Enquiry, Message, Payload, Posting, PostingNotice
from enquiries.services.leaving import outcomes
from tests.people import NOON, City, approved, arrive, posting_of


def being_sent(city: City, kind: str = "x", *, now: datetime = NOON, **fields: Any) -> Posting:
    """An approved reply in a worker's hands."""
    return in_hands(posting_of(approved(city, arrive(city, kind, now=now, **fields), now=now)), now=now)


def in_hands(posting: Posting, *, now: datetime = NOON) -> Posting:
    """A posting in a worker's hands."""
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", attempts=1, lease_owner="w", lease_until=now + timedelta(minutes=1)
    )
    Attempt.objects.create(posting=posting, n=1, worker="w", started_at=now)
    posting.refresh_from_db()
    return posting


def unknown(city: City, **fields: Any) -> Posting:
    """A reply of which nobody knows whether it arrived."""
    posting = being_sent(city, **fields)
    outcomes.uncertain(posting, error="X did not answer within 15 seconds.", look_at=NOON, now=NOON)
    return posting


def for_a_person(city: City, **fields: Any) -> Posting:
    """A reply that only a person can judge."""
    posting = unknown(city, **fields)
    outcomes.cannot_tell(posting, reason="Two posts look like this reply.", now=NOON + timedelta(hours=1))
    posting.refresh_from_db()
    return posting


def refused(city: City, **fields: Any) -> Posting:
    """A reply that the platform does not take."""
    posting = being_sent(city, **fields)
    fix = "Shorten it, then submit it again."
    outcomes.refused(posting, error="X says it is too long.", fix=fix, code="186", now=NOON)
    return posting


def unreadable(city: City, raw: bytes = b"<script>alert(1)</script>\x00\xff") -> Payload:
    """Something that arrived and could not be read."""
    number = Payload.objects.count()
    payload = Payload.objects.create(
        account=city.accounts["x"],
        source="WEBHOOK",
        external_id=f"bad:{number}",
        raw=raw,
        received_at=NOON,
        due_at=NOON,
    )
    Payload.objects.filter(pk=payload.pk).update(state="UNREADABLE", parked_at=NOON, last_error="ValueError: no JSON")
    payload.refresh_from_db()
    return payload


def told_of(posting: Posting, kind: str = "BOUNCED", *, code: str = "", detail: str = "") -> PostingNotice:
    """Something that was told of a posting after it had left."""
    payload = Payload.objects.create(
        account=posting.account,
        source="POLL",
        external_id=f"told:{kind}:{posting.pk}",
        raw=b"Delivery report",
        received_at=NOON,
        due_at=NOON + timedelta(days=3650),
    )
    return PostingNotice.objects.create(
        account=posting.account, posting=posting, kind=kind, code=code, detail=detail, at=NOON, payload=payload
    )


def arrived(city: City, kind: str = "email", **fields: Any) -> Posting:
    """A reply that has arrived."""
    posting = being_sent(city, kind, **fields)
    outcomes.posted(posting, receipt=Receipt(external_id=f"sent-{posting.pk}"), now=NOON)
    posting.refresh_from_db()
    return posting


def came_back(city: City, **fields: Any) -> PostingNotice:
    """A mail of ours that came back."""
    return told_of(arrived(city, **fields), code="5.1.1", detail="No such user here.")


def address_of(message: Message | Enquiry, *, then: str = "") -> str:
    """The address of an enquiry's page."""
    enquiry = message.enquiry if isinstance(message, Message) else message
    return f"/desk/enquiries/{enquiry.reference}/{then}"
