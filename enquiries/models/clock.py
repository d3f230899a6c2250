"""What was promised: a clock per enquiry and kind, the next moment it must act, and what it did."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.enquiry import Enquiry


class Clock(models.Model):
    """A promise that runs in working time.

    `next_at` is the next moment at which the sweep must act (warn, then breach), null when nothing is left to do.
    Overdue is what a page computes from `due_at`, so that a dead sweep cannot hide it.
    """

    class Kind(models.TextChoices):
        """What is promised."""

        FIRST_ANSWER = "FIRST_ANSWER", _("First answer")
        NEXT_ANSWER = "NEXT_ANSWER", _("Next answer")

    class State(models.TextChoices):
        """Whether it runs."""

        RUNNING = "RUNNING", _("running")
        MET = "MET", _("kept")
        BROKEN = "BROKEN", _("answered too late")
        CANCELLED = "CANCELLED", _("closed without an answer")

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    working_minutes = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry"], condition=Q(state="RUNNING"), name="one_running_clock_per_enquiry"
            ),
            models.CheckConstraint(
                condition=Q(started_at__lte=F("warn_at"), warn_at__lte=F("due_at")), name="clock_warns_before_it_is_due"
            ),
            models.CheckConstraint(
                condition=Q(state="RUNNING", stopped_at__isnull=True)
                | (~Q(state="RUNNING") & Q(stopped_at__isnull=False, next_at__isnull=True)),
                name="clock_stopped_says_when",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_next")]

    def __str__(self) -> str:
        return f"{self.kind} of enquiry {self.enquiry_id}"


class ClockEvent(models.Model):
    """A warning or a breach, once per clock, at the exact moment it fell, not when the sweep came by."""

    class Kind(models.TextChoices):
        """What the clock did."""

        WARNED = "WARNED", _("warned")
        BREACHED = "BREACHED", _("promise broken")

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "kind"], name="clock_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} of clock {self.clock_id}"
