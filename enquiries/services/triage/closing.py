"""Ending an enquiry, and opening it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Clock, Enquiry, Reply
from enquiries.services import clocks
from enquiries.services.families import hold, hold_family
from enquiries.services.moves import move
from enquiries.services.triage.telling import TriageRefused, tell

SOON = timedelta(days=1)


class CannotClose(TriageRefused):
    """The enquiry has something under way, or is merged. The message says what."""


@transaction.atomic
def close(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Close an enquiry. Raises CannotClose while a reply waits or is on its way; its drafts stay readable."""
    enquiry = hold_family(enquiry_id)
    if enquiry.state == Enquiry.State.CLOSED:
        return
    if enquiry.merged_into_id:
        raise CannotClose(_("This enquiry is merged into another one. Close that one, or undo the merge first."))
    if enquiry.state in (Enquiry.State.AWAITING_APPROVAL, Enquiry.State.POSTING):
        raise CannotClose(_("A reply is waiting for approval or on its way. Close the enquiry when it has arrived."))
    for reply in Reply.objects.filter(enquiry=enquiry, state__in=[Reply.State.DRAFT, Reply.State.RETURNED]):
        move(reply, "withdraw", submitted_at=None)
    move(enquiry, "close", waiting_until=None, claimed_until=None)
    clocks.stop_clock(enquiry=enquiry, now=now, answered=False)
    tell("enquiry.closed", enquiry, by_id, now)


@transaction.atomic
def reopen(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Open a closed enquiry again, with a promise of a next answer. Raises CannotClose for one that is merged.

    Within a day of closing the promise that was cancelled runs on from its beginning: closing is no way to gain time.
    """
    enquiry = hold(enquiry_id)
    if enquiry.state != Enquiry.State.CLOSED:
        return
    if enquiry.merged_into_id:
        raise CannotClose(_("This enquiry is merged into another one. Open that one, or undo the merge first."))
    move(enquiry, "reopen")
    cancelled = enquiry.clocks.filter(state=Clock.State.CANCELLED, stopped_at__gte=now - SOON).order_by("pk").last()
    clocks.start_clock(
        enquiry=enquiry,
        kind=Clock.Kind(cancelled.kind) if cancelled else Clock.Kind.NEXT_ANSWER,
        started_at=cancelled.started_at if cancelled else now,
    )
    tell("enquiry.reopened", enquiry, by_id, now)
