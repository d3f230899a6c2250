"""Where an enquiry belongs and how much it presses: topic, team, priority."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Freeze, Team, Topic
from enquiries.services.families import hold
from enquiries.services.triage.handing_on import HandedOn, hand_on, judge_anew
from enquiries.services.triage.hands import let_go, require_claim
from enquiries.services.triage.telling import TriageRefused, tell


class CannotSort(TriageRefused):
    """That team or topic is none of this organisation's."""


@transaction.atomic
def sort(*, enquiry_id: int, topic: Topic | None, team: Team | None, by_id: int, now: datetime) -> None:
    """Set topic and team in one act. Raises what `set_topic` and `transfer` raise."""
    enquiry = hold(enquiry_id)
    _set_topic(enquiry, topic, by_id, now)
    _transfer(enquiry, team, by_id, now)


@transaction.atomic
def set_topic(*, enquiry_id: int, topic: Topic | None, by_id: int, now: datetime) -> None:
    """Say what it is about. Its team stays: only `transfer` moves it. Raises CannotSort."""
    _set_topic(hold(enquiry_id), topic, by_id, now)


@transaction.atomic
def transfer(*, enquiry_id: int, team: Team | None, by_id: int, now: datetime) -> HandedOn | None:
    """Move it to another team, out of the hands it was in. Clock and history go along. Raises HeldBySomebody, CannotSort.

    Returns what became of a reply that waited for approval; None where none did.
    """
    return _transfer(hold(enquiry_id), team, by_id, now)


@transaction.atomic
def set_priority(*, enquiry_id: int, priority: int, by_id: int, now: datetime) -> None:
    """Say how much it presses: one of Enquiry.Priority. The queue stays in the order of the time that is left."""
    enquiry = hold(enquiry_id)
    if enquiry.priority == priority:
        return
    before, enquiry.priority = enquiry.priority, Enquiry.Priority(priority)
    enquiry.save(update_fields=["priority"])
    tell("enquiry.priority_set", enquiry, by_id, now, before=before, priority=int(priority))


def _set_topic(enquiry: Enquiry, topic: Topic | None, by_id: int, now: datetime) -> None:
    if topic and topic.organisation_id != enquiry.organisation_id:
        raise CannotSort(_("That topic belongs to another organisation."))
    if enquiry.topic_id == (topic.pk if topic else None):
        return
    _stay_if_frozen(enquiry, now)
    before, enquiry.topic = enquiry.topic_id, topic
    enquiry.save(update_fields=["topic"])
    tell("enquiry.topic_set", enquiry, by_id, now, before=before, topic=enquiry.topic_id)
    judge_anew(enquiry, now=now)


def _stay_if_frozen(enquiry: Enquiry, now: datetime) -> None:
    """Keep a reply that a freeze of its topic holds from leaving by way of another topic."""
    if enquiry.topic_id is None or enquiry.state != Enquiry.State.POSTING:
        return
    live = Freeze.objects.filter(lifted_at__isnull=True, expires_at__gt=now, topic_id=enquiry.topic_id)
    if live.exists():
        raise CannotSort(
            _("A reply waits here because this topic stands still. Call the reply back, then change the topic.")
        )


def _transfer(enquiry: Enquiry, team: Team | None, by_id: int, now: datetime) -> HandedOn | None:
    if team and team.organisation_id != enquiry.organisation_id:
        raise CannotSort(_("That team belongs to another organisation."))
    if enquiry.team_id == (team.pk if team else None):
        return None
    require_claim(enquiry, by_id, now)
    before, enquiry.team = enquiry.team, team
    enquiry.save(update_fields=["team"])
    let_go(enquiry)
    tell("enquiry.transferred", enquiry, by_id, now, before=before.pk if before else None, team=enquiry.team_id)
    return hand_on(enquiry, before=before, by_id=by_id, now=now)
