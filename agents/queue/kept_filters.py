"""Which kept filters somebody sees: their own, and those that colleagues share with their teams."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from agents.access import Person, rights_of
from agents.models import SavedFilter
from enquiries.queries.together import Row

MOST = 30
FILTER_COLUMNS = ("pk", "name", "query", "owner_id", "team__name")


def filters_for(user: Person) -> QuerySet[SavedFilter, Row]:
    """List them by name, with the names in `FILTER_COLUMNS`. Nothing is read before somebody looks at the list."""
    named: QuerySet[SavedFilter, Row] = kept_for(user).order_by("name", "pk").values(*FILTER_COLUMNS)[:MOST]
    return named


def kept_for(user: Person) -> QuerySet[SavedFilter]:
    """Keep the filters somebody may look through: their own and their teams'."""
    return SavedFilter.objects.filter(Q(owner=user.pk) | Q(team__in=rights_of(user).teams))
