"""Answers that are kept for many: each with an owner, an end, versions, and somebody who approved the words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.enquiry import Enquiry
from enquiries.models.organisation import Organisation, Topic
from enquiries.models.reply import ReplyVersion


class StandardAnswer(models.Model):
    """An answer to a question that many ask. Its words are in its versions; `expires_on` is when they are doubted."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="standard_answers")
    title = models.CharField(_("title"), max_length=150)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, verbose_name=_("topic"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    expires_on = models.DateField(_("to be looked at by"))
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title"], condition=Q(retired_at__isnull=True), name="standard_title_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class StandardAnswerVersion(models.Model):
    """The words, for each channel and language, never changed. The newest approved one is what people insert.

    `texts` is {channel kind or "any": {language: text}}; placeholders are those of `enquiries.rules.placeholders`.
    """

    answer = models.ForeignKey(StandardAnswer, models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField()
    texts = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "n"], name="standard_version_once"),
            models.CheckConstraint(condition=~Q(author=F("approved_by")), name="standard_is_approved_by_another"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="standard_approval_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} version {self.n}"


class StandardAnswerUse(models.Model):
    """That a version of a standard answer went into a reply. `changed` is how much of it was rewritten, 0 to 100."""

    standard = models.ForeignKey(StandardAnswerVersion, models.PROTECT, related_name="uses")
    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="standards_used")
    changed = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard", "version"], name="standard_used_once_per_version"),
            models.CheckConstraint(condition=Q(changed__lte=100), name="changed_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} in version {self.version_id}"


class StandardInsertion(models.Model):
    """That somebody put a standard answer into what they were writing, and the very words, so that changes show.

    `despite_expiry` is the second step that a stale one asks for: the author said that it is still right.
    """

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="insertions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    standard = models.ForeignKey(StandardAnswerVersion, models.PROTECT, related_name="insertions")
    text = models.TextField()
    despite_expiry = models.BooleanField(default=False)
    inserted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enquiry", "-id"], name="insertion_of_enquiry")]

    def __str__(self) -> str:
        return f"{self.standard_id} into {self.enquiry_id}"
