"""Files on their way in and out: pictures that are fetched, what is scanned for viruses, and what leaves with a reply."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from enquiries.models.enquiry import Attachment, Message, random_token
from enquiries.models.organisation import Organisation
from worklist.models import DueRow


class MediaFetch(DueRow):
    """A picture or film of a message that lies on the platform, due to be fetched. `place` is its number in the message."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="media_fetches")
    place = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2000)
    media_type = models.CharField(max_length=100, blank=True)
    alt_text = models.CharField(max_length=1000, blank=True)
    attachment = models.OneToOneField(Attachment, models.SET_NULL, null=True, blank=True, related_name="fetched_by")

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.UniqueConstraint(fields=["message", "place"], name="media_once_a_place"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="media_fetch_due")]

    def __str__(self) -> str:
        return f"picture {self.place} of message {self.message_id}"


class FileScan(DueRow):
    """A file that is held until a scanner has looked into it. The verdict stands at the file."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="file_scan")

    class Meta(DueRow.Meta):
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="file_scan_due")]

    def __str__(self) -> str:
        return f"scan of file {self.attachment_id}"


class ReplyFile(models.Model):
    """A file that somebody put in for a reply, never changed. A version names it by token and hash in "attachments".

    It stays with the message it was put in for (`answers`): another enquiry or the other side never gets it. The database
    sets `is_named` when a version names it; from then on it is kept, what no version names is swept away after a time.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reply_files")
    answers = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="reply_files")
    token = models.CharField(max_length=40, unique=True, default=random_token)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    alt_text = models.CharField(max_length=1000, blank=True)
    stored = models.FileField(upload_to="reply-files/%Y/%m/")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    is_named = models.BooleanField(default=False, db_default=False)
    scan = models.CharField(
        max_length=12,
        choices=Attachment.Scan,
        default=Attachment.Scan.NOT_SCANNED,
        db_default=Attachment.Scan.NOT_SCANNED.value,
    )
    scanned_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(null=True, blank=True, db_default=Now())
    """When the scanner, where there is one, looks into it next; None: not again."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scan__in=["NOT_SCANNED", "CLEAN", "INFECTED"]), name="reply_file_scan_is_known"
            )
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], condition=Q(is_named=False), name="reply_file_of_nobody"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="reply_file_to_look_into"),
            models.Index(fields=["id"], condition=Q(scan="INFECTED"), name="reply_file_withheld"),
        ]

    def __str__(self) -> str:
        return self.name
