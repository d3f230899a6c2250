"""How the postings of the demo ended, written down as the posting worker would have, without calling anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from enquiries.contract import Receipt, Side
from enquiries.models import Approval, Attempt, Posting
from enquiries.services.leaving import outcomes
from simulators.x.snowflake import floor_id

WORKER = "demo"
LEASE = timedelta(seconds=60)


def deliver(approval: Approval, *, serial: int, now: datetime) -> None:
    """Record that every route of an approved reply arrived."""
    for posting in _postings(approval):
        _take(posting, now)
        outcomes.posted(posting, receipt=_receipt(posting, serial, now), now=now + timedelta(seconds=1))


def fail(approval: Approval, *, now: datetime) -> None:
    """Record that the platform did not take it."""
    for posting in _postings(approval):
        _take(posting, now)
        outcomes.refused(
            posting,
            error="The post that this reply answers is not there any more.",
            fix="Close the enquiry, or answer the citizen in another way.",
            code="403",
            now=now + timedelta(seconds=1),
        )


def lose(approval: Approval, *, now: datetime, noticed_at: datetime) -> None:
    """Record that the answer got lost, and that half an hour later nobody could tell whether it is there."""
    for posting in _postings(approval):
        _take(posting, now)
        outcomes.uncertain(
            posting, error="The connection broke off after the text was sent.", look_at=noticed_at, now=now
        )
        outcomes.cannot_tell(posting, reason="The archive mailbox cannot be read.", now=noticed_at)


def _postings(approval: Approval) -> list[Posting]:
    return list(approval.postings.select_related("account", "version", "reply").order_by("route"))


def _take(posting: Posting, now: datetime) -> None:
    """Claim as the posting worker does: state, lease and attempt before anything else."""
    claimed = {"state": Posting.State.SENDING, "attempts": 1, "lease_owner": WORKER, "lease_until": now + LEASE}
    Posting.objects.filter(pk=posting.pk).update(**claimed)
    for name, value in claimed.items():
        setattr(posting, name, value)
    Attempt.objects.create(posting=posting, n=1, worker=WORKER, started_at=now)


def _receipt(posting: Posting, serial: int, now: datetime) -> Receipt:
    match posting.account.kind:
        case "x":
            number = str(floor_id(now) + serial)
            return Receipt(external_id=number, permalink=f"https://x.com/{posting.account.handle}/status/{number}")
        case "facebook" if posting.version.content["side"] == Side.PRIVATE:
            return Receipt(external_id=f"m_northwell{serial:06}.reply")
        case "facebook":
            number = f"1221000002_{int(now.timestamp())}{serial:04}"
            return Receipt(external_id=number, permalink=f"https://www.facebook.com/{number}")
        case "email":
            domain = posting.account.external_id.rpartition("@")[2]
            return Receipt(external_id=f"<{posting.key}@{domain}>", detail="250 2.0.0 OK")
    return Receipt(external_id=f"page:{posting.key}")
