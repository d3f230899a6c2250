"""Channel accounts in the admin: where citizens write to, with secrets that go in and never come out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.administration import ConfigurationAdmin, RecordAdmin
from enquiries.admin import secret_fields
from enquiries.admin.belonging import BelongingForm
from enquiries.models import ChannelAccount, PickUp
from enquiries.registry import kinds

SETTINGS_HELP = _("Where the channel is reached and how, as JSON: {}. Secrets do not belong here, but below.")


class AccountForm(BelongingForm, secret_fields.SecretsForm):
    """An account, with a field for each secret that a channel may need."""

    class Meta:
        model = ChannelAccount
        exclude = ("sealed_secrets",)
        help_texts = {"settings": SETTINGS_HELP}

    forget_secrets = forms.BooleanField(
        label=_("Forget all secrets"),
        required=False,
        help_text=_("Removes what is set before the secrets above are taken in."),
    )

    def clean_settings(self) -> dict[str, Any]:
        """Refuse anything but an object."""
        settings = self.cleaned_data["settings"] or {}
        if not isinstance(settings, dict):
            raise forms.ValidationError(_("This has to be an object: {…}."))
        return settings


@admin.register(ChannelAccount)
class AccountAdmin(ConfigurationAdmin):
    """Accounts. They are put out of use, never deleted: what arrived on them stays."""

    form = AccountForm
    list_display = ("name", "kind", "external_id", "organisation", "team", "is_active", "halted_reason", "paused_until")
    list_filter = ("organisation", "kind", "is_active")
    list_select_related = ("organisation", "team")
    ordering = ("organisation", "kind", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: ChannelAccount | None = None) -> tuple[str, ...]:
        """Keep kind and organisation once the account exists: its enquiries have both."""
        return ("organisation", "kind", "secrets_set") if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: ChannelAccount | None = None) -> Any:
        """Show the secrets of the account's own kind; of all kinds while it has none yet."""
        identity = ("organisation", "kind", "team", "name", "external_id", "handle", "is_active")
        shown = [
            (None, {"fields": identity}),
            (_("Sending"), {"fields": ("halted_reason", "paused_until")}),
            (_("Connection"), {"fields": ("settings",)}),
        ]
        if obj:
            secrets = ("secrets_set", *secret_fields.fields_of(obj.kind), "forget_secrets")
            return [*shown, (_("Secrets"), {"fields": secrets})]
        with_secrets = [kind for kind in kinds() if secret_fields.fields_of(kind)]
        return shown + [
            (_("Secrets of %(kind)s") % {"kind": kind}, {"fields": secret_fields.fields_of(kind)})
            for kind in with_secrets
        ]

    @admin.display(description=_("secrets"))
    def secrets_set(self, account: ChannelAccount) -> str:
        """Say which secrets are set."""
        return secret_fields.says_which(account.kind, secret_fields.opened(account))

    def save_model(self, request: HttpRequest, obj: ChannelAccount, form: Any, change: bool) -> None:
        """Seal what was typed in and save. The pick-up finds a new account by itself."""
        secret_fields.keep(obj, form.cleaned_data)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: ChannelAccount | None = None) -> bool:
        """Say no: put it out of use."""
        return False


@admin.register(PickUp)
class PickUpAdmin(RecordAdmin):
    """How far each account has been read, and what hindered it."""

    list_display = ("account", "due_at", "succeeded_at", "attempts", "warning", "last_error")
    list_select_related = ("account",)
    ordering = ("account",)
