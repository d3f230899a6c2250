"""How the admin behaves here: every change of the configuration is an event, and what is a record is only read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.ledger import record


class ConfigurationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Writes an event beside each entry of Django's own log: which fields, never what was written into them."""

    save_on_top = False
    show_full_result_count = False

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Note that something was added."""
        with transaction.atomic():
            _note("configuration.added", request, obj, message)
            return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Note what was changed."""
        with transaction.atomic():
            _note("configuration.changed", request, obj, message)
            return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[models.Model]) -> Any:
        """Note what is about to be deleted."""
        with transaction.atomic():
            for obj in queryset:
                _note("configuration.deleted", request, obj, [])
            return super().log_deletions(request, queryset)


class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows that nobody changes by hand, administrators included."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: records are written by what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: records stay as they were written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: records are kept."""
        return False


def _note(verb: str, request: HttpRequest, obj: models.Model, message: Any) -> None:
    record(
        verb=verb,
        now=timezone.now(),
        actor_id=request.user.pk,
        subject=f"{obj._meta.model_name}:{obj.pk}"[:60],
        organisation_id=_organisation_of(obj),
        data={"fields": _fields_of(message)},
    )


def _organisation_of(obj: models.Model) -> int | None:
    if obj._meta.model_name == "organisation":
        return int(obj.pk)
    found: int | None = getattr(obj, "organisation_id", None)
    return found


def _fields_of(message: Any) -> list[str]:
    """Read the names of fields out of Django's message: [{"changed": {"fields": [...], "name": ...}}]. No values."""
    parts: Sequence[Any] = message if isinstance(message, list) else []
    found: list[str] = []
    for part in parts:
        for what, details in part.items():
            inline = [f"{what} {details['name']}"] if "name" in details else []
            found += [str(name) for name in details.get("fields", [])] or inline
    return found
