"""What was asked about citizens' words in public: what waits for a second person, what failed, and how each message stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from enquiries.models import Enquiry, Moderation

STUCK_TRIES = 3
"""So many tries in a row have failed before somebody is told."""
ASKED = (
    *("pk", "message_id", "act", "state", "reason", "detail", "asked_by_id", "decided_by_id"),
    *("asked_by__name", "asked_by__email", "decided_by__name", "decided_by__email"),
)
"""What is read of `asked_last`."""


def asked_last(family: Sequence[int]) -> QuerySet[Any]:
    """Ask what was asked last about each message of these enquiries. Read `ASKED` of it."""
    here = Moderation.objects.filter(message__enquiry__in=family)
    return here.order_by("message_id", "-pk").distinct("message_id")


def by_message(rows: Iterable[Mapping[str, Any]]) -> dict[int, Moderation]:
    """Make of what `asked_last` told a Moderation for each message, with the names of its people."""
    return {row["message_id"]: _one(row) for row in rows}


def _one(row: Mapping[str, Any]) -> Moderation:
    people = get_user_model()
    one = Moderation(**{name: value for name, value in row.items() if "__" not in name})
    one.asked_by = people(pk=row["asked_by_id"], name=row["asked_by__name"], email=row["asked_by__email"])
    if row["decided_by_id"]:
        one.decided_by = people(pk=row["decided_by_id"], name=row["decided_by__name"], email=row["decided_by__email"])
    return one


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
