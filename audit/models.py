"""One kind of row: an event. The database refuses to change or delete it."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """Something that happened. No citizen's words and no secret in here: ids, codes and counts only.

    `actor_id` is a user's id or null for the machine. It is a number and not a foreign key, so that the ledger outlives
    what it tells of and needs to know nobody. `subject` is "model:id".
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    enquiry_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(verb=""), name="event_has_a_verb")]
        indexes = [
            models.Index(fields=["enquiry_id", "id"], name="event_of_enquiry"),
            models.Index(fields=["verb", "-id"], name="event_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
