"""The wording of a reply that counts, with all that decides whether it may go on, read in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery

from enquiries.models import Endorsement, Message, PolicyDecision, Reply, ReplyVersion
from enquiries.queries.family import family_of
from enquiries.queries.prepared import Prepared


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The newest version of a reply, who wrote any of its versions, and who gave the first of two words for this one.

    `newest_inbound_id` is of the citizen's newest message; `decision_id` and `persons` are what the policy said last, if asked.
    """

    version: ReplyVersion
    author_ids: Collection[int]
    endorsed_by: Collection[int]
    newest_inbound_id: int
    decision_id: int | None
    persons: int


def wording_of(reply: Reply) -> Wording | None:
    """Read it; None before the first. Needs `enquiry` loaded, and, to be held to, reply and enquiry locked."""
    found: list[Any] = _newest(reply_id=reply.pk, family=tuple(family_of(reply.enquiry)))
    if not found:
        return None
    version = found[0]
    version.reply = reply
    return Wording(
        version=version,
        author_ids=set(version.author_ids),
        endorsed_by=set(version.endorsed_by),
        newest_inbound_id=version.newest_inbound_id,
        decision_id=version.decision_id,
        persons=version.persons or 0,
    )


@Prepared
def _newest(*, reply_id: int, family: tuple[int, ...]) -> QuerySet[ReplyVersion]:
    decided = PolicyDecision.objects.filter(version=OuterRef("pk")).order_by("-pk")
    return (
        ReplyVersion.objects.filter(reply=reply_id)
        .annotate(
            author_ids=ArraySubquery(ReplyVersion.objects.filter(reply=OuterRef("reply")).values("author_id")),
            endorsed_by=ArraySubquery(Endorsement.objects.filter(version=OuterRef("pk")).values("by_id")),
            newest_inbound_id=Subquery(newest_inbound_in(family).values("pk")[:1]),
            decision_id=Subquery(decided.values("pk")[:1]),
            persons=Subquery(decided.values("persons")[:1]),
        )
        .order_by("-n")[:1]
    )


def newest_inbound_in(family: tuple[int, ...]) -> QuerySet[Message]:
    """Order the citizens' messages of a family so that the newest words come first; a machine's notes and
    wordings that came late, when newer ones were here, come behind them."""
    said = Message.objects.filter(enquiry__in=family, direction=Message.Direction.IN)
    return said.order_by("automatic", "outdated", "-pk")
