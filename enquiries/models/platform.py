"""What happens on a platform around our messages: posts that vanish, what stands beside them, what we hide there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enquiries import contract
from enquiries.models.account import ChannelAccount
from enquiries.models.enquiry import Message
from enquiries.models.payload import Payload
from worklist.models import DueRow


class PlatformChange(models.Model):
    """A post was taken down, hidden or shown again on its platform. Kept also when the post itself has not arrived yet."""

    class Kind(models.TextChoices):
        """What became of it."""

        GONE = contract.ChangeKind.GONE.value, _("Taken down")
        HIDDEN = contract.ChangeKind.HIDDEN.value, _("Hidden")
        SHOWN = contract.ChangeKind.SHOWN.value, _("Shown again")

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="platform_changes")
    root_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=Kind)
    occurred_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    payload = models.ForeignKey(Payload, models.PROTECT, null=True, blank=True, related_name="+")
    """What told it; null when we looked ourselves."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["GONE", "HIDDEN", "SHOWN"]), name="platform_change_is_known"),
            models.CheckConstraint(condition=~Q(root_id=""), name="platform_change_is_of_a_post"),
            models.UniqueConstraint(fields=["account", "root_id"], condition=Q(kind="GONE"), name="gone_once"),
            models.UniqueConstraint(
                fields=["account", "root_id", "kind", "occurred_at"], name="platform_change_once_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.root_id}"


class PostWatch(DueRow):
    """A post that we keep words of, due to be looked for on its platform. Done once it is gone there."""

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="post_watches")
    root_id = models.CharField(max_length=300)
    is_ours = models.BooleanField(default=False)

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.UniqueConstraint(fields=["account", "root_id"], name="post_watched_once"),
            models.CheckConstraint(condition=~Q(root_id=""), name="post_watch_is_of_a_post"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="post_watch_due")]

    def __str__(self) -> str:
        return f"watch over {self.root_id}"


class ContextPost(models.Model):
    """A post of a public thread, fetched so that a colleague sees what it is about. Never answered from here.

    `thread` is the platform's own name of the thread, without an author, `author_number` the platform's own of who wrote
    it. Its words are emptied once it is gone, and when its author asks to be forgotten.
    """

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="context_posts")
    external_id = models.CharField(max_length=300)
    thread = models.CharField(max_length=300)
    parent_id = models.CharField(max_length=300, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_handle = models.CharField(max_length=100, blank=True)
    author_number = models.CharField(max_length=200, blank=True, default="", db_default="")
    is_ours = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    permalink = models.CharField(max_length=500, blank=True)
    occurred_at = models.DateTimeField()
    fetched_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="context_post_once"),
            models.CheckConstraint(condition=~Q(external_id="") & ~Q(thread=""), name="context_post_is_somewhere"),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True) | Q(text="", author_name="", author_handle="", author_number=""),
                name="context_post_gone_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["account", "thread", "occurred_at"], name="context_of_thread")]

    def __str__(self) -> str:
        return f"context post {self.external_id}"


class ContextFetch(DueRow):
    """A public thread whose context is due to be fetched. `message` is the newest of it that arrived."""

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="context_fetches")
    thread = models.CharField(max_length=300)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+")

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.UniqueConstraint(fields=["account", "thread"], name="context_fetched_once_a_thread"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="context_fetch_due")]

    def __str__(self) -> str:
        return f"context of {self.thread}"


class Moderation(DueRow):
    """Somebody asked that a citizen's words under our post be hidden, shown or taken down; a second person decides."""

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "ASKED", _("Waits for a second person")
        QUEUED = "QUEUED", _("Decided, not done yet")
        DONE = "DONE", _("Done")
        DECLINED = "DECLINED", _("Declined")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        FAILED = "FAILED", _("The platform refused")

    class Act(models.TextChoices):
        """What is to be done."""

        HIDE = contract.Act.HIDE.value, _("Hide")
        SHOW = contract.Act.SHOW.value, _("Show again")
        REMOVE = contract.Act.REMOVE.value, _("Take down")

    message = models.ForeignKey(Message, models.PROTECT, related_name="moderations")
    act = models.CharField(max_length=8, choices=Act)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta(DueRow.Meta):
        constraints = [
            *DueRow.Meta.constraints,
            models.CheckConstraint(condition=Q(act__in=["HIDE", "SHOW", "REMOVE"]), name="moderation_act_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="moderation_has_a_reason"),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="nobody_decides_the_own_moderation"),
            models.CheckConstraint(
                condition=Q(state__in=["ASKED", "WITHDRAWN"], decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=["QUEUED", "DONE", "DECLINED", "FAILED"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="moderation_is_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["message"], condition=Q(state__in=["ASKED", "QUEUED"]), name="one_moderation_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(state="QUEUED"), name="moderation_due")]

    def __str__(self) -> str:
        return f"{self.act} of message {self.message_id}"


class DataDeletion(models.Model):
    """A person asked the platform that we forget them. `code` is what they look the progress up by.

    Somebody who leads decides: what they wrote is emptied, or it is kept, because a law says so.
    """

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="data_deletions")
    person = models.CharField(max_length=200)
    """The platform's number of the person; emptied when it is done."""
    code = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kept_because = models.CharField(max_length=300, blank=True, default="", db_default="")
    """Why the words stay, where a law says so; empty where they are gone, or nobody has decided."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(done_at__isnull=True) & ~Q(person="")) | Q(done_at__isnull=False, person=""),
                name="deletion_done_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(kept_because="") | Q(done_at__isnull=False, decided_by__isnull=False),
                name="deletion_refused_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["account"], condition=Q(done_at__isnull=True), name="deletion_waits")]

    def __str__(self) -> str:
        return self.code
