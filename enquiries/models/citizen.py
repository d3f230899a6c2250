"""Who asks: a citizen, and the identities under which the channels know them. Never matched across channels by machine."""

from __future__ import annotations

from django.db import models

from enquiries.models.organisation import Organisation
from enquiries.registry import kind_choices


class Citizen(models.Model):
    """A person who wrote to an organisation."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="citizens", db_index=False)
    name = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name or f"citizen {self.pk}"


class ChannelIdentity(models.Model):
    """A citizen as one channel knows them.

    `scope` is the page for numbers that count on one page only, else empty. Unique in the organisation: two messages at
    once make one identity.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20, choices=kind_choices)
    scope = models.CharField(max_length=200, blank=True, default="")
    external_id = models.CharField(max_length=320)
    handle = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "scope", "external_id"], name="identity_once_per_organisation"
            ),
            models.CheckConstraint(condition=~models.Q(external_id=""), name="identity_is_somebody"),
        ]

    def __str__(self) -> str:
        return self.name or self.handle or self.external_id
