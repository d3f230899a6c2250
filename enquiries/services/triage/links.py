"""Enquiries that belong together and stay apart."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Link
from enquiries.queries.colleagues import may_see
from enquiries.services.families import hold_both
from enquiries.services.triage.telling import TriageRefused, tell


class CannotLink(TriageRefused):
    """These two cannot be linked."""


@transaction.atomic
def link(
    *, enquiry_id: int, other_id: int, by_id: int, now: datetime, reason: Link.Reason = Link.Reason.RELATED
) -> None:
    """Link two enquiries; both pages show it. Linking them again changes nothing. Raises CannotLink."""
    enquiry, other = hold_both(enquiry_id, other_id)
    if enquiry.pk == other.pk:
        raise CannotLink(_("That is this very enquiry. Give the reference of another one."))
    if enquiry.organisation_id != other.organisation_id or not may_see(user_id=by_id, enquiry=other, now=now):
        raise CannotLink(_("No enquiry that you may see has this reference."))
    first, second = sorted((enquiry, other), key=lambda one: one.pk)
    is_new = Link.objects.get_or_create(
        first=first, second=second, defaults={"reason": reason, "linked_by_id": by_id, "linked_at": now}
    )[1]
    if is_new:
        tell("enquiry.linked", enquiry, by_id, now, other=other.pk, reason=reason.value)
        tell("enquiry.linked", other, by_id, now, other=enquiry.pk, reason=reason.value)


@transaction.atomic
def unlink(*, enquiry_id: int, other_id: int, by_id: int, now: datetime) -> None:
    """Take a link away. The ledger keeps that there was one."""
    enquiry, other = hold_both(enquiry_id, other_id)
    first, second = sorted((enquiry.pk, other.pk))
    if Link.objects.filter(first_id=first, second_id=second).delete()[0]:
        tell("enquiry.unlinked", enquiry, by_id, now, other=other.pk)
        tell("enquiry.unlinked", other, by_id, now, other=enquiry.pk)


def linked_with(enquiry: Enquiry) -> list[tuple[Link, int]]:
    """List the links of an enquiry, each with the number of the other one."""
    links = [*enquiry.links_up.all(), *enquiry.links_down.all()]
    return [(one, one.second_id if one.first_id == enquiry.pk else one.first_id) for one in links]
