"""What lets a program in: scoped tokens, kept as digests, and the answers already given to a request sent twice."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models import Organisation


class Scope(models.TextChoices):
    """What a token may do."""

    SUBMIT = "enquiries:submit", _("create enquiries and read their public status")
    READ = "enquiries:read", _("list and read what its user may see")


class ApiToken(models.Model):
    """A program's key. `user` is set for staff's tokens: such a program sees what that person may see, today."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name=_("scopes"))
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("API token"), _("API tokens")
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="token_may_do_something"),
            models.CheckConstraint(
                condition=~Q(scopes__contains=["enquiries:read"]) | Q(user__isnull=False), name="reading_needs_a_person"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotentAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key, so that the same request again gets the same answer."""

    token = models.ForeignKey(ApiToken, models.CASCADE)
    key = models.CharField(max_length=100)
    request_sha256 = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key


class TokenUse(models.Model):
    """How often a token was used in the minute it was last used in. One row per token, written by one statement."""

    token = models.OneToOneField(ApiToken, models.CASCADE, primary_key=True, related_name="use")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} in {self.minute}"
