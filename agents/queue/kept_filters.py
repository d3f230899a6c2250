"""Which kept filters somebody sees: their own, and those that colleagues share with their teams."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from agents.access import Person, rights_of
from agents.models import SavedFilter
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.together import Asked, Row

MOST = 30
FILTER_COLUMNS = ("pk", "name", "query", "owner_id", "team__name")


def filters_for(user: Person) -> list[Row]:
    """Read them by name, with the names in `FILTER_COLUMNS`. Nobody has none."""
    if not user.pk:
        return []
    return _filters(user_id=user.pk, teams=tuple(sorted(rights_of(user).teams)))[0]


@PreparedTogether
def _filters(*, user_id: int, teams: tuple[int, ...]) -> list[Asked]:
    return [(_kept(user_id, teams).order_by("name", "pk")[:MOST], FILTER_COLUMNS)]


def kept_for(user: Person) -> QuerySet[SavedFilter]:
    """Keep the filters somebody may look through: their own and their teams'."""
    return _kept(user.pk, rights_of(user).teams)


def _kept(user_id: int | None, teams: Collection[int]) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(Q(owner=user_id) | Q(team__in=teams))
