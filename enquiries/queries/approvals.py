"""What waits for a second pair of eyes, and one such reply with all that the decision needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from enquiries.models import (
    ChannelAccount,
    Endorsement,
    Enquiry,
    Message,
    PolicyDecision,
    Reply,
    ReplyReturn,
    ReplyVersion,
    StandardAnswerUse,
)
from enquiries.queries.family import of_family

MOST_WAITING = 200


@dataclass(frozen=True, kw_only=True)
class Route:
    """One place to which a reply will go."""

    account: ChannelAccount
    recipient: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A reply as it waits. `compared` is the wording it is read against: the one that came back last, with `back` telling
    why, or, where a supervisor changed it, the author's. `standing` is our post that a correction changes.
    """

    reply: Reply
    version: ReplyVersion
    authors: dict[int, str]
    compared: ReplyVersion | None
    back: ReplyReturn | None
    routes: list[Route]
    citizen_wrote_since: bool
    decision: PolicyDecision | None = None
    endorsement: Endorsement | None = None
    standing: Message | None = None
    standards: Sequence[StandardAnswerUse] = ()

    @property
    def parts(self) -> list[str]:
        """The texts of the parts in which it leaves; empty when it leaves as one."""
        return [route["text"] for route in self.version.content["routes"] if "part" in route]

    @property
    def places(self) -> list[Route]:
        """The places it goes to, each once, however many parts go there."""
        return list({(route.account.pk, route.recipient): route for route in self.routes}.values())

    @property
    def not_before(self) -> datetime | None:
        """The moment that was chosen for it; None for as soon as it may."""
        chosen = self.version.content.get("not_before")
        return datetime.fromisoformat(chosen) if chosen else None

    @property
    def is_second(self) -> bool:
        """Whether a first person has approved it, and a second is waited for."""
        return self.endorsement is not None

    @property
    def sha256(self) -> str:
        """The hash of all that will leave, as the form carries it."""
        return bytes(self.version.content_sha256).hex()


def waiting_for_approval(enquiries: QuerySet[Enquiry]) -> list[Reply]:
    """List the submitted replies of these enquiries, least time left first.

    Each has `author_name`, `author_id`, `buddy_id` (who reads along with the author), `first_name` and `first_id` (who
    approved it as the first of two), `asked_id` (whom they asked), and `written` (the content of the newest version).
    """
    newest = ReplyVersion.objects.filter(reply=OuterRef("pk")).order_by("-n")
    first = Endorsement.objects.filter(
        version__reply=OuterRef("pk"),
        version_id=Subquery(
            ReplyVersion.objects.filter(reply=OuterRef(OuterRef("pk"))).order_by("-n").values("pk")[:1]
        ),
    )
    return list(
        Reply.objects.filter(state=Reply.State.SUBMITTED, enquiry__in=enquiries)
        .annotate(
            author_name=Subquery(newest.values("author__name")[:1]),
            author_id=Subquery(newest.values("author_id")[:1]),
            buddy_id=Subquery(newest.values("author__buddy_pair__buddy_id")[:1]),
            written=Subquery(newest.values("content")[:1]),
            first_name=Subquery(first.values("by__name")[:1]),
            first_id=Subquery(first.values("by_id")[:1]),
            asked_id=Subquery(first.values("asked_id")[:1]),
        )
        .select_related(
            "enquiry__organisation",
            "enquiry__citizen",
            "enquiry__topic",
            "enquiry__team",
            "answers__author",
            "answers__account",
        )
        .order_by(F("enquiry__due_at").asc(nulls_last=True), "submitted_at", "pk")[:MOST_WAITING]
    )


def proposal_of(reply: Reply) -> Proposal:
    """Read a reply with its versions, its last return, its routes, and what the policy asked for."""
    versions = list(
        reply.versions.select_related("author").prefetch_related(
            Prefetch("returns", ReplyReturn.objects.select_related("returned_by").order_by("pk"))
        )
    )
    versions.sort(key=lambda version: version.n)
    newest = versions[-1]
    returns = sorted((back for version in versions for back in version.returns.all()), key=lambda back: back.pk)
    back = returns[-1] if returns else None
    by_id = {version.pk: version for version in versions}
    return Proposal(
        reply=reply,
        version=newest,
        authors={version.author_id: str(version.author) for version in versions},
        compared=_compared(versions, by_id[back.version_id] if back else None),
        back=back if back and back.version_id != newest.pk else None,
        routes=routes_of(newest.content),
        citizen_wrote_since=_newest_inbound_id(reply) > newest.last_inbound_id,
        decision=newest.decisions.order_by("-pk").first(),
        endorsement=newest.endorsements.select_related("by", "asked").first(),
        standing=Message.objects.filter(pk=reply.corrects_id).first() if reply.corrects_id else None,
        standards=list(newest.standards_used.select_related("standard__answer").order_by("pk")),
    )


def _compared(versions: list[ReplyVersion], returned: ReplyVersion | None) -> ReplyVersion | None:
    """Choose what the newest wording is read against: what came back, else the last words of another author."""
    newest = versions[-1]
    if returned and returned.pk != newest.pk:
        return returned
    return next((each for each in reversed(versions) if each.author_id != newest.author_id), None)


def routes_of(content: dict[str, Any]) -> list[Route]:
    """Name every place that a version's content goes to."""
    return routes_of_many([content])[0]


def routes_of_many(contents: Sequence[dict[str, Any]]) -> list[list[Route]]:
    """Name the places of several contents with one statement."""
    accounts = ChannelAccount.objects.in_bulk({route["account"] for each in contents for route in each["routes"]})
    return [
        [Route(account=accounts[route["account"]], recipient=route["recipient"]) for route in each["routes"]]
        for each in contents
    ]


def newest_inbound_ids(enquiries: Sequence[Enquiry]) -> dict[int, int]:
    """Give the number of the citizen's newest words for each enquiry and those merged into it, machines' notes left out."""
    ids = [enquiry.pk for enquiry in enquiries]
    members = Enquiry.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    said = Message.objects.filter(direction=Message.Direction.IN, automatic=False, outdated=False)
    family = said.filter(enquiry__in=members)
    root = Coalesce("enquiry__merged_into_id", "enquiry_id")
    return dict(
        family.annotate(root=root).order_by().values("root").annotate(newest=Max("pk")).values_list("root", "newest")
    )


def _newest_inbound_id(reply: Reply) -> int:
    said = Message.objects.filter(direction=Message.Direction.IN, automatic=False, outdated=False)
    said = said.filter(of_family(reply.enquiry))
    return said.order_by("-pk").values_list("pk", flat=True).first() or 0
