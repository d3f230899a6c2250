"""What stands still and what waits behind it, as the page of freezes shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from enquiries.models import Enquiry, Freeze, Posting

MOST_HELD = 50
MOST_PAST = 50


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """One freeze and how many replies it holds by itself: another one may hold the same."""

    freeze: Freeze
    held: int


def held_by(freeze: Freeze) -> QuerySet[Posting]:
    """List what would leave if this freeze were not there, the one that is due first at the beginning."""
    return Posting.objects.filter(_covered(freeze), state=Posting.State.QUEUED).order_by("due_at", "pk")


def _covered(freeze: Freeze) -> Q:
    theirs = {
        Freeze.Scope.EVERYTHING: Q(),
        Freeze.Scope.CHANNEL: Q(account__kind=freeze.kind),
        Freeze.Scope.ACCOUNT: Q(account_id=freeze.account_id),
        Freeze.Scope.TOPIC: Q(reply__enquiry__topic_id=freeze.topic_id),
    }[Freeze.Scope(freeze.scope)]
    return Q(account__organisation_id=freeze.organisation_id) & theirs


def standstills(freezes: Sequence[Freeze]) -> list[Standstill]:
    """Count what each of these freezes holds: one statement for each, and there are seldom more than two."""
    return [Standstill(freeze=each, held=held_by(each).values("reply_id").distinct().count()) for each in freezes]


def held_replies(freezes: Sequence[Freeze], enquiries: QuerySet[Enquiry]) -> list[Posting]:
    """List what these freezes hold of these enquiries, in the order in which it will leave: one posting for each reply."""
    if not freezes:
        return []
    covered = reduce(or_, map(_covered, freezes))
    held = Posting.objects.filter(covered, reply__enquiry__in=enquiries, state=Posting.State.QUEUED, route=0)
    people = held.select_related("account", "reply__enquiry", "version__author")
    return list(people.order_by("due_at", "pk")[:MOST_HELD])


def ended(organisation_id: int, *, now: datetime) -> list[Freeze]:
    """List the freezes that were lifted or ran out, the newest first."""
    over = Freeze.objects.filter(organisation_id=organisation_id).exclude(lifted_at__isnull=True, expires_at__gt=now)
    people = over.select_related("frozen_by", "lifted_by", "account", "topic")
    return list(people.order_by("-pk")[:MOST_PAST])
