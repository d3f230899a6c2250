"""What people do with an enquiry besides answering it: notes, merges, links, and texts that are still being written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.enquiry import Enquiry, Message
from enquiries.models.reply import Reply


class Note(models.Model):
    """Words among colleagues, or a citizen's for them. They never leave the building and are never changed."""

    class Kind(models.TextChoices):
        """Why it was written."""

        NOTE = "NOTE", _("Note")
        HAND_OVER = "HAND_OVER", _("Hand-over")
        TAKE_OVER = "TAKE_OVER", _("Taken over")
        WAITING = "WAITING", _("Waiting for the citizen")
        CITIZEN = "CITIZEN", _("On our answer")

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTE)
    text = models.TextField(max_length=5000)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_has_words")]
        indexes = [models.Index(fields=["enquiry", "created_at"], name="note_of_enquiry")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class Mention(models.Model):
    """A colleague named in a note, until they have read it."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="mentioned_once_per_note")]
        indexes = [models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="mention_unread")]

    def __str__(self) -> str:
        return f"{self.user_id} in note {self.note_id}"


class Merge(models.Model):
    """That one enquiry was put behind another, by whom, and when that was undone."""

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="merges")
    into = models.ForeignKey(Enquiry, models.PROTECT, related_name="+")
    same_person = models.BooleanField(default=False, db_default=False)
    """Whether somebody said that one person wrote both, so that one answer keeps both promises."""
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry"], condition=Q(undone_at__isnull=True), name="merged_into_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(enquiry=F("into")), name="never_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} into {self.into_id}"


class Link(models.Model):
    """Two enquiries that belong together and stay apart. `first` has the lower number."""

    class Reason(models.TextChoices):
        """Why they belong together."""

        RELATED = "RELATED", _("Related")
        SPLIT = "SPLIT", _("Split from it")

    first = models.ForeignKey(Enquiry, models.PROTECT, related_name="links_up")
    second = models.ForeignKey(Enquiry, models.PROTECT, related_name="links_down")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.RELATED)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    """Null where nobody linked them: one came by a mail that says to continue the other, and proves nothing."""
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="linked_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="link_has_one_direction"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} with {self.second_id}"


class DraftText(models.Model):
    """What one author has typed so far on one message, kept by itself: no act of anybody else touches it.

    The newest row (`n`) is what the author finds again; older ones are its history. `purpose` and `corrects` are those of
    the reply that it would become.
    """

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="draft_texts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft_texts")
    answers = models.ForeignKey(Message, models.PROTECT, related_name="+")
    purpose = models.CharField(
        max_length=10, choices=Reply.Purpose, default=Reply.Purpose.ANSWER, db_default=Reply.Purpose.ANSWER
    )
    corrects = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")
    n = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enquiry", "author", "n"], name="draft_text_number_once")]

    def __str__(self) -> str:
        return f"draft {self.n} of {self.author_id} on {self.enquiry_id}"


class MessageChange(models.Model):
    """What became of a message of ours after it was posted. The message itself keeps the old words."""

    class Kind(models.TextChoices):
        """What happened to it on the platform."""

        REPLACED = "REPLACED", _("Corrected")
        REMOVED = "REMOVED", _("Removed")

    message = models.ForeignKey(Message, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    posting = models.OneToOneField("enquiries.Posting", models.PROTECT, related_name="change")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} of message {self.message_id}"
