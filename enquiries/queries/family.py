"""An enquiry and what was merged into it, as plain numbers: what belongs to them is found by index, however much there is.

Asked as a join with an "or", the same took the database through all messages and postings of everybody.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from enquiries.models import Enquiry
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.together import Asked


def with_family(enquiries: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    """Read the numbers of what was merged into each along with it, so that `family_of` need not ask."""
    merged = Enquiry.objects.filter(merged_into=OuterRef("pk")).values("pk")
    return enquiries.annotate(merged_ids=ArraySubquery(merged))


def family_of(enquiry: Enquiry) -> list[int]:
    """Give the enquiry's number and those of what was merged into it."""
    held = getattr(enquiry, "merged_ids", None)
    return [enquiry.pk, *(family_behind(enquiry.pk) if held is None else held)]


def family_behind(enquiry_id: int) -> list[int]:
    """Ask for the numbers of what was merged into an enquiry."""
    return [row["pk"] for row in _behind(enquiry_id=enquiry_id)[0]]


@PreparedTogether
def _behind(*, enquiry_id: int) -> list[Asked]:
    return [(Enquiry.objects.filter(merged_into=enquiry_id), ("pk",))]


def of_family(enquiry: Enquiry, name: str = "enquiry") -> Q:
    """Keep what belongs to an enquiry or to one that was merged into it; `name` is the way to the enquiry."""
    found: Any = family_of(enquiry)
    return Q(**{f"{name}__in": found})
