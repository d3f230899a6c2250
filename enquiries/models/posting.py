"""What leaves the building: one posting for each route of an approved reply, and every attempt at it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.account import ChannelAccount
from enquiries.models.reply import Approval, Reply, ReplyVersion
from enquiries.rules.workflow import PostingState
from worklist.models import DueRow


class Posting(DueRow):
    """One approved text on its way to one place. `route` is the number of its route in the version's content.

    The database lets it exist only under a live approval of exactly its content, once per reply and route, and lets it
    move only along `rules.workflow`. UNKNOWN is read back before anything is sent again.
    """

    class State(models.TextChoices):
        """Where a posting stands."""

        QUEUED = PostingState.QUEUED.value, _("Leaves soon")
        SENDING = PostingState.SENDING.value, _("Being sent")
        UNKNOWN = PostingState.UNKNOWN.value, _("Checking whether it arrived")
        POSTED = PostingState.POSTED.value, _("Posted")
        FAILED = PostingState.FAILED.value, _("Not accepted")
        CANCELLED = PostingState.CANCELLED.value, _("Called back")
        NEEDS_PERSON = PostingState.NEEDS_PERSON.value, _("A person has to look")

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="postings")
    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="postings")
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="postings")
    content_sha256 = models.BinaryField(max_length=32)
    route = models.PositiveSmallIntegerField(default=0)
    part = models.PositiveSmallIntegerField(null=True, blank=True)
    """Which part of a text in several parts it carries, from 1: it leaves only after the one before it has arrived."""
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="postings")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    external_id = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001 - null is "no proof yet"
    permalink = models.CharField(max_length=500, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    looked = models.PositiveSmallIntegerField(default=0)
    """How many clean read-backs in a row have not found it."""
    fix = models.CharField(max_length=300, blank=True)
    """What a person has to do, when FAILED or NEEDS_PERSON."""
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=PostingState), name="posting_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="POSTED", external_id__isnull=False, posted_at__isnull=False)
                | (~Q(state="POSTED") & Q(external_id__isnull=True, posted_at__isnull=True)),
                name="posted_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(state="SENDING", lease_until__isnull=False)
                | (~Q(state="SENDING") & Q(lease_until__isnull=True)),
                name="lease_only_while_sending",
            ),
            models.UniqueConstraint(
                fields=["reply", "route"],
                condition=~Q(state__in=["CANCELLED", "FAILED"]),
                name="one_live_posting_per_reply_and_route",
            ),
            models.UniqueConstraint(
                fields=["account", "external_id"], condition=Q(external_id__isnull=False), name="one_posting_per_post"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state__in=["QUEUED", "UNKNOWN"]), name="posting_due"),
            models.Index(fields=["lease_until"], condition=Q(state="SENDING"), name="posting_leased"),
            models.Index(fields=["state"], condition=Q(state__in=["NEEDS_PERSON", "FAILED"]), name="posting_trouble"),
            models.Index(
                fields=["reply"],
                condition=Q(state__in=["UNKNOWN", "NEEDS_PERSON", "FAILED"]),
                name="posting_unsettled",
            ),
        ]

    def __str__(self) -> str:
        return f"posting {self.pk}"


class Attempt(models.Model):
    """One try, written and committed before the call: the intent, and afterwards the evidence."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="attempts_made")
    n = models.PositiveIntegerField()
    worker = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["posting", "n"], name="attempt_number_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="attempt_ends_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.n} of posting {self.posting_id}"
