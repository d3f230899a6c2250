"""What needs a person because a machine could not go on: postings, accounts, pick-ups, and payloads nobody could read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import Length

from enquiries.models import Attempt, ChannelAccount, Enquiry, Payload, Posting, PostingNotice, Reply
from enquiries.rules.text import clean

FAILING_TRIES = 3
"""So many pick-ups in a row have failed before somebody is told."""

PREVIEW_BYTES = 4_000
"""So much of an unreadable payload is shown."""

FOUND_BAD = {"lines": [{"verdict": "BAD"}]}
CAME_BACK = (PostingNotice.Kind.BOUNCED, PostingNotice.Kind.UNKNOWN_BOUNCE)
UNSETTLED = (Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON, Posting.State.FAILED)
URGENCY = Case(When(state=Posting.State.NEEDS_PERSON, then=0), When(state=Posting.State.FAILED, then=1), default=2)


@dataclass(frozen=True, kw_only=True)
class TroubleCounts:
    """How much of each waits for a person; counted in `queries.counts`."""

    postings: int
    accounts: int
    payloads: int
    notices: int
    moderations: int

    @property
    def total(self) -> int:
        """All of it together."""
        return self.postings + self.accounts + self.payloads + self.notices + self.moderations


def troubled_postings(enquiries: QuerySet[Enquiry]) -> QuerySet[Posting]:
    """Keep, of these enquiries, the postings that a person should know of."""
    return troubled().filter(reply__enquiry__in=enquiries)


def troubled() -> QuerySet[Posting]:
    """Postings that nobody can be sure of, and those not accepted that nothing has replaced since. Of everybody."""
    newer = Reply.objects.filter(enquiry=OuterRef("reply__enquiry"), pk__gt=OuterRef("reply")).exclude(
        state=Reply.State.WITHDRAWN
    )
    unsure = Q(state__in=[Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON])
    refused = Q(state=Posting.State.FAILED) & ~Q(reply__enquiry__state=Enquiry.State.CLOSED) & ~Exists(newer)
    # Said twice, so that the index of what is not settled answers however many are posted.
    return Posting.objects.filter(state__in=UNSETTLED).filter(unsure | refused)


def with_evidence(postings: QuerySet[Posting]) -> QuerySet[Posting]:
    """Add what is known about each: enquiry, version, author, approver and every attempt. Those for a person come first."""
    return (
        postings.select_related(
            "account", "reply__enquiry__citizen", "version__author", "approval__approver", "decided_by"
        )
        .prefetch_related(Prefetch("attempts_made", Attempt.objects.order_by("n")))
        .order_by(URGENCY, "pk")
    )


def troubled_accounts(accounts: QuerySet[ChannelAccount], *, now: datetime) -> QuerySet[ChannelAccount]:
    """Accounts with which something is wrong that a person has to know of.

    They may not send; their pick-up keeps failing, or may have missed something; a check-up found something bad; their
    token has run out; they are silent unlike themselves; or they went out of use with replies still waiting on them.
    """
    waiting = Posting.objects.filter(account=OuterRef("pk"), state__in=[Posting.State.QUEUED, Posting.State.UNKNOWN])
    sending = ~Q(halted_reason="") | Q(paused_until__gt=now)
    fetching = Q(pick_up__attempts__gte=FAILING_TRIES) & ~Q(pick_up__last_error="")
    missing = ~Q(pick_up__warning="") & Q(pick_up__isnull=False) | Q(standing__silent_since__isnull=False)
    unfit = Q(standing__checkup__contains=FOUND_BAD) | Q(standing__token_expires_at__lte=now)
    wrong = (sending | fetching | missing | unfit) & Q(is_active=True)
    troubled = accounts.filter(wrong | Exists(waiting) & Q(is_active=False))
    return troubled.select_related("pick_up", "standing", "organisation", "team").order_by("name", "pk")


def unseen_notices(enquiries: QuerySet[Enquiry], accounts: QuerySet[ChannelAccount]) -> QuerySet[PostingNotice]:
    """List what came back of these enquiries' replies, or of nobody knows which of these accounts, and nobody has seen."""
    waiting = PostingNotice.objects.filter(kind__in=CAME_BACK, seen_by__isnull=True)
    theirs = Q(posting__reply__enquiry__in=enquiries) | Q(posting__isnull=True, account__in=accounts)
    shown = waiting.filter(theirs).select_related("account", "posting__reply__enquiry__citizen", "posting__version")
    return shown.order_by("-pk")


def unreadable(accounts: QuerySet[ChannelAccount]) -> QuerySet[Payload]:
    """Payloads that were kept and could not be read, the newest first, with their `size` in bytes but not the bytes."""
    waiting = Payload.objects.filter(state=Payload.State.UNREADABLE, account__in=accounts)
    return waiting.select_related("account").defer("raw").annotate(size=Length("raw")).order_by("-pk")


def beginning_of(raw: bytes) -> str:
    """Give the beginning of something unreadable as text that can be shown."""
    return clean(raw[:PREVIEW_BYTES].decode("utf-8", "replace"))
