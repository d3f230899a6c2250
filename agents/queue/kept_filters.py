"""Which kept filters somebody sees: their own, and those that colleagues share with their teams."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from agents.access import Person, rights_of
from agents.models import SavedFilter
from enquiries.queries.together import Row

MOST = 30
FILTER_COLUMNS = ("pk", "name", "query", "owner_id", "team__name")


def filters_for(user: Person) -> QuerySet[SavedFilter, Row]:
    """List them by name, with the names in `FILTER_COLUMNS`. Nothing is read before somebody looks at the list."""
    return filters_of(user.pk, rights_of(user).teams)


def filters_of(user_id: int | None, teams: Collection[int]) -> QuerySet[SavedFilter, Row]:
    """List the filters of a person in these teams, as `filters_for` does; nobody has none."""
    ours = _kept(user_id, teams) if user_id else SavedFilter.objects.none()
    named: QuerySet[SavedFilter, Row] = ours.order_by("name", "pk").values(*FILTER_COLUMNS)[:MOST]
    return named


def kept_for(user: Person) -> QuerySet[SavedFilter]:
    """Keep the filters somebody may look through: their own and their teams'."""
    return _kept(user.pk, rights_of(user).teams)


def _kept(user_id: int | None, teams: Collection[int]) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(Q(owner=user_id) | Q(team__in=teams))
