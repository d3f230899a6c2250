"""Waiting for the citizen: an enquiry sleeps until its date, or until they write."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Clock, Enquiry, Note
from enquiries.services import clocks
from enquiries.services.families import earliest_due, hold
from enquiries.services.moves import move
from enquiries.services.triage.hands import require_claim
from enquiries.services.triage.telling import TriageRefused, tell, write_note

LONGEST = timedelta(days=366)
WAKE_BATCH = 200
MAY_WAIT = (Enquiry.State.OPEN, Enquiry.State.ANSWERED, Enquiry.State.WAITING)
WORKED_ON = (Enquiry.State.NEW, *MAY_WAIT)


class CannotWait(TriageRefused):
    """It is us who owe an answer, or the date is none to wake on."""


@transaction.atomic
def wait(*, enquiry_id: int, until: datetime, by_id: int, now: datetime, note: str = "") -> None:
    """Let an enquiry wait for its citizen until `until`; again sets another date. Raises CannotWait, HeldBySomebody."""
    enquiry = hold(enquiry_id)
    require_claim(enquiry, by_id, now)
    if not now < until <= now + LONGEST:
        raise CannotWait(_("Choose a day after today and within a year."))
    hindrance = why_not(enquiry, is_owed=earliest_due(enquiry.pk) is not None)
    if hindrance:
        raise CannotWait(hindrance)
    if enquiry.state == Enquiry.State.WAITING:
        enquiry.waiting_until = until
        enquiry.save(update_fields=["waiting_until"])
    else:
        move(enquiry, "wait", waiting_until=until)
    write_note(enquiry, note, kind=Note.Kind.WAITING, by_id=by_id, now=now)
    tell("enquiry.waits", enquiry, by_id, now, until=until.isoformat())


def why_not(enquiry: Enquiry, *, is_owed: bool) -> str:
    """Say why an enquiry cannot wait for its citizen; empty where it can. `is_owed`: a promise of ours is running."""
    if is_owed and enquiry.state in WORKED_ON:
        return _("The citizen still waits for us. Answer first; then the enquiry can wait for them.")
    if enquiry.merged_into_id or enquiry.state not in MAY_WAIT:
        return _("Only an enquiry that is open or answered can wait for its citizen.")
    return ""


@transaction.atomic
def wake(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Take an enquiry up again before its date. Nothing happens to one that does not wait."""
    enquiry = hold(enquiry_id)
    if enquiry.state == Enquiry.State.WAITING and not enquiry.merged_into_id:
        _wake(enquiry, by_id, now)


def wake_due(*, now: datetime) -> int:
    """Wake what has waited until its date, up to 200 enquiries. Returns how many."""
    sleeping = Enquiry.objects.filter(
        state=Enquiry.State.WAITING, waiting_until__lte=now, merged_into__isnull=True
    ).order_by("waiting_until", "pk")
    return sum(_wake_one(enquiry_id, now) for enquiry_id in list(sleeping.values_list("pk", flat=True)[:WAKE_BATCH]))


@transaction.atomic
def _wake_one(enquiry_id: int, now: datetime) -> bool:
    """Wake one of the sleeping, unless somebody holds its row: then the next sweep looks again."""
    free = Enquiry.objects.select_for_update(of=("self",), skip_locked=True)
    enquiry = free.filter(
        pk=enquiry_id, state=Enquiry.State.WAITING, waiting_until__lte=now, merged_into__isnull=True
    ).first()
    if enquiry is None:
        return False
    write_note(enquiry, _("The citizen has not written until this date."), kind=Note.Kind.WAITING, by_id=None, now=now)
    _wake(enquiry, None, now)
    return True


def _wake(enquiry: Enquiry, by_id: int | None, now: datetime) -> None:
    move(enquiry, "wake", waiting_until=None)
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=now)
    tell("enquiry.woken", enquiry, by_id, now)
