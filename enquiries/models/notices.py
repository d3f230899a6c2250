"""What is told after or beside a reply: how far it came, and the note by machine that a mail has arrived."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.account import ChannelAccount
from enquiries.models.enquiry import Enquiry
from enquiries.models.payload import Payload
from enquiries.models.posting import Posting
from enquiries.models.standard import StandardAnswerVersion
from worklist.models import DueRow


class PostingNotice(models.Model):
    """What a platform or mail server told of a posting after it had left. A bounce waits until somebody has seen it."""

    class Kind(models.TextChoices):
        """What was told."""

        DELIVERED = "DELIVERED", _("Delivered")
        READ = "READ", _("Read")
        DELAYED = "DELAYED", _("Delayed")
        BOUNCED = "BOUNCED", _("Not delivered")
        UNKNOWN_BOUNCE = "UNKNOWN_BOUNCE", _("A mail of ours was not delivered; nobody knows which")

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="posting_notices")
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="notices")
    kind = models.CharField(max_length=15, choices=Kind)
    code = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    payload = models.ForeignKey(Payload, models.PROTECT, related_name="+")
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="UNKNOWN_BOUNCE", posting__isnull=True)
                | Q(kind__in=["DELIVERED", "READ", "DELAYED", "BOUNCED"], posting__isnull=False),
                name="notice_is_of_a_posting",
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="notice_seen_by_somebody_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["posting", "kind", "code"], condition=Q(posting__isnull=False), name="notice_once"
            ),
            models.UniqueConstraint(
                fields=["payload"], condition=Q(posting__isnull=True), name="unknown_bounce_once_a_payload"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-id"],
                condition=Q(seen_by__isnull=True, kind__in=["BOUNCED", "UNKNOWN_BOUNCE"]),
                name="notice_unseen",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of posting {self.posting_id}"


class Acknowledgement(DueRow):
    """The note that a citizen's mail has arrived, once per enquiry: approved words, sent by the machine.

    The database counts them: at most three a day to one address, and never one to a machine or in public.
    """

    enquiry = models.OneToOneField(Enquiry, models.PROTECT, related_name="acknowledgement")
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="acknowledgements")
    recipient = models.CharField(max_length=320)
    text_version = models.ForeignKey(StandardAnswerVersion, models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(recipient=""), name="acknowledgement_goes_somewhere"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(done_at__isnull=False), name="acknowledgement_sent_is_done"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="acknowledgement_due"),
            models.Index(fields=["recipient", "-asked_at"], name="acknowledgement_to"),
        ]

    def __str__(self) -> str:
        return f"acknowledgement of enquiry {self.enquiry_id}"
