"""Organisations, teams, topics, promises and closed days: what is set before the first enquiry arrives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.administration import ConfigurationAdmin
from enquiries.admin.belonging import BelongingForm
from enquiries.models import ClosedDay, Organisation, Promise, Team, Topic
from enquiries.registry import kind_choices


@admin.register(Organisation)
class OrganisationAdmin(ConfigurationAdmin):
    """The organisations of this installation. They are never deleted: everything belongs to one."""

    list_display = ("name", "slug", "reference_prefix", "time_zone", "working_days")
    search_fields = ("name", "slug")
    ordering = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """Say no."""
        return False


class OwnedAdmin(ConfigurationAdmin):
    """What belongs to an organisation and stays with it."""

    list_filter = ("organisation",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep a thing in its organisation once it exists: others point at both together."""
        return ("organisation",) if obj else ()


@admin.register(Team)
class TeamAdmin(OwnedAdmin):
    """The teams."""

    list_display = ("name", "organisation")
    search_fields = ("name",)
    list_select_related = ("organisation",)
    ordering = ("organisation", "name")


@admin.register(Topic)
class TopicAdmin(OwnedAdmin):
    """The topics, as the public form offers them."""

    form = BelongingForm
    list_display = ("name", "organisation", "team", "on_form", "position")
    list_select_related = ("organisation", "team__organisation")
    search_fields = ("name",)
    ordering = ("organisation", "position", "name")


class PromiseForm(BelongingForm):
    """A promise, with the channels to choose from."""

    channel = forms.ChoiceField(label=_("channel"), choices=kind_choices)


@admin.register(Promise)
class PromiseAdmin(OwnedAdmin):
    """How soon an answer is promised. A change counts for enquiries that arrive after it."""

    form = PromiseForm
    list_display = ("organisation", "channel", "working_minutes")
    list_select_related = ("organisation",)
    ordering = ("organisation", "channel")


@admin.register(ClosedDay)
class ClosedDayAdmin(OwnedAdmin):
    """Days on which nobody works, beyond the public holidays."""

    list_display = ("date", "name", "organisation")
    list_select_related = ("organisation",)
    ordering = ("-date",)
