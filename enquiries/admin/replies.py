"""What was said and by whose word it left, to be read: versions, approvals, returns, postings, attempts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.administration import RecordAdmin
from enquiries.models import Approval, Attempt, Posting, ReplyReturn, ReplyVersion


class HashedAdmin(RecordAdmin):
    """A record that carries the hash of what was approved."""

    @admin.display(description=_("hash of the content"))
    def sha256(self, row: Any) -> str:
        """Write the hash as people compare it."""
        return bytes(row.content_sha256).hex()


@admin.register(ReplyVersion)
class VersionAdmin(HashedAdmin):
    """Every wording, as it was kept."""

    list_display = ("id", "reply", "n", "author", "created_at", "sha256")
    list_select_related = ("author", "reply__enquiry")
    search_fields = ("=reply__enquiry__reference",)
    ordering = ("-id",)
    fields = ("reply", "n", "author", "created_at", "sha256", "content")
    readonly_fields = ("sha256",)

    @admin.display(description=_("reply"))
    def reply(self, version: ReplyVersion) -> str:
        """Name the reply by its enquiry."""
        return f"{version.reply.enquiry.reference} / {version.reply_id}"


@admin.register(Approval)
class ApprovalAdmin(HashedAdmin):
    """Who approved which version, and what was taken back."""

    list_display = ("id", "enquiry", "approver", "author", "decided_at", "revoked_at", "revoked_reason")
    list_select_related = ("approver", "author", "reply__enquiry")
    search_fields = ("=reply__enquiry__reference",)
    ordering = ("-id",)
    fields = ("enquiry", "version", "author", "approver", "decided_at", "sha256", "revoked_at", "revoked_reason")
    readonly_fields = ("sha256", "enquiry")

    @admin.display(description=_("enquiry"))
    def enquiry(self, approval: Approval) -> str:
        """Name the enquiry."""
        return approval.reply.enquiry.reference


@admin.register(ReplyReturn)
class ReturnAdmin(RecordAdmin):
    """What was sent back to its author, and why."""

    list_display = ("id", "version", "reason", "returned_by", "returned_at")
    list_filter = ("reason",)
    list_select_related = ("version", "returned_by")
    ordering = ("-id",)


@admin.register(Posting)
class PostingAdmin(HashedAdmin):
    """What left or tried to, with its proof. Decisions about it are made at the desk."""

    list_display = ("id", "enquiry", "account", "state", "attempts", "posted_at", "external_id")
    list_filter = ("state", "account")
    list_select_related = ("account", "reply__enquiry")
    search_fields = ("=reply__enquiry__reference", "=external_id")
    ordering = ("-id",)
    fields = (
        "enquiry",
        "account",
        "route",
        "key",
        "sha256",
        "state",
        "attempts",
        "due_at",
        "posted_at",
        "external_id",
        "permalink",
        "last_error",
        "fix",
        "decided_by",
    )
    readonly_fields = ("sha256", "enquiry")

    @admin.display(description=_("enquiry"))
    def enquiry(self, posting: Posting) -> str:
        """Name the enquiry."""
        return posting.reply.enquiry.reference


@admin.register(Attempt)
class AttemptAdmin(RecordAdmin):
    """Every try, written before the call and closed after it."""

    list_display = ("posting", "n", "worker", "started_at", "ended_at", "outcome", "detail")
    list_filter = ("outcome",)
    list_select_related = ("posting",)
    ordering = ("-id",)
