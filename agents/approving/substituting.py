"""Standing in: who may be asked for a team when its supervisors are away or slow, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agents.access import Person, rights_of
from agents.models import Membership, Role, Substitution, User
from audit.ledger import record
from enquiries.models import Enquiry, Reply, Team

MOST_PAST = 20


class CannotStandIn(Exception):
    """This person cannot stand in like this. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Cover:
    """A team with who stands in for it now or later, and whether whoever looks may change that."""

    team: Team
    substitutions: list[Substitution]
    is_mine: bool


def teams_led_by(user: Person, organisation_id: int) -> QuerySet[Team]:
    """List the teams somebody names substitutes for: those they supervise, or all for an administrator."""
    teams = Team.objects.filter(organisation=organisation_id).order_by("name")
    if organisation_id in rights_of(user).administers:
        return teams
    return teams.filter(memberships__user=user.pk, memberships__role=Role.SUPERVISOR)


def supervisors_of(organisation_id: int) -> QuerySet[User]:
    """List who may stand in at all: the supervisors of the organisation who work here."""
    roles = Membership.objects.filter(user=OuterRef("pk"), organisation=organisation_id, role=Role.SUPERVISOR)
    return User.objects.filter(Exists(roles), is_active=True).order_by("name")


def covers(user: Person, organisation_id: int, *, now: datetime) -> list[Cover]:
    """List every team of the organisation with its substitutes of now and later."""
    mine = set(teams_led_by(user, organisation_id).values_list("pk", flat=True))
    coming = Substitution.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), team__organisation=organisation_id
    )
    by_team: dict[int, list[Substitution]] = {}
    for one in coming.select_related("user").order_by("starts_at", "pk"):
        by_team.setdefault(one.team_id, []).append(one)
    teams = Team.objects.filter(organisation=organisation_id).order_by("name")
    return [Cover(team=team, substitutions=by_team.get(team.pk, []), is_mine=team.pk in mine) for team in teams]


def late_replies(enquiries: QuerySet[Enquiry]) -> list[Reply]:
    """List what substitutes are asked about now, the longest first."""
    late = Reply.objects.filter(state=Reply.State.SUBMITTED, escalated_at__isnull=False, enquiry__in=enquiries)
    return list(late.select_related("enquiry__team").order_by("escalated_at", "pk")[:MOST_PAST])


@transaction.atomic
def stand_in(
    *,
    team: Team,
    user: User,
    starts_at: datetime,
    ends_at: datetime | None,
    only_when_late: bool,
    by_id: int,
    now: datetime,
) -> Substitution:
    """Let a supervisor of another team stand in for this one. Raises CannotStandIn with the reason."""
    Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if not supervisors_of(team.organisation_id).filter(pk=user.pk).exists():
        raise CannotStandIn(_("Only a supervisor of your organisation can stand in."))
    if Membership.objects.filter(user=user, team=team, role=Role.SUPERVISOR).exists():
        raise CannotStandIn(_("This person supervises the team already."))
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise CannotStandIn(_("The end has to lie after the beginning, and after now."))
    lasting = Substitution.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at), team=team, user=user)
    if ends_at is not None:
        lasting = lasting.filter(starts_at__lt=ends_at)
    if lasting.filter(only_when_late=only_when_late).exists():
        raise CannotStandIn(_("This person stands in for the team in that time already."))
    made = Substitution.objects.create(
        team=team, user=user, starts_at=starts_at, ends_at=ends_at, only_when_late=only_when_late
    )
    _note("substitution.begun", made, by_id, now)
    return made


@transaction.atomic
def end(*, substitution: Substitution, by_id: int, now: datetime) -> None:
    """Let somebody stand in no more, from now on. One that has not begun is taken away; one that is over stays as it was."""
    held = (
        Substitution.objects.select_for_update(of=("self",)).select_related("team").filter(pk=substitution.pk).first()
    )
    if held is None or (held.ends_at is not None and held.ends_at <= now):
        return
    _note("substitution.ended", held, by_id, now)
    if held.starts_at >= now:
        held.delete()
        return
    held.ends_at = now
    held.save(update_fields=["ends_at"])


def _note(verb: str, one: Substitution, by_id: int, now: datetime) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"substitution:{one.pk}",
        organisation_id=one.team.organisation_id,
        data={"team": one.team_id, "user": one.user_id, "only_when_late": one.only_when_late},
    )
