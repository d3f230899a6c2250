"""What lets a program in: scoped tokens, kept as digests, and the answers already given to a request sent twice."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models import Organisation


class Scope(models.TextChoices):
    """What a token may do. All but the first act as a person: what that person may not do, the token may not either."""

    SUBMIT = "enquiries:submit", _("create enquiries and read their public status")
    READ = "enquiries:read", _("list and read what its user may see")
    TRIAGE = "enquiries:triage", _("take, assign, sort, merge, split and close enquiries")
    NOTES = "notes", _("read and write notes among colleagues")
    WRITE = "replies:write", _("write replies, submit them and call them back")
    APPROVE = "replies:approve", _("read what waits for approval, and decide about it")
    FREEZE = "freeze", _("stop what leaves, and let it go on")
    SUPERVISE = "supervise", _("look after people, rules and whatever needs a person")


class ApiToken(models.Model):
    """A program's key. `user` is set for staff's tokens: such a program may do what that person may do, today."""

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
                condition=Q(scopes__contained_by=["enquiries:submit"]) | Q(user__isnull=False),
                name="acting_needs_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotentAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key, so that the same request again gets the same answer.

    It belongs to the token that asked, or to the person where the desk's own page did. No citizen's words are in it.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=100)
    request_sha256 = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key"),
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key_of_a_person"),
            models.CheckConstraint(
                condition=Q(token__isnull=False, user__isnull=True) | Q(token__isnull=True, user__isnull=False),
                name="answered_to_a_token_or_a_person",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="answer_age")]


class Use(models.Model):
    """How often somebody (`callers.Caller.name`) asked in the last minute in which they asked at all."""

    who = models.CharField(max_length=40, primary_key=True)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.who
