"""Which kept filters somebody sees: their own, and those that colleagues share with their teams."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from agents.access import Person, rights_of
from agents.models import SavedFilter

MOST = 30


def filters_for(user: Person) -> QuerySet[SavedFilter]:
    """List them by name. Nothing is read before somebody looks at the list."""
    shared = Q(team__in=rights_of(user).teams)
    return SavedFilter.objects.filter(Q(owner=user.pk) | shared).select_related("team").order_by("name", "pk")[:MOST]
