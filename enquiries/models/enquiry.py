"""What a citizen wants: one enquiry, its messages in and out, and what ties later messages to it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries import contract
from enquiries.models.account import ChannelAccount, ChannelKind
from enquiries.models.citizen import ChannelIdentity, Citizen
from enquiries.models.organisation import Organisation, Team, Topic
from enquiries.models.payload import Payload
from enquiries.registry import kind_choices
from enquiries.rules.workflow import EnquiryState


class SideChoice(models.TextChoices):
    """Who can read a text, with its words for people."""

    PUBLIC = contract.Side.PUBLIC.value, _("Public")
    PRIVATE = contract.Side.PRIVATE.value, _("Private")


WORKED_ON = Q(state__in=["NEW", "OPEN", "AWAITING_APPROVAL", "POSTING"])
"""The states in which the desk still has something to do."""
ON_THE_DESK = Q(merged_into__isnull=True) & ~Q(kind=ChannelKind.PRACTICE)
"""What the lists show: not what stands behind another enquiry, not what is for practice."""


class Enquiry(models.Model):
    """A citizen's question, from the first message to the last answer.

    `due_at` repeats the running clock's promise, so that the queue is one index; null while nothing is promised.
    `claimed_until` is how long the assignee alone may submit; `waiting_until` when one that waits for its citizen wakes.
    `merged_into` hides it behind another one: its own rows stay as they are, so that unmerging restores it exactly.
    """

    class State(models.TextChoices):
        """Where an enquiry stands; the moves between are one table in `rules.workflow`."""

        NEW = EnquiryState.NEW.value, _("New")
        OPEN = EnquiryState.OPEN.value, _("Open")
        AWAITING_APPROVAL = EnquiryState.AWAITING_APPROVAL.value, _("Awaiting approval")
        POSTING = EnquiryState.POSTING.value, _("Reply on its way")
        ANSWERED = EnquiryState.ANSWERED.value, _("Answered")
        WAITING = EnquiryState.WAITING.value, _("Waiting for the citizen")
        CLOSED = EnquiryState.CLOSED.value, _("Closed")

    class Priority(models.IntegerChoices):
        """How much it presses. The queue stays in the order of the time that is left."""

        LOW = -1, _("Can wait")
        NORMAL = 0, _("Normal")
        URGENT = 1, _("Urgent")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="enquiries", db_index=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="enquiries")
    kind = models.CharField(max_length=20, choices=kind_choices)
    reference = models.CharField(max_length=20, unique=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True)
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="enquiries")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="enquiries"
    )
    subject = models.CharField(max_length=300)
    side = models.CharField(max_length=10, choices=SideChoice)
    state = models.CharField(max_length=20, choices=State, default=State.NEW)
    opened_at = models.DateTimeField()
    last_inbound_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    priority = models.SmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL, db_default=0)
    language = models.CharField(_("language"), max_length=8, blank=True, default="", db_default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    waiting_until = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )

    class Meta:
        verbose_name, verbose_name_plural = _("enquiry"), _("enquiries")
        constraints = [
            models.CheckConstraint(condition=Q(priority__in=[-1, 0, 1]), name="enquiry_priority_is_known"),
            models.CheckConstraint(
                condition=Q(state="WAITING", waiting_until__isnull=False)
                | (~Q(state="WAITING") & Q(waiting_until__isnull=True)),
                name="waiting_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(claimed_until__isnull=True) | Q(assignee__isnull=False), name="a_claim_is_somebodys"
            ),
            models.CheckConstraint(condition=Q(state__in=EnquiryState), name="enquiry_state_is_known"),
            models.CheckConstraint(condition=Q(side__in=contract.Side), name="enquiry_side_is_known"),
            models.CheckConstraint(condition=~Q(reference=""), name="enquiry_has_reference"),
        ]
        indexes = [
            models.Index(fields=["organisation", "due_at", "id"], condition=~Q(state="CLOSED"), name="enquiry_queue"),
            models.Index(fields=["organisation", "-id"], condition=Q(state="CLOSED"), name="enquiry_closed"),
            models.Index(fields=["assignee", "due_at"], condition=~Q(state="CLOSED"), name="enquiry_mine"),
            models.Index(fields=["organisation", "-id"], condition=Q(kind="practice"), name="enquiry_practice"),
            # One for each list, so that a page is read from where it begins, whoever looks and however many there are.
            models.Index(
                fields=["organisation", "due_at", "id"], condition=WORKED_ON & ON_THE_DESK, name="enquiry_desk"
            ),
            models.Index(
                fields=["organisation", "team", "due_at", "id"],
                condition=WORKED_ON & ON_THE_DESK,
                name="enquiry_desk_team",
            ),
            models.Index(
                fields=["assignee", "due_at", "id"],
                include=["organisation", "team"],
                condition=WORKED_ON & ON_THE_DESK,
                name="enquiry_desk_own",
            ),
            models.Index(
                fields=["organisation", "team", "due_at", "id"],
                condition=WORKED_ON & ON_THE_DESK & Q(assignee__isnull=True),
                name="enquiry_desk_free",
            ),
            models.Index(
                fields=["organisation", "team", "due_at", "id"],
                condition=ON_THE_DESK & Q(state="AWAITING_APPROVAL"),
                name="enquiry_desk_awaiting",
            ),
            models.Index(
                fields=["organisation", "team", "due_at", "id"],
                condition=ON_THE_DESK & Q(state="WAITING"),
                name="enquiry_desk_waiting",
            ),
            models.Index(
                fields=["organisation", "team", "-id"],
                condition=ON_THE_DESK & Q(state="ANSWERED"),
                name="enquiry_desk_answered",
            ),
            models.Index(
                fields=["organisation", "team", "-id"],
                condition=ON_THE_DESK & Q(state="CLOSED"),
                name="enquiry_desk_closed",
            ),
            models.Index(fields=["waiting_until"], condition=Q(state="WAITING"), name="enquiry_wakes"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="enquiry_merged"),
        ]

    def __str__(self) -> str:
        return self.reference


class Thread(models.Model):
    """What a platform keeps together leads to one enquiry, also when two messages arrive in the same second."""

    account = models.ForeignKey(ChannelAccount, models.PROTECT, db_index=False)
    key = models.CharField(max_length=300)
    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="threads")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="thread_once")]

    def __str__(self) -> str:
        return self.key


INVITED = "offline-"
"""What the thread of a message begins with that came through an invitation to write in private."""


class SenderTrust(models.TextChoices):
    """What the organisation's own mail gateway found out about a sender; empty where none looked."""

    PASS = contract.SenderTrust.PASS.value, _("The sender is who the mail says")
    FAIL = contract.SenderTrust.FAIL.value, _("The sender is not who the mail says")
    NONE = contract.SenderTrust.NONE.value, _("Nobody can tell whether the sender is who the mail says")


