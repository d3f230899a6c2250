"""Who may see an enquiry: the one rule behind every list of the desk and every act of the services, read both ways.

From a person to what they see (`Sight`), and from an enquiry to the people who see it (`people_who_see`). The user model
has `memberships` (organisation, team, role) and `substitutions` (team, starts_at, ends_at, only_when_late).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Exists, Q, QuerySet

from enquiries.models import Enquiry, Reply

ADMIN, SUPERVISOR = "ADMIN", "SUPERVISOR"
Ids = tuple[int, ...]
MOST_PARTS = 12
"""Beyond so many teams, one look through all of them is the shorter way."""


class RoleRow(NamedTuple):
    """A role that somebody has. Administrators have it in no team."""

    organisation_id: int
    team_id: int | None
    role: str


class StandInRow(NamedTuple):
    """A team for which somebody stands in at this moment."""

    organisation_id: int
    team_id: int
    only_when_late: bool


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What somebody may see: the organisations they work for, those they administer whole, and their teams.

    `teams` holds those they stand in for, too; of `late_teams` they see only what waits too long for its approver.
    """

    organisations: frozenset[int]
    administers: frozenset[int]
    teams: frozenset[int]
    late_teams: frozenset[int] = frozenset()

    @property
    def elsewhere(self) -> frozenset[int]:
        """The organisations in which they see only their teams' enquiries and those without a team."""
        return self.organisations - self.administers

    @property
    def scope(self) -> dict[str, tuple[int, ...]]:
        """All of it as values for a prepared question; `sight_over` makes it sight again."""
        return {
            "administers": tuple(sorted(self.administers)),
            "elsewhere": tuple(sorted(self.elsewhere)),
            "teams": tuple(sorted(self.teams)),
            "late_teams": tuple(sorted(self.late_teams)),
        }

    def covers(self) -> Q:
        """Make the filter that every look at enquiries and accounts goes through."""
        ours = Q(organisation_id__in=self.organisations)
        return ours & (Q(organisation_id__in=self.administers) | Q(team_id__in=self.teams) | Q(team_id__isnull=True))

    def works_for(self, organisation_id: int, team_id: int | None) -> bool:
        """Say whether all that belongs to this team (None: to no team) of the organisation is theirs to see."""
        if organisation_id not in self.organisations:
            return False
        return team_id is None or team_id in self.teams or organisation_id in self.administers

    def parts(self) -> list[Q]:
        """Part what `covers` keeps, so that each part is one stretch of an index; none where that cannot be done."""
        if self.late_teams or len(self.teams) > MOST_PARTS:
            return []
        whole = [Q(organisation_id=one) for one in self.administers]
        return whole + [
            Q(team, organisation_id=one)
            for one in self.elsewhere
            for team in (Q(team_id__isnull=True), *(Q(team_id=team) for team in self.teams))
        ]

    def covers_enquiries(self) -> Q:
        """Make the filter for enquiries: `covers`, and what substitutes are asked about."""
        if not self.late_teams:
            return self.covers()
        asked = Q(team_id__in=self.late_teams, pk__in=_late_replies().values("enquiry_id"))
        return self.covers() | (Q(organisation_id__in=self.organisations) & asked)


def sight_over(*, administers: Ids, elsewhere: Ids, teams: Ids, late_teams: Ids) -> Sight:
    """Make the sight that a `scope` was taken from."""
    return Sight(
        organisations=frozenset((*administers, *elsewhere)),
        administers=frozenset(administers),
        teams=frozenset(teams),
        late_teams=frozenset(late_teams),
    )


def sight_of(roles: Iterable[RoleRow], stand_ins: Iterable[StandInRow]) -> Sight:
    """Add up what somebody's roles let them see. Only who supervises in an organisation stands in there."""
    held = list(roles)
    supervises = {role.organisation_id for role in held if role.role == SUPERVISOR}
    counting = [one for one in stand_ins if one.organisation_id in supervises]
    whole = frozenset(one.team_id for one in counting if not one.only_when_late)
    return Sight(
        organisations=frozenset(role.organisation_id for role in held),
        administers=frozenset(role.organisation_id for role in held if role.role == ADMIN),
        teams=frozenset(role.team_id for role in held if role.team_id) | whole,
        late_teams=frozenset(one.team_id for one in counting) - whole,
    )


def sight_at(user_id: int, *, now: datetime) -> Sight:
    """Read what somebody may see at `now`; nothing for who may not sign in. Three statements."""
    person: Any = get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()
    if person is None:
        return sight_of([], [])
    roles = person.memberships.values_list("organisation_id", "team_id", "role")
    stand_ins = person.substitutions.filter(standing_in(now=now))
    return sight_of(
        [RoleRow(*row) for row in roles],
        [StandInRow(*row) for row in stand_ins.values_list("team__organisation_id", "team_id", "only_when_late")],
    )


def standing_in(*, now: datetime, prefix: str = "") -> Q:
    """Keep the substitutions that hold at `now`: begun, and not over. `prefix` leads to them from another table."""
    begun = Q((f"{prefix}starts_at__lte", now))
    return begun & (Q((f"{prefix}ends_at__isnull", True)) | Q((f"{prefix}ends_at__gt", now)))


def people_who_see(enquiry: Enquiry, *, now: datetime) -> QuerySet[Any]:
    """List the active people who see this enquiry at `now`, by name: the same rule as `Sight`, from the other side."""
    here = Q(memberships__organisation_id=enquiry.organisation_id)
    if enquiry.team_id:
        late = Q(Exists(_late_replies().filter(enquiry_id=enquiry.pk)))
        asked = Q(substitutions__only_when_late=False) | late
        stands_in = Q(memberships__role=SUPERVISOR, substitutions__team_id=enquiry.team_id) & asked
        stands_in &= standing_in(now=now, prefix="substitutions__")
        here &= Q(memberships__team_id=enquiry.team_id) | Q(memberships__role=ADMIN) | stands_in
    return get_user_model()._default_manager.filter(here, is_active=True).distinct().order_by("name", "pk")


def _late_replies() -> QuerySet[Reply]:
    return Reply.objects.filter(state=Reply.State.SUBMITTED, escalated_at__isnull=False)
