"""Raw first: the untouched bytes of everything that arrived, kept before anybody interprets them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.account import ChannelAccount
from worklist.models import DueRow


class Payload(DueRow):
    """What a webhook, a poll, a mail or a form brought. Unique per account and external identity.

    `blanked_at` is when words in `raw` were taken out that the platform has no more.
    RECEIVED is due to be read. READ led to messages or to nothing, `outcome` says which. UNREADABLE waits for a person.
    """

    class State(models.TextChoices):
        """How far the reading went."""

        RECEIVED = "RECEIVED", _("received")
        READ = "READ", _("read")
        UNREADABLE = "UNREADABLE", _("unreadable")

    class Source(models.TextChoices):
        """The way in."""

        WEBHOOK = "WEBHOOK", _("webhook")
        POLL = "POLL", _("pick-up")
        SMTP = "SMTP", _("mail receiver")
        FORM = "FORM", _("web form")
        API = "API", _("program")
        PART = "PART", _("part of another payload")
        MONITOR = "MONITOR", _("monitor")

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="payloads", db_index=False)
    source = models.CharField(max_length=10, choices=Source)
    external_id = models.CharField(max_length=200)
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    outcome = models.CharField(max_length=300, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.UniqueConstraint(fields=["account", "external_id"], name="payload_once"),
            models.CheckConstraint(condition=~Q(external_id=""), name="payload_has_identity"),
            models.CheckConstraint(
                condition=Q(state="READ", done_at__isnull=False) | (~Q(state="READ") & Q(done_at__isnull=True)),
                name="payload_read_is_done",
            ),
            models.CheckConstraint(
                condition=Q(state="UNREADABLE", parked_at__isnull=False) & ~Q(last_error="")
                | (~Q(state="UNREADABLE") & Q(parked_at__isnull=True)),
                name="payload_unreadable_is_parked_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="RECEIVED"), name="payload_due"),
            models.Index(fields=["-id"], condition=Q(state="UNREADABLE"), name="payload_unreadable"),
            models.Index(fields=["-id"], condition=Q(outcome__startswith="ignored: "), name="payload_set_aside"),
        ]

    def __str__(self) -> str:
        return f"payload {self.pk}"


class PayloadPlace(models.Model):
    """Where a payload lies on the other side (folder, validity and UID of a mail), so that one can see what was missed."""

    payload = models.ForeignKey(Payload, models.PROTECT, related_name="places")
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "place"], name="place_holds_one_payload")]

    def __str__(self) -> str:
        return self.place
