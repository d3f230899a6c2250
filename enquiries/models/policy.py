"""Who has to see a reply before it leaves: the policy as versions, what it decided for each reply, and the freeze."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from enquiries.models.account import ChannelAccount
from enquiries.models.organisation import Organisation, Topic
from enquiries.models.reply import ReplyVersion
from enquiries.registry import kind_choices


class ApprovalPolicy(models.Model):
    """One version of an organisation's rules; the newest counts, none is ever changed.

    `rules` is a list of {"name", "when": {...}, "then": {"outcome", "percent"}} in the order in which they are tried;
    `enquiries.rules.policy` says what they may hold and what they mean.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="policies")
    n = models.PositiveIntegerField()
    rules = models.JSONField(default=list)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "n"], name="policy_number_once")]

    def __str__(self) -> str:
        return f"policy {self.n} of {self.organisation}"


class TrustStep(models.Model):
    """One step of somebody's trust on a channel (and topic): the newest is their level, all together are its history.

    Up goes one step at a time and by another person; down goes at once and may be the machine's doing.
    """

    class Level(models.TextChoices):
        """How much of what somebody submits is read before it leaves."""

        CHECKED = "CHECKED", _("Every reply is checked")
        SAMPLED = "SAMPLED", _("A sample is checked")
        FREE = "FREE", _("Free, checked afterwards")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="trust_steps")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="trust_steps")
    kind = models.CharField(max_length=20, choices=kind_choices)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True)
    level = models.CharField(max_length=10, choices=Level)
    percent = models.PositiveSmallIntegerField(default=100)
    reason = models.CharField(max_length=500)
    evidence = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(user=F("decided_by")), name="nobody_trusts_themselves"),
            models.CheckConstraint(
                condition=Q(level="CHECKED") | Q(decided_by__isnull=False), name="trust_is_given_by_a_person"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="trust_has_a_reason"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="trust_samples_some"),
        ]
        indexes = [models.Index(fields=["user", "kind", "-id"], name="trust_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.kind}: {self.level}"


class PolicyDecision(models.Model):
    """What the policy asked for when a version was submitted, and from what that followed.

    `persons` is how many have to read it first. RELEASED needs nobody: the decision itself is the recorded approval.
    `draw` (0 to 9,999) against `percent` decided a sample.
    """

    class Outcome(models.TextChoices):
        """Whether it has to wait."""

        HELD = "HELD", _("has to be read first")
        RELEASED = "RELEASED", _("free to go")

    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="decisions")
    policy = models.ForeignKey(ApprovalPolicy, models.PROTECT, null=True, blank=True, related_name="+")
    rule_n = models.PositiveSmallIntegerField(null=True, blank=True)
    trust = models.ForeignKey(TrustStep, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    persons = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    draw = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    """A code of `enquiries.rules.policy.Why`; older rows hold an English sentence."""
    figures = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    """What the sentence for the code needs: the number and name of the rule, the share of a sample."""
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="HELD", persons__in=[1, 2]) | Q(outcome="RELEASED", persons=0),
                name="held_for_one_or_two",
            ),
            models.UniqueConstraint(fields=["id", "version"], name="decision_as_approvals_point_at_it"),
        ]
        indexes = [models.Index(fields=["version", "-id"], name="decision_of_version")]

    def __str__(self) -> str:
        return f"{self.outcome} for version {self.version_id}"


class Endorsement(models.Model):
    """The first of two persons' words for a version. `asked` is whom they asked to be the second."""

    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="endorsements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="asked_of")
    acknowledged = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version"], name="endorsed_once"),
            models.CheckConstraint(condition=~Q(by=F("asked")), name="nobody_asks_themselves"),
        ]

    def __str__(self) -> str:
        return f"endorsement of version {self.version_id}"


class Review(models.Model):
    """A look at what has left already: the after-check of a released reply, coaching, or because
    the citizen said that it did not help. Empty until somebody did it.

    `marks` holds a mark from 1 to 5 for each point of the review sheet (`enquiries.rules.review`).
    """

    class Kind(models.TextChoices):
        """Why it is looked at."""

        AFTER_CHECK = "AFTER_CHECK", _("After-check")
        COACHING = "COACHING", _("Coaching")
        CITIZEN = "CITIZEN", _("The citizen was not helped")

    class Verdict(models.TextChoices):
        """What came of it."""

        GOOD = "GOOD", _("Good")
        COACH = "COACH", _("Something to learn")
        SERIOUS = "SERIOUS", _("Seriously wrong")

    version = models.ForeignKey(ReplyVersion, models.PROTECT, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=12, choices=Kind)
    asked_at = models.DateTimeField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    marks = models.JSONField(default=dict, blank=True)
    note = models.TextField(max_length=5000, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    """When the author has read it."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(author=F("reviewer")), name="nobody_reviews_themselves"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, verdict="", reviewer__isnull=True)
                | (Q(done_at__isnull=False, reviewer__isnull=False) & ~Q(verdict="")),
                name="a_review_done_has_a_verdict",
            ),
            models.UniqueConstraint(fields=["version", "kind"], name="one_review_of_a_kind"),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(done_at__isnull=True), name="review_to_do")]

    def __str__(self) -> str:
        return f"{self.kind} of version {self.version_id}"


class Freeze(models.Model):
    """Nothing leaves: everywhere, on a kind of channel, an account or a topic, until it is lifted or runs out."""

    class Scope(models.TextChoices):
        """How much stands still."""

        EVERYTHING = "EVERYTHING", _("Everything")
        CHANNEL = "CHANNEL", _("One channel")
        ACCOUNT = "ACCOUNT", _("One account")
        TOPIC = "TOPIC", _("One topic")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="freezes")
    scope = models.CharField(max_length=12, choices=Scope)
    kind = models.CharField(max_length=20, choices=kind_choices, blank=True, default="")
    account = models.ForeignKey(ChannelAccount, models.PROTECT, null=True, blank=True, related_name="freezes")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="freezes")
    reason = models.CharField(max_length=300)
    public_notice = models.CharField(max_length=500, blank=True, default="", db_default="")
    """What citizens read on our pages as long as it lasts, once a second person has read it; empty says nothing."""
    notice_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice_confirmed_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="EVERYTHING", kind="", account__isnull=True, topic__isnull=True)
                | (Q(scope="CHANNEL", account__isnull=True, topic__isnull=True) & ~Q(kind=""))
                | Q(scope="ACCOUNT", kind="", account__isnull=False, topic__isnull=True)
                | Q(scope="TOPIC", kind="", account__isnull=True, topic__isnull=False),
                name="freeze_says_what",
            ),
            models.CheckConstraint(condition=Q(frozen_at__lt=F("expires_at")), name="freeze_runs_out"),
            models.CheckConstraint(condition=~Q(reason=""), name="freeze_has_a_reason"),
            models.CheckConstraint(
                condition=Q(notice_confirmed_by__isnull=True, notice_confirmed_at__isnull=True)
                | (Q(notice_confirmed_by__isnull=False, notice_confirmed_at__isnull=False) & ~Q(public_notice="")),
                name="notice_is_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(notice_confirmed_by=F("frozen_by")), name="nobody_confirms_the_own_notice"
            ),
        ]
        indexes = [models.Index(fields=["organisation"], condition=Q(lifted_at__isnull=True), name="freeze_live")]

    def __str__(self) -> str:
        return f"freeze {self.pk}: {self.scope}"
