"""What we want to say: a reply, its immutable versions, who approved which one, and who sent it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from enquiries.models.enquiry import Enquiry, Message, SideChoice
from enquiries.rules.workflow import ReplyState


class Reply(models.Model):
    """Our answer to one message. It goes to the place that message came from, and nowhere else.

    `content` of a version holds all that leaves the building: text, subject, side, and the routes (account, target,
    recipient). Its hash is what gets approved.
    """

    class State(models.TextChoices):
        """Where a reply stands; the moves between are one table in `rules.workflow`."""

        DRAFT = ReplyState.DRAFT.value, _("Draft")
        SUBMITTED = ReplyState.SUBMITTED.value, _("Awaiting approval")
        RETURNED = ReplyState.RETURNED.value, _("Returned")
        APPROVED = ReplyState.APPROVED.value, _("Approved")
        POSTED = ReplyState.POSTED.value, _("Posted")
        FAILED = ReplyState.FAILED.value, _("Not delivered")
        WITHDRAWN = ReplyState.WITHDRAWN.value, _("Withdrawn")

    class Purpose(models.TextChoices):
        """What it does on the platform."""

        ANSWER = "ANSWER", _("Answer")
        POINTER = "POINTER", _("Invitation to write in private")
        PRIVATELY = "PRIVATELY", _("Private answer to public words")
        REPLACE = "REPLACE", _("Correction of our post")
        REMOVE = "REMOVE", _("Removal of our post")

        def side_of(self, side: str) -> str:
            """Say who will be able to read it, where what it answers stands on `side`: it stays there, but for one."""
            return SideChoice.PRIVATE.value if self.value == "PRIVATELY" else side

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="replies")
    answers = models.ForeignKey(Message, models.PROTECT, related_name="replies")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.ANSWER, db_default=Purpose.ANSWER)
    corrects = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="corrections")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)
    """When substitutes are asked, because the approver took half of what was left; null once that is done."""
    escalated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReplyState), name="reply_state_is_known"),
            models.CheckConstraint(
                condition=Q(purpose__in=["ANSWER", "POINTER", "PRIVATELY"], corrects__isnull=True)
                | Q(purpose__in=["REPLACE", "REMOVE"], corrects__isnull=False),
                name="a_correction_says_of_what",
            ),
            models.CheckConstraint(
                condition=Q(state="SUBMITTED") | Q(escalate_at__isnull=True), name="only_what_waits_escalates"
            ),
            models.UniqueConstraint(
                fields=["enquiry"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED", "APPROVED"]),
                name="one_reply_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["answers"],
                condition=Q(purpose="PRIVATELY") & ~Q(state__in=["WITHDRAWN", "FAILED"]),
                name="answered_privately_once",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(state="SUBMITTED"), name="reply_awaiting_approval"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="reply_escalates"),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"

    @property
    def side(self) -> str:
        """Who will be able to read it. Needs `answers`."""
        return Reply.Purpose(self.purpose).side_of(self.answers.side)


class HashField(models.BinaryField):  # type: ignore[type-arg]
    """A hash that the database computes: whoever inserts a row is told it at once. To migrations it is a BinaryField."""

    db_returning = True

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Name the field that migrations know."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options


class ReplyVersion(models.Model):
    """One wording, never changed. The database computes the hash of `content` and refuses any other."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = models.JSONField()
    content_sha256 = HashField(max_length=32, editable=False, default=b"")
    last_inbound = models.ForeignKey(Message, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "n"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["id", "reply", "author", "content_sha256"], name="version_as_approvals_point_at_it"
            ),
            models.CheckConstraint(condition=Q(n__gte=1), name="versions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"reply {self.reply_id} version {self.n}"

    @property
    def text(self) -> str:
        """The words themselves."""
        text: str = self.content["text"]
        return text


class Approval(models.Model):
    """The word for exactly one version: a second person's, or, without `approver`, the policy's `decision`. Never deleted.

    Author and hash are repeated here, so that a composite foreign key (see the migration) can hold them to the version.
    `acknowledged` lists the finds of the personal-data guard that the approver accepted, each as {kind, key}.
    """

    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="approvals")
    reply = models.ForeignKey(Reply, models.PROTECT, related_name="approvals")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content_sha256 = models.BinaryField(max_length=32)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.ForeignKey(
        "enquiries.PolicyDecision", models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    acknowledged = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    decided_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(approver=F("author")), name="nobody_approves_the_own_words"),
            models.CheckConstraint(
                condition=Q(approver__isnull=False) | Q(decision__isnull=False),
                name="approved_by_a_person_or_the_policy",
            ),
            models.UniqueConstraint(
                fields=["id", "version", "reply", "content_sha256"], name="approval_as_postings_point_at_it"
            ),
            models.UniqueConstraint(
                fields=["reply"], condition=Q(revoked_at__isnull=True), name="one_live_approval_per_reply"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="revoked_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"approval of version {self.version_id}"


class ReplyReturn(models.Model):
    """A version that was sent back to its author, with the reason: by a supervisor, or because something changed."""

    class Reason(models.TextChoices):
        """Why a reply came back."""

        FACT = "FACT", _("A fact is wrong")
        UNANSWERED = "UNANSWERED", _("The question is not answered")
        TONE = "TONE", _("Tone")
        PERSONAL_DATA = "PERSONAL_DATA", _("Personal data")
        NOT_OURS = "NOT_OURS", _("Not for us to answer")
        OTHER = "OTHER", _("Something else")
        CITIZEN_WROTE = "CITIZEN_WROTE", _("The citizen wrote again")
        PLATFORM = "PLATFORM", _("The platform did not accept it")
        TRANSFERRED = "TRANSFERRED", _("The enquiry went to another team")

    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="returns")
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.TextField(blank=True)
    serious = models.BooleanField(default=False, db_default=False)
    """Whether it costs the author the trust they had on this channel, at once."""
    returned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"return of version {self.version_id}: {self.reason}"
