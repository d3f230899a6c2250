"""What arrived and what became of it, to be read: payloads, enquiries, messages, clocks."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.administration import RecordAdmin
from enquiries.models import Clock, Enquiry, Message, Payload

SHOWN_BYTES = 4000


@admin.register(Payload)
class PayloadAdmin(RecordAdmin):
    """The untouched bytes of everything that arrived, cut for the screen."""

    list_display = ("id", "received_at", "account", "source", "state", "outcome", "last_error")
    list_filter = ("state", "source")
    list_select_related = ("account",)
    ordering = ("-id",)
    fields = (
        "account",
        "source",
        "external_id",
        "received_at",
        "state",
        "outcome",
        "last_error",
        "attempts",
        "due_at",
        "done_at",
        "parked_at",
        "size",
        "beginning",
    )
    readonly_fields = ("size", "beginning")

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        """Leave the bytes out of lists: one of them may be a mail of fifty megabytes."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("bytes"))
    def size(self, payload: Payload) -> int:
        """Count the bytes."""
        return len(payload.raw)

    @admin.display(description=_("beginning"))
    def beginning(self, payload: Payload) -> str:
        """Show the first bytes as text, escaped; what is no text is shown by its numbers."""
        return format_html("<pre>{}</pre>", bytes(payload.raw[:SHOWN_BYTES]).decode("utf-8", "backslashreplace"))


@admin.register(Enquiry)
class EnquiryAdmin(RecordAdmin):
    """Enquiries. Work on them happens at the desk."""

    list_display = ("reference", "kind", "state", "team", "topic", "opened_at", "due_at")
    list_filter = ("organisation", "kind", "state")
    list_select_related = ("team", "topic")
    search_fields = ("=reference",)
    ordering = ("-id",)


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """Messages in and out, as they were read or sent."""

    list_display = ("id", "enquiry", "direction", "side", "account", "occurred_at")
    list_filter = ("direction", "side")
    list_select_related = ("enquiry", "account")
    search_fields = ("=enquiry__reference", "=external_id")
    ordering = ("-id",)
    fields = (
        "enquiry",
        "account",
        "direction",
        "side",
        "external_id",
        "known_as",
        "thread_key",
        "author",
        "payload_id",
        "posting",
        "subject",
        "text",
        "reply_to",
        "permalink",
        "answerable",
        "hindrance",
        "automatic",
        "occurred_at",
        "recorded_at",
    )


@admin.register(Clock)
class ClockAdmin(RecordAdmin):
    """What was promised, and whether it was kept."""

    list_display = ("enquiry", "kind", "state", "started_at", "due_at", "stopped_at")
    list_filter = ("state", "kind")
    list_select_related = ("enquiry",)
    ordering = ("-id",)
