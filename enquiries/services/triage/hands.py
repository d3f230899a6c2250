"""In whose hands an enquiry is: taking, assigning, taking over with a reason, giving back with a note.

A claim is active until `claimed_until`; then only the assignee may submit a reply. It is renewed by what the assignee
does, and once it ran out anybody may take the enquiry. Being assigned is no claim: it starts with the first act.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Note
from enquiries.queries.colleagues import may_see, name_of
from enquiries.services.families import hold
from enquiries.services.moves import SomebodyWasFaster, move
from enquiries.services.triage.telling import TriageRefused, tell, write_note

RENEW_AFTER = timedelta(minutes=1)
"""A claim that was renewed less than this ago is not written again: drafts are saved every few seconds."""


class HeldBySomebody(SomebodyWasFaster):
    """Somebody else has an active claim. The message says who and until when."""


class NeedsReason(TriageRefused):
    """Whoever takes something out of another's hands says why."""


class CannotAssign(TriageRefused):
    """That person may not see the enquiry."""


def is_claimed(enquiry: Enquiry, *, now: datetime) -> bool:
    """Say whether the assignee alone may submit at this moment."""
    return enquiry.claimed_until is not None and enquiry.claimed_until > now


def require_claim(enquiry: Enquiry, by_id: int, now: datetime) -> None:
    """Let pass who may submit a reply to this enquiry. Raises HeldBySomebody; call with the enquiry held."""
    if not is_claimed(enquiry, now=now) or enquiry.assignee_id == by_id:
        return
    assert enquiry.claimed_until is not None  # noqa: S101 - for the type checker
    until = enquiry.claimed_until.astimezone(ZoneInfo(enquiry.organisation.time_zone))
    raise HeldBySomebody(
        _("%(name)s has this enquiry until %(time)s. Ask them, or take it over and say why.")
        % {"name": name_of(enquiry.assignee_id), "time": formats.time_format(until, "H:i")}
    )


def take(enquiry: Enquiry, by_id: int, now: datetime) -> None:
    """Take what nobody has, and renew what is one's own: called by every act of writing, with the enquiry held.

    An enquiry that is assigned to somebody else stays with them: a colleague who helps out does not take it away.
    """
    if enquiry.assignee_id not in (None, by_id):
        return
    _put_in_hands(enquiry, by_id, now)


@transaction.atomic
def claim(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Take an enquiry that nobody holds; one's own is renewed. Raises HeldBySomebody."""
    enquiry = hold(enquiry_id)
    require_claim(enquiry, by_id, now)
    _put_in_hands(enquiry, by_id, now)


@transaction.atomic
def renew(*, enquiry_id: int, by_id: int, now: datetime) -> bool:
    """Prolong one's own claim while one works. False where it is not one's own; nothing changes then."""
    enquiry = hold(enquiry_id)
    if enquiry.assignee_id != by_id:
        return False
    _put_in_hands(enquiry, by_id, now)
    return True


@transaction.atomic
def assign(*, enquiry_id: int, to_id: int, by_id: int, now: datetime) -> None:
    """Put an enquiry into a colleague's hands. Raises CannotAssign, or HeldBySomebody while a third person holds it."""
    enquiry = hold(enquiry_id)
    if not may_see(user_id=to_id, enquiry=enquiry, now=now):
        raise CannotAssign(_("That colleague is not in the team of this enquiry. Move it to their team first."))
    if enquiry.assignee_id == to_id:
        return
    require_claim(enquiry, by_id, now)
    before = enquiry.assignee_id
    if to_id == by_id:
        _put_in_hands(enquiry, by_id, now)
        return
    _set_hands(enquiry, to_id, None)
    tell("enquiry.assigned", enquiry, by_id, now, to=to_id, before=before)


@transaction.atomic
def take_over(*, enquiry_id: int, by_id: int, reason: str, now: datetime) -> None:
    """Take an enquiry out of a colleague's hands. They see the reason, and what they wrote stays theirs. Raises NeedsReason."""
    enquiry = hold(enquiry_id)
    before = enquiry.assignee_id
    if before in (None, by_id):
        _put_in_hands(enquiry, by_id, now)
        return
    if not reason.strip():
        raise NeedsReason(_("Say why you take it over: %(name)s will read it.") % {"name": name_of(before)})
    _set_hands(enquiry, by_id, _until(enquiry, now))
    _start(enquiry)
    write_note(enquiry, reason, kind=Note.Kind.TAKE_OVER, by_id=by_id, now=now, for_ids=[before])
    tell("enquiry.taken_over", enquiry, by_id, now, before=before)


@transaction.atomic
def release(*, enquiry_id: int, by_id: int, now: datetime, note: str = "") -> None:
    """Give an enquiry back to its team, with a word for whoever goes on. Raises HeldBySomebody: others take over instead."""
    enquiry = hold(enquiry_id)
    if enquiry.assignee_id is None:
        return
    require_claim(enquiry, by_id, now)
    before = enquiry.assignee_id
    _set_hands(enquiry, None, None)
    write_note(enquiry, note, kind=Note.Kind.HAND_OVER, by_id=by_id, now=now)
    tell("enquiry.released", enquiry, by_id, now, before=before)


def let_go(enquiry: Enquiry) -> None:
    """Take a held enquiry out of all hands, without a word."""
    _set_hands(enquiry, None, None)


def _put_in_hands(enquiry: Enquiry, by_id: int, now: datetime) -> None:
    """Give somebody an active claim, and tell it when it was not theirs before."""
    before, until = enquiry.assignee_id, _until(enquiry, now)
    if before == by_id and enquiry.claimed_until and until - enquiry.claimed_until < RENEW_AFTER:
        return
    is_new = before != by_id or enquiry.state == Enquiry.State.NEW
    if enquiry.state == Enquiry.State.NEW:
        move(enquiry, "claim", assignee_id=by_id, claimed_until=until)
    else:
        _set_hands(enquiry, by_id, until)
    if is_new:
        tell("enquiry.claimed", enquiry, by_id, now, before=before)


def _until(enquiry: Enquiry, now: datetime) -> datetime:
    return now + timedelta(minutes=enquiry.organisation.claim_minutes)


def _set_hands(enquiry: Enquiry, assignee_id: int | None, until: datetime | None) -> None:
    enquiry.assignee_id, enquiry.claimed_until = assignee_id, until
    enquiry.save(update_fields=["assignee", "claimed_until"])


def _start(enquiry: Enquiry) -> None:
    if enquiry.state == Enquiry.State.NEW:
        move(enquiry, "claim")
