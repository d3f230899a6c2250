"""What a dry run of the policy shows to somebody: only examples that they may see, and how many more there are."""

from __future__ import annotations

from django.db.models import QuerySet

from enquiries.models import Enquiry, ReplyVersion
from enquiries.rules.policy import Decision
from enquiries.services.approving.policies import Tried

Example = tuple[ReplyVersion, int, Decision]
"""A version, by how many it was read then, and what would be asked for now."""


def examples_of(tried: Tried, visible: QuerySet[Enquiry]) -> tuple[list[Example], int]:
    """Give the examples of a dry run that are among `visible`, and how many are not."""
    ids = {version.reply.enquiry_id for version, _then, _now in tried.changed}
    seen: set[int] = set(visible.filter(pk__in=ids).values_list("pk", flat=True))
    examples = [row for row in tried.changed if row[0].reply.enquiry_id in seen]
    return examples, len(tried.changed) - len(examples)
