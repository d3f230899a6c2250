"""Who takes care of an enquiry: claim, release, topic and team, close and reopen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import Clock, Enquiry, Team, Topic
from enquiries.services import clocks
from enquiries.services.moves import SomebodyWasFaster, move
from enquiries.services.replies import current_reply


class CannotClose(Exception):
    """The enquiry has something under way. The message says what."""


@transaction.atomic
def claim(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Take an enquiry that is in nobody's hands. Raises SomebodyWasFaster."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
    if enquiry.assignee_id == by_id:
        return
    if enquiry.assignee_id:
        raise SomebodyWasFaster(_("Somebody else has taken this enquiry already."))
    enquiry.assignee_id = by_id
    enquiry.save(update_fields=["assignee"])
    if enquiry.state == Enquiry.State.NEW:
        move(enquiry, "claim")
    _note("enquiry.claimed", enquiry, by_id, now)


@transaction.atomic
def release(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Give an enquiry back to its team."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
    if enquiry.assignee_id is None:
        return
    enquiry.assignee_id = None
    enquiry.save(update_fields=["assignee"])
    _note("enquiry.released", enquiry, by_id, now)


@transaction.atomic
def sort(*, enquiry_id: int, topic: Topic | None, team: Team | None, by_id: int, now: datetime) -> None:
    """Set topic and team. Clock and history go along; another team takes it out of the hands it was in."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
    moved = enquiry.team_id != (team.pk if team else None)
    enquiry.topic, enquiry.team = topic, team
    if moved:
        enquiry.assignee = None
    enquiry.save(update_fields=["topic", "team", "assignee"])
    _note("enquiry.sorted", enquiry, by_id, now)


@transaction.atomic
def close(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Close an enquiry. Raises CannotClose while a reply waits or is on its way; its drafts stay readable."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
    if enquiry.state == Enquiry.State.CLOSED:
        return
    if enquiry.state in (Enquiry.State.AWAITING_APPROVAL, Enquiry.State.POSTING):
        raise CannotClose(_("A reply is waiting for approval or on its way. Close the enquiry when it has arrived."))
    reply = current_reply(enquiry)
    if reply:
        move(reply, "withdraw", submitted_at=None)
    move(enquiry, "close")
    clocks.stop_clock(enquiry=enquiry, now=now, answered=False)
    _note("enquiry.closed", enquiry, by_id, now)


@transaction.atomic
def reopen(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Open a closed enquiry again, with a promise of a next answer."""
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
    if enquiry.state != Enquiry.State.CLOSED:
        return
    move(enquiry, "reopen")
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=now)
    _note("enquiry.reopened", enquiry, by_id, now)


def _note(verb: str, enquiry: Enquiry, by_id: int, now: datetime) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"enquiry:{enquiry.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"team": enquiry.team_id, "topic": enquiry.topic_id},
    )
