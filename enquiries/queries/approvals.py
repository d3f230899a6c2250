"""What waits for a second pair of eyes, and one such reply with all that the decision needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery

from enquiries.models import ChannelAccount, Enquiry, Message, Reply, ReplyReturn, ReplyVersion

MOST_WAITING = 200


@dataclass(frozen=True, kw_only=True)
class Route:
    """One place to which a reply will go."""

    account: ChannelAccount
    recipient: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A reply as it waits. `compared` is the version that came back last, with `back` telling why; None when none did."""

    reply: Reply
    version: ReplyVersion
    authors: dict[int, str]
    compared: ReplyVersion | None
    back: ReplyReturn | None
    routes: list[Route]
    citizen_wrote_since: bool

    @property
    def sha256(self) -> str:
        """The hash of all that will leave, as the form carries it."""
        return bytes(self.version.content_sha256).hex()


def waiting_for_approval(enquiries: QuerySet[Enquiry]) -> list[Reply]:
    """List the submitted replies of these enquiries, least time left first, each with its `author_name`."""
    newest = ReplyVersion.objects.filter(reply=OuterRef("pk")).order_by("-n")
    return list(
        Reply.objects.filter(state=Reply.State.SUBMITTED, enquiry__in=enquiries)
        .annotate(author_name=Subquery(newest.values("author__name")[:1]))
        .select_related("enquiry__citizen", "enquiry__topic", "enquiry__team", "answers")
        .order_by(F("enquiry__due_at").asc(nulls_last=True), "submitted_at", "pk")[:MOST_WAITING]
    )


def proposal_of(reply: Reply) -> Proposal:
    """Read a reply with its versions, its last return and its routes."""
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
        compared=by_id[back.version_id] if back and back.version_id != newest.pk else None,
        back=back,
        routes=routes_of(newest.content),
        citizen_wrote_since=_newest_inbound_id(reply) > newest.last_inbound_id,
    )


def routes_of(content: dict[str, Any]) -> list[Route]:
    """Name every place that a version's content goes to."""
    accounts = ChannelAccount.objects.in_bulk([route["account"] for route in content["routes"]])
    return [Route(account=accounts[route["account"]], recipient=route["recipient"]) for route in content["routes"]]


def _newest_inbound_id(reply: Reply) -> int:
    said = Message.objects.filter(enquiry_id=reply.enquiry_id, direction=Message.Direction.IN, automatic=False)
    return said.order_by("-pk").values_list("pk", flat=True).first() or 0
