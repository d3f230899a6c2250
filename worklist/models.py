"""The columns that make a row due work, and the heartbeats by which one sees that somebody looks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DueRow(models.Model):
    """A row that somebody has to act on at `due_at`. Inherit it; the row itself is the work, there is no second list.

    Free: no lease. Leased: `lease_owner` works on it until `lease_until`; after that it is anybody's again.
    Done: `done_at`. Parked: tried too often, waits for a person, who finds it on a page with an owner.
    """

    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=(Q(lease_owner="") & Q(lease_until__isnull=True))
                | (~Q(lease_owner="") & Q(lease_until__isnull=False)),
                name="%(class)s_lease_has_owner_and_end",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(parked_at__isnull=True), name="%(class)s_done_or_parked_not_both"
            ),
        ]


class Heartbeat(models.Model):
    """The last time a sweep looked. A dead beat or worker shows here, and on the health page, within a minute."""

    name = models.CharField(max_length=50, primary_key=True)
    beaten_at = models.DateTimeField()
