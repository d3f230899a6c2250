"""Why a reply is read by a person although the rules or the trust in its author would let it go: the ways around them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max, Q

from enquiries.models import Enquiry, Message, PolicyDecision, Reply, ReplyReturn, ReplyVersion
from enquiries.queries.judging import TOPIC_SET
from enquiries.rules import policy as rule
from enquiries.services.families import family_ids

CORRECTIONS = (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE)


def why_read(
    version: ReplyVersion, made: rule.Decision, *, by_id: int | None, owner_id: int | None, finds: int
) -> rule.Why | None:
    """Say why somebody has to read what `made` would let go; None when nothing speaks against it.

    `by_id` is who submits it (None: nobody new), `owner_id` whose policy it is, `finds` the guard's marks.
    """
    if finds:
        return rule.Why.FINDS
    if version.content["side"] == "PUBLIC" and version.content.get("attachments"):
        return rule.Why.FILES
    if by_id not in (None, version.author_id):
        return rule.Why.SUBMITTED_BY_ANOTHER
    if made.rule_n is not None and not made.by_trust and owner_id == version.author_id:
        return rule.Why.OWN_RULE
    if version.reply.purpose in CORRECTIONS:
        return rule.Why.CORRECTION
    return _seen_before(version)


def _seen_before(version: ReplyVersion) -> rule.Why | None:
    """Look at what became of the author's other tries since the enquiry was last answered."""
    reply, family = version.reply, family_ids(version.reply.enquiry_id)
    around = Q(version__reply__enquiry__in=family) | Q(version__reply__answers__enquiry__in=family)
    own = Q(version__reply=reply) | (around & Q(version__author=version.author_id) & _since_the_last_answer(family))
    if ReplyReturn.objects.filter(own, returned_by__isnull=False).exists():
        return rule.Why.RETURNED_BEFORE
    drawn = PolicyDecision.objects.filter(own, outcome=PolicyDecision.Outcome.HELD, draw__lt=F("percent") * 100)
    if drawn.exclude(version__reply__state=Reply.State.POSTED).exclude(version__reply=reply).exists():
        return rule.Why.DRAWN_BEFORE
    return None


def _since_the_last_answer(family: list[int]) -> Q:
    sent = Message.objects.filter(enquiry__in=family, direction=Message.Direction.OUT)
    last: datetime | None = sent.aggregate(last=Max("recorded_at"))["last"]
    return Q(version__created_at__gt=last) if last else Q()


def places_left(enquiry: Enquiry, left: Sequence[tuple[str, int | None]]) -> set[tuple[int | None, int | None]]:
    """List the topics and teams, as (topic, team), out of which the author took the enquiry: what holds there holds here.

    `left` are the moves that `judging_rows` read.
    """
    places: set[tuple[int | None, int | None]] = set()
    for verb, before in left:
        if before:
            places.add((before, enquiry.team_id) if verb == TOPIC_SET else (enquiry.topic_id, before))
    return places - {(enquiry.topic_id, enquiry.team_id)}
