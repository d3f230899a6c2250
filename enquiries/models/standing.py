"""How an account stands with its platform: what came and went, what is left of its allowance, whether it is in order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.account import ChannelAccount
from worklist.models import DueRow


class AccountStanding(DueRow):
    """What is known of an account beyond its configuration; due again when it is checked up next. Written by sweeps.

    `quota` are the platform's allowances as last told: [{"name", "limit", "remaining", "resets_at"}]. `checkup` is the
    last check-up: {"lines": [{"name", "verdict", "says", "fix"}]}. `rhythm` is how many messages an hour usually brings,
    168 numbers from Monday 0:00 UTC. `webhook_missed` counts what only the pick-up brought although webhooks live.
    """

    account = models.OneToOneField(ChannelAccount, models.CASCADE, related_name="standing")
    last_in_at = models.DateTimeField(null=True, blank=True)
    last_out_at = models.DateTimeField(null=True, blank=True)
    webhook_at = models.DateTimeField(null=True, blank=True)
    webhook_missed = models.PositiveIntegerField(default=0)
    subscribed_at = models.DateTimeField(null=True, blank=True)
    """When we last saw that the platform pushes to us; null where it does not."""
    lag_seconds = models.FloatField(null=True, blank=True)
    """The middle of what lay between writing and arriving, over the last hour with messages."""
    quota = models.JSONField(default=list)
    quota_at = models.DateTimeField(null=True, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checkup = models.JSONField(default=dict)
    rhythm = models.JSONField(default=list)
    silent_since = models.DateTimeField(null=True, blank=True)
    """Since when nothing came although something should have; null while all is as usual."""

    class Meta(DueRow.Meta):
        verbose_name, verbose_name_plural = _("standing"), _("standings")
        indexes = [models.Index(fields=["due_at"], name="standing_due")]

    def __str__(self) -> str:
        return f"standing of account {self.account_id}"


class AccountUse(models.Model):
    """What an account used of its platform on one day: calls, units of one kind, and their estimated price."""

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="uses")
    day = models.DateField()
    what = models.CharField(max_length=20)
    calls = models.PositiveIntegerField(default=0)
    units = models.PositiveIntegerField(default=0)
    micros = models.PositiveBigIntegerField(default=0)
    """Millionths of a US dollar."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day", "what"], name="use_once_a_day"),
            models.CheckConstraint(condition=~Q(what=""), name="use_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.what} of account {self.account_id} on {self.day}"
