"""One act on many enquiries, a batch at a time: what the desk's page and the door for programs both stand on.

What is meant (ticked, or all of a list up to the newest there was) and how far it is travel as a signed plan, so that
each request does one batch and none runs long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from django.core import signing
from django.db.models import Count, Max, QuerySet

from enquiries.models import Enquiry
from enquiries.services.triage.bulk import Act, Done, each

BATCH = 100
SAMPLE = 6
MOST_TICKED = 200
KEPT_FOR_SECONDS = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was asked for: the act, on which enquiries (ticked, or all of a query up to the newest there was), how far it is."""

    act: str
    is_all: bool
    query: str
    ids: list[int] = field(default_factory=list)
    upto: int = 0
    total: int = 0
    after: int = 0
    done: int = 0
    refused: dict[str, int] = field(default_factory=dict)


class NoPlan(Exception):
    """What was sent is no plan that we signed, or one of yesterday."""


def counted(plan: Plan, found: QuerySet[Enquiry]) -> Plan:
    """Take down how many there are now, and the newest of them: what arrives later is not meant."""
    now_there = found.aggregate(total=Count("pk"), upto=Max("pk"))
    return replace(plan, upto=now_there["upto"] or 0, total=now_there["total"])


def by_state(found: QuerySet[Enquiry]) -> list[tuple[str, int]]:
    """Count what is meant by state."""
    return list(found.order_by("state").values_list("state").annotate(n=Count("pk")))


def sample_of(found: QuerySet[Enquiry]) -> Sequence[Enquiry]:
    """Give the first few of what is meant, to show."""
    return list(found.select_related("citizen", "assignee", "team", "topic").order_by("pk")[:SAMPLE])


def next_batch(plan: Plan, found: QuerySet[Enquiry], act: Act) -> tuple[Plan, bool]:
    """Do the next hundred. Returns how far it is now, and whether that was the last of them."""
    rows = list(found.filter(pk__gt=plan.after).order_by("pk").values_list("pk", flat=True)[:BATCH])
    result = Done(done=plan.done, refused=plan.refused) + each(rows, act)
    gone_on = replace(plan, done=result.done, refused=result.refused, after=rows[-1] if rows else plan.after)
    return gone_on, len(rows) < BATCH


def signed(plan: Plan, *, salt: str) -> str:
    """Write a plan so that only we can have written it. `salt` says for whom."""
    return signing.dumps(asdict(plan), salt=salt)


def read(text: str, *, salt: str) -> Plan:
    """Read a plan of ours that is not older than a day. Raises NoPlan."""
    try:
        return Plan(**signing.loads(text, salt=salt, max_age=KEPT_FOR_SECONDS))
    except (signing.BadSignature, TypeError) as error:
        raise NoPlan from error
