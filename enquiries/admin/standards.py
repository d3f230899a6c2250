"""Standard answers in the admin, to be read: they are written and approved at the desk, where two people are needed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.administration import RecordAdmin
from enquiries.models import StandardAnswer, StandardAnswerUse, StandardAnswerVersion, StandardInsertion


@admin.register(StandardAnswer)
class StandardAnswerAdmin(RecordAdmin):
    """Which there are, whose they are, and until when they are right."""

    list_display = ("title", "organisation", "topic", "owner", "expires_on", "retired_at")
    list_filter = ("organisation",)
    list_select_related = ("organisation", "topic", "owner")
    search_fields = ("title", "source")
    ordering = ("organisation", "title")


@admin.register(StandardAnswerVersion)
class StandardAnswerVersionAdmin(RecordAdmin):
    """Every wording, and who let it be inserted."""

    list_display = ("answer", "n", "author", "created_at", "approved_by", "approved_at")
    list_select_related = ("answer", "author", "approved_by")
    search_fields = ("answer__title",)
    ordering = ("-id",)


@admin.register(StandardAnswerUse)
class StandardAnswerUseAdmin(RecordAdmin):
    """In which replies they stand, and how much of each was rewritten."""

    list_display = ("id", "standard", "enquiry", "changed", "used_at")
    list_select_related = ("standard__answer", "version__reply__enquiry")
    search_fields = ("=version__reply__enquiry__reference",)
    ordering = ("-id",)
    fields = ("standard", "enquiry", "changed", "used_at")
    readonly_fields = ("enquiry",)

    @admin.display(description=_("enquiry"))
    def enquiry(self, use: StandardAnswerUse) -> str:
        """Name the enquiry."""
        return use.version.reply.enquiry.reference


@admin.register(StandardInsertion)
class StandardInsertionAdmin(RecordAdmin):
    """Who took which words, and who took them although they had expired."""

    list_display = ("id", "standard", "enquiry", "author", "despite_expiry", "inserted_at")
    list_filter = ("despite_expiry",)
    list_select_related = ("standard__answer", "enquiry", "author")
    search_fields = ("=enquiry__reference",)
    ordering = ("-id",)
    fields = ("standard", "enquiry", "author", "despite_expiry", "inserted_at", "text")
