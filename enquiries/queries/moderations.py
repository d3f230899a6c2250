"""What was asked about citizens' words in public: what waits for a second person, what failed, and how each message stands."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from enquiries.models import Enquiry, Moderation, PlatformChange

STUCK_TRIES = 3
"""So many tries in a row have failed before somebody is told."""
TOLD = ("pk", "act", "state", "reason", "detail", "last_error", "attempts", "asked_by_id")


def how_it_stands() -> Combinable:
    """Make the column that tells of a message what was asked last: a dict, or None. For `annotate` on messages."""
    asked = Moderation.objects.filter(message=OuterRef("pk")).order_by("-pk")
    names = {name: F(name) for name in TOLD}
    people = {"asked_by": F("asked_by__name"), "decided_by": F("decided_by__name")}
    return Subquery(asked.values(told=JSONObject(**names, **people))[:1])


def how_it_is_seen() -> Combinable:
    """Make the column that tells of a message what its platform said last: HIDDEN, SHOWN, GONE, or None."""
    told = PlatformChange.objects.filter(account=OuterRef("account"), root_id=OuterRef("root_id"))
    return Subquery(told.order_by("-occurred_at", "-pk").values("kind")[:1])


def waiting(enquiries: QuerySet[Enquiry]) -> QuerySet[Moderation]:
    """List what waits for a second person on these enquiries, what was asked first at the beginning."""
    return _with_all(_of(enquiries).filter(state=Moderation.State.ASKED)).order_by("asked_at", "pk")


def in_trouble(enquiries: QuerySet[Enquiry]) -> QuerySet[Moderation]:
    """List what was decided and is not done: refused by the platform and not asked again since, or tried in vain."""
    newer = Moderation.objects.filter(message=OuterRef("message"), pk__gt=OuterRef("pk"))
    refused = Q(state=Moderation.State.FAILED, message__blanked_at__isnull=True) & Q(~Exists(newer))
    refused &= ~Q(message__enquiry__state=Enquiry.State.CLOSED)
    stuck = Q(state=Moderation.State.QUEUED, attempts__gte=STUCK_TRIES)
    return _with_all(_of(enquiries).filter(refused | stuck)).order_by("-pk")


def _of(enquiries: QuerySet[Enquiry]) -> QuerySet[Moderation]:
    shown = Q(message__enquiry__in=enquiries) | Q(message__enquiry__merged_into__in=enquiries)
    return Moderation.objects.filter(shown)


def _with_all(rows: QuerySet[Moderation]) -> QuerySet[Moderation]:
    return rows.select_related(
        *("message__account", "message__author", "message__enquiry__citizen", "message__enquiry__team"),
        *("message__enquiry__assignee", "asked_by", "decided_by"),
    )
