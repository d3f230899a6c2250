"""The audit trail in the admin: to be read, nothing else."""

from __future__ import annotations

from django.contrib import admin

from audit.administration import RecordAdmin
from audit.models import Event


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """Events, the newest first."""

    list_display = ("at", "verb", "subject", "actor_id", "organisation_id", "enquiry_id")
    list_filter = ("verb",)
    search_fields = ("=subject",)
    ordering = ("-id",)
