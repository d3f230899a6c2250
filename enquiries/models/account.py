"""Where the organisation can be written to: its accounts on the channels, and how far each has been picked up."""

from __future__ import annotations

from dataclasses import replace

from cryptography.fernet import InvalidToken
from django.db import models
from django.utils.translation import gettext_lazy as _

from enquiries import contract
from enquiries.models.organisation import Organisation, Team
from enquiries.models.sealed import seal_all, unseal_all
from enquiries.registry import kind_choices, label_of
from worklist.models import DueRow


class ChannelKind(models.TextChoices):
    """The kinds of channel that come with the house. Which there are is a setting: `enquiries.registry.kinds`."""

    X = "x", _("X")
    FACEBOOK = "facebook", _("Facebook")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Web form")
    PRACTICE = "practice", _("Practice")


class Halt(models.TextChoices):
    """Why an account stands still."""

    AUTH = contract.Halt.AUTH.value, _("Its token or password is not taken any more")
    BILLING = contract.Halt.BILLING.value, _("The platform wants to be paid")
    BLOCKED = contract.Halt.BLOCKED.value, _("The platform has blocked it")
    CONFIG = contract.Halt.CONFIG.value, _("A setting or permission is missing")
    UNCERTAIN = contract.Halt.UNCERTAIN.value, _("Nobody knows whether its last postings arrived")


class SecretsClosed(contract.AccountUnusable, InvalidToken):
    """No key of this installation opens an account's secrets: nothing was asked of the platform, and nothing can be."""


CLOSED = "No key of this installation opens the account's secrets, so nothing is fetched and nothing leaves."
OPEN_AGAIN = "Put the former key back, or type the secrets in anew; then let sending go on."


class AccountQuerySet(models.QuerySet["ChannelAccount"]):
    """Filters over accounts."""

    def active(self, kind: str) -> AccountQuerySet:
        """Keep the accounts of a kind that are in use."""
        return self.filter(kind=kind, is_active=True).order_by("pk")


class ChannelAccount(models.Model):
    """One X account, Facebook page, mailbox or public form."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="accounts")
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, verbose_name=_("team"), help_text=_("Who sees what arrives here.")
    )
    kind = models.CharField(_("channel"), max_length=20, choices=kind_choices)
    name = models.CharField(_("name"), max_length=200, help_text=_("As citizens know it."))
    external_id = models.CharField(
        _("number or address"), max_length=200, help_text=_("X user number, Facebook page number, or mail address.")
    )
    handle = models.CharField(_("handle"), max_length=100, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    sealed_secrets = models.BinaryField(null=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    halted_reason = models.CharField(
        _("sending halted because"), max_length=300, blank=True, help_text=_("Empty it once the account is mended.")
    )
    halted_at = models.DateTimeField(null=True, blank=True, editable=False)
    halted_kind = models.CharField(max_length=12, choices=Halt, blank=True, default="", db_default="", editable=False)
    uncertain_in_row = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    """How many postings in a row ended without anybody knowing whether they arrived."""
    acknowledgement = models.ForeignKey(
        "enquiries.StandardAnswer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="acknowledges_for",
        verbose_name=_("standard answer that says a mail has arrived"),
        help_text=_("It goes out by machine once per enquiry, three times a day to one address at most. Empty: none."),
    )
    paused_until = models.DateTimeField(_("sending paused until"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "external_id"], name="account_once"),
            models.CheckConstraint(condition=~models.Q(kind=""), name="account_has_a_kind"),
            models.CheckConstraint(condition=~models.Q(external_id=""), name="account_is_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({label_of(self.kind)})"

    def as_account(self) -> contract.Account:
        """Make the value that channels work with, secrets included. Raises SecretsClosed when no field key opens them."""
        try:
            return replace(self.in_the_open(), secrets=unseal_all(self.sealed_secrets))
        except InvalidToken:
            raise SecretsClosed(CLOSED, fix=OPEN_AGAIN, kind=contract.Halt.CONFIG, code="secrets") from None

    def in_the_open(self) -> contract.Account:
        """Make the value without secrets: enough to ask how long a reply may be."""
        return contract.Account(
            id=self.pk,
            kind=self.kind,
            name=self.name,
            external_id=self.external_id,
            handle=self.handle,
            settings=self.settings,
        )

    def keep_secrets(self, secrets: dict[str, str]) -> None:
        """Put `secrets` over those that are there, in memory; the caller saves."""
        self.sealed_secrets = seal_all(unseal_all(self.sealed_secrets) | secrets)


class PickUp(DueRow):
    """When an account is looked at next, and how far it has been read."""

    account = models.OneToOneField(ChannelAccount, models.CASCADE, related_name="pick_up")
    cursor = models.JSONField(default=dict)
    every_seconds = models.PositiveIntegerField(default=60)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    warning = models.CharField(max_length=300, blank=True)

    class Meta(DueRow.Meta):
        verbose_name, verbose_name_plural = _("pick-up"), _("pick-ups")
        indexes = [models.Index(fields=["due_at"], name="pick_up_due")]

    def __str__(self) -> str:
        return f"pick-up of {self.account_id}"
