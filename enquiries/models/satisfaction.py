"""What a citizen said of our answer when asked: one small question, once per answer, for the people who answer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.care import Note
from enquiries.models.enquiry import Enquiry
from enquiries.models.reply import Reply


class Satisfaction(models.Model):
    """Whether one answer that arrived helped the citizen who got it. `enquiry` is that of the message it answers.

    The score may be changed; each saying is in the ledger. The words are a note on the enquiry, of at most 1,000
    characters, and never public; `note` is the newest of them.
    """

    class Score(models.TextChoices):
        """How much it helped."""

        HELPED = "HELPED", _("It helped")
        PARTLY = "PARTLY", _("It helped in part")
        NOT_HELPED = "NOT_HELPED", _("It did not help")

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="satisfactions")
    reply = models.OneToOneField(Reply, models.PROTECT, related_name="satisfaction")
    score = models.CharField(max_length=10, choices=Score)
    note = models.OneToOneField(Note, models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__in=["HELPED", "PARTLY", "NOT_HELPED"]), name="satisfaction_score_is_known"
            ),
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True) | Q(changed_at__gte=F("said_at")),
                name="satisfaction_changes_after_it_was_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} for reply {self.reply_id}"