class Message(models.Model):
    """Words that arrived or left. The database refuses to change them.

    `external_id` is the platform's identity, `known_as` the name by which later messages refer to it (mail).
    `reply_to` is where a private answer goes; it belongs to this message, never to a profile. `answer_by` is until when the
    platform lets it be answered, as it stood on arrival; `services.reach` says how it stands now.
    `root_id` is the identity without the version: changed words come as a further message with the same root. One that is
    `outdated` arrived after newer words of the same root: history, not something new to know of. `version_at` is when its
    words were written, where that is not `occurred_at`. `blanked_at` is when its words were emptied, because the platform
    has them no more; the row stays. `quote_from` is the place in `text` from which on it only repeats earlier words.
    """

    class Direction(models.TextChoices):
        """From the citizen, or from us."""

        IN = "IN", _("from the citizen")
        OUT = "OUT", _("from us")

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="messages", db_index=False)
    account = models.ForeignKey(ChannelAccount, models.PROTECT, db_index=False)
    direction = models.CharField(max_length=3, choices=Direction)
    side = models.CharField(max_length=10, choices=SideChoice)
    external_id = models.CharField(max_length=300)
    known_as = models.CharField(max_length=300, blank=True, default="")
    author = models.ForeignKey(ChannelIdentity, models.PROTECT, null=True, blank=True)
    payload = models.ForeignKey(Payload, models.PROTECT, null=True, blank=True, related_name="messages")
    posting = models.OneToOneField("enquiries.Posting", models.PROTECT, null=True, blank=True, related_name="message")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    thread_key = models.CharField(max_length=300, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    permalink = models.CharField(max_length=500, blank=True)
    answerable = models.BooleanField(default=True)
    hindrance = models.CharField(max_length=300, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    automatic = models.BooleanField(default=False)
    root_id = models.CharField(max_length=300, blank=True, default="", db_default="")
    version_at = models.DateTimeField(null=True, blank=True)
    outdated = models.BooleanField(default=False, db_default=False)
    blanked_at = models.DateTimeField(null=True, blank=True)
    sender_trust = models.CharField(max_length=6, choices=SenderTrust, blank=True, default="", db_default="")
    quote_from = models.PositiveIntegerField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="message_once"),
            models.CheckConstraint(condition=~Q(external_id=""), name="message_has_identity"),
            models.CheckConstraint(condition=Q(side__in=contract.Side), name="message_side_is_known"),
            models.CheckConstraint(
                condition=Q(sender_trust__in=["", "PASS", "FAIL", "NONE"]), name="sender_trust_is_known"
            ),
            models.CheckConstraint(
                condition=Q(blanked_at__isnull=True) | Q(text="", html="", subject=""), name="message_blanked_is_empty"
            ),
            models.CheckConstraint(
                condition=Q(outdated=False) | (Q(direction="IN") & ~Q(root_id="")), name="outdated_has_newer_words"
            ),
            models.CheckConstraint(
                condition=Q(direction="IN", posting__isnull=True) | Q(direction="OUT"),
                name="message_of_a_citizen_is_no_posting",
            ),
        ]
        indexes = [
            models.Index(fields=["enquiry", "occurred_at", "id"], name="message_of_enquiry"),
            models.Index(fields=["account", "known_as"], condition=~Q(known_as=""), name="message_known_as"),
            models.Index(fields=["account", "root_id"], condition=~Q(root_id=""), name="message_versions"),
            models.Index(fields=["author", "-recorded_at"], condition=Q(direction="IN"), name="message_of_author"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def is_by_invitation(self) -> bool:
        """Whether it came through a private page that was offered in public: nobody has proved who wrote it."""
        return self.thread_key.startswith(INVITED)


def random_token() -> str:
    """Make an unguessable name for a file in a link: 128 random bits."""
    return secrets.token_urlsafe(16)


class Attachment(models.Model):
    """A file that came with a message: private, under a random name, its own name only shown.

    Where a scanner is set up it is held until that has found it CLEAN. `content_id` is what the message's HTML calls it.
    """

    class Scan(models.TextChoices):
        """What a scanner says of it."""

        NOT_SCANNED = "NOT_SCANNED", _("Not looked into")
        PENDING = "PENDING", _("Being looked into")
        CLEAN = "CLEAN", _("Nothing found")
        INFECTED = "INFECTED", _("Held: something dangerous was found")
        FAILED = "FAILED", _("Held: nobody could look into it")

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    token = models.CharField(max_length=40, unique=True, default=random_token)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    stored = models.FileField(upload_to="attachments/%Y/%m/")
    content_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    alt_text = models.CharField(max_length=1000, blank=True, default="", db_default="")
    scan = models.CharField(max_length=12, choices=Scan, default=Scan.NOT_SCANNED, db_default="NOT_SCANNED")
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scan__in=["NOT_SCANNED", "PENDING", "CLEAN", "INFECTED", "FAILED"]), name="scan_is_known"
            )
        ]
        indexes = [
            models.Index(
                fields=["scan", "id"],
                condition=Q(scan__in=["NOT_SCANNED", "PENDING", "FAILED"]),
                name="file_not_settled",
            ),
            models.Index(fields=["id"], condition=Q(scan="INFECTED"), name="file_withheld"),
        ]

    def __str__(self) -> str:
        return self.name


class EnquiryToken(models.Model):
    """A secret that opens one enquiry to its citizen: the private page, or the address a mail is answered to.

    Looked up by digest; kept sealed as well, because the next mail has to carry it again. Revocable. An OFFLINE one is
    used once, before `expires_at`; the PAGE it leads to shows nothing but what was written in its `thread`.
    """

    class Purpose(models.TextChoices):
        """What the secret opens."""

        FOLLOW = "FOLLOW", _("private page")
        MAIL = "MAIL", _("reply address")
        OFFLINE = "OFFLINE", _("invitation to write in private")
        PAGE = "PAGE", _("private page of an invitation")

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="tokens")
    purpose = models.CharField(max_length=10, choices=Purpose)
    digest = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    thread = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "purpose", "thread"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_token_per_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.enquiry_id}"
