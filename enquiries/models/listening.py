"""Public posts that nobody addressed to us, but that the organisation may want to join."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.account import ChannelAccount
from enquiries.models.enquiry import Enquiry
from enquiries.models.payload import Payload
from worklist.models import DueRow


class Monitor(DueRow):
    """Words that an account listens for. Due when it is searched next; `cursor` is how far it was."""

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="monitors")
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("words"), max_length=512)
    is_active = models.BooleanField(_("in use"), default=True)
    every_seconds = models.PositiveIntegerField(_("seconds between searches"), default=300)
    cursor = models.JSONField(default=dict)
    succeeded_at = models.DateTimeField(null=True, blank=True)

    class Meta(DueRow.Meta):
        verbose_name, verbose_name_plural = _("monitor"), _("monitors")
        constraints = [
            *DueRow.Meta.constraints,
            models.UniqueConstraint(fields=["account", "name"], name="monitor_name_once"),
            models.CheckConstraint(condition=~Q(query=""), name="monitor_listens_for_something"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(is_active=True), name="monitor_due")]

    def __str__(self) -> str:
        return self.name


class Overheard(models.Model):
    """A public post that a monitor found. It is nobody's enquiry until somebody joins it, and is then kept as one.

    `author` is {"id", "name", "handle"}. Its words are emptied once it is gone on the platform. `payload` is what it
    came in: joining reads it once more, like any message that arrives.
    """

    class State(models.TextChoices):
        """What was made of it."""

        NEW = "NEW", _("New")
        JOINED = "JOINED", _("Joined")
        LEFT = "LEFT", _("Left alone")

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="overheard")
    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="overheard")
    external_id = models.CharField(max_length=300)
    author = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    permalink = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=8, blank=True)
    occurred_at = models.DateTimeField()
    found_at = models.DateTimeField()
    answerable = models.BooleanField(default=False)
    hindrance = models.CharField(max_length=300, blank=True)
    payload = models.ForeignKey(Payload, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    enquiry = models.ForeignKey(Enquiry, models.PROTECT, null=True, blank=True, related_name="overheard")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="overheard_once"),
            models.CheckConstraint(
                condition=Q(state="JOINED", enquiry__isnull=False) | Q(state__in=["NEW", "LEFT"], enquiry__isnull=True),
                name="overheard_joined_has_an_enquiry",
            ),
            models.CheckConstraint(
                condition=Q(state="NEW", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="NEW") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="overheard_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True) | Q(text="", author={}), name="overheard_gone_is_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-occurred_at", "-id"], condition=Q(state="NEW"), name="overheard_new")
        ]

    def __str__(self) -> str:
        return f"overheard {self.external_id}"
