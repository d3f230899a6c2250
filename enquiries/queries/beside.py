"""A count that stands beside other sums in one statement, so that all of them see one state of the tables."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def number_of(rows: QuerySet[Any]) -> Any:
    """Make the aggregate that counts `rows`, whatever table the statement itself is about."""
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    # An aggregate of nothing makes Django take the rest for one.
    return Count("pk", filter=Q(pk__isnull=True)) + Coalesce(Subquery(counted), 0, output_field=BigIntegerField())
