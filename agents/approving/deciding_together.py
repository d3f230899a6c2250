"""Several short replies for one sitting: which ones may be read side by side, and the same decision on each that was ticked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.http import Http404
from django.utils.translation import gettext as _

from agents.access import Person, reply_for, supervised_by
from enquiries.models import Endorsement, PolicyDecision, Reply, ReplyVersion
from enquiries.queries.approvals import Route, newest_inbound_ids, routes_of_many
from enquiries.rules.approval import ApprovalRefused
from enquiries.rules.workflow import IllegalMove
from enquiries.services import replies
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.replies import guarding

MOST = 20
LONGEST = 400
MOST_LOOKED_AT = 60
"""How many of those that wait are looked at: the guard reads each public one."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Short:
    """One short reply with what it answers and where it goes."""

    reply: Reply
    version: ReplyVersion
    routes: Sequence[Route]

    @property
    def key(self) -> str:
        """What the tick box carries: the reply and the hash of what is shown."""
        return f"{self.reply.pk}:{bytes(self.version.content_sha256).hex()}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one reply. `reference` is empty where it is not there for this person."""

    reference: str
    reply_id: int
    told: str
    is_approved: bool


def short_ones(waiting: Sequence[Reply], user: Person) -> list[Short]:
    """Keep the replies that can be read side by side: short, whole, to be sent at once, one person's word enough, no finds,
    not the person's own. Needs them as `waiting_for_approval` gives them.
    """
    near = [reply for reply in waiting if _is_simple(reply)][:MOST_LOOKED_AT]
    may = supervised_by(user, [reply.enquiry for reply in near])
    near = [reply for reply in near if reply.enquiry_id in may]
    versions = _versions_of(near, user)
    newest = newest_inbound_ids([reply.enquiry for reply in near])
    found: list[ReplyVersion] = []
    for reply in near:
        version = versions.get(reply.pk)
        if version is None or version.last_inbound_id < newest.get(reply.enquiry_id, 0):
            continue
        version.reply = reply
        if not guarding.finds_for(version):
            found.append(version)
        if len(found) == MOST:
            break
    places = routes_of_many([version.content for version in found])
    return [Short(reply=one.reply, version=one, routes=routes) for one, routes in zip(found, places, strict=True)]


def _is_simple(reply: Reply) -> bool:
    content = reply.written  # type: ignore[attr-defined]
    return (
        reply.purpose == Reply.Purpose.ANSWER
        and len(content["text"]) <= LONGEST
        and not content.get("not_before")
        and not content.get("quote")
        and not any("part" in route for route in content["routes"])
        and reply.first_id is None  # type: ignore[attr-defined]
    )


def _versions_of(near: Iterable[Reply], user: Person) -> dict[int, ReplyVersion]:
    """Give the newest version of each reply that this person wrote none of, and on which one person's word is enough."""
    ids = [reply.pk for reply in near]
    own = set(ReplyVersion.objects.filter(reply__in=ids, author_id=user.pk).values_list("reply_id", flat=True))
    newest = ReplyVersion.objects.filter(reply__in=ids).order_by("reply_id", "-n").distinct("reply_id")
    versions = {one.reply_id: one for one in newest.select_related("author") if one.reply_id not in own}
    asked = PolicyDecision.objects.filter(version__in=list(versions.values())).order_by("version_id", "-pk")
    two = {one.version_id for one in asked.distinct("version_id") if one.persons > 1}
    return {reply_id: version for reply_id, version in versions.items() if version.pk not in two}


def approve_each(ticked: Sequence[str], user: Person, *, now: datetime) -> list[Result]:
    """Approve each reply that was ticked, by its own hash; one that cannot be approved keeps none of the others."""
    return [_approve(each, user, now) for each in dict.fromkeys(ticked[:MOST])]


def _approve(key: str, user: Person, now: datetime) -> Result:
    place, _colon, sha256 = key.partition(":")
    number = int(place) if place.isdecimal() and len(place) < 19 else 0
    try:
        reply = reply_for(user, number)
    except Http404:
        return Result(reference="", reply_id=0, told=_("This reply is not there any more."), is_approved=False)
    try:
        made = replies.approve(reply_id=reply.pk, approver_id=user.pk or 0, seen_sha256=sha256, now=now)
    except (ApprovalRefused, SomebodyWasFaster) as refusal:
        return _result(reply, _(str(refusal)))
    except IllegalMove:
        return _result(reply, _("Somebody else has decided already."))
    except DatabaseError:
        # Whatever the database refused for one of them must not take the others along: each is its own transaction.
        _log.exception("approving one of several failed", extra={"reply": reply.pk})
        return _result(reply, _("It could not be approved just now. Open it and try again."))
    if isinstance(made, Endorsement):
        return _result(reply, _("Approved by you as the first of two. It waits for a second person."), is_approved=True)
    return _result(reply, _("Approved."), is_approved=True)


def _result(reply: Reply, told: str, *, is_approved: bool = False) -> Result:
    return Result(reference=reply.enquiry.reference, reply_id=reply.pk, told=told, is_approved=is_approved)
