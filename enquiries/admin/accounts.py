"""Channel accounts in the admin: where citizens write to, set up step by step, with secrets that never come out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.administration import ConfigurationAdmin, RecordAdmin
from enquiries.admin import secret_fields, setting_fields
from enquiries.admin.account_form import AccountForm, form_for
from enquiries.admin.checking import Checking
from enquiries.models import ChannelAccount, PickUp
from enquiries.registry import traits_of

IDENTITY = ("organisation", "kind", "team", "name", "external_id", "handle")
FIRST_STEP = _(
    "First say which account it is. What its channel needs is asked next; until then nothing is fetched or sent."
)


@admin.register(ChannelAccount)
class AccountAdmin(Checking, ConfigurationAdmin):
    """Accounts. They are put out of use, never deleted: what arrived on them stays."""

    form = AccountForm
    change_form_template = "admin/enquiries/channelaccount/change_form.html"
    list_display = ("name", "kind", "external_id", "organisation", "team", "is_active", "halted_reason", "paused_until")
    list_filter = ("organisation", "kind", "is_active")
    list_select_related = ("organisation", "team")
    ordering = ("organisation", "kind", "name")

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the check and of the test message."""
        own = [
            path(f"<int:account_id>/{name}/", self.admin_site.admin_view(view), name=f"enquiries_channelaccount_{name}")
            for name, view in (("check", self.check_view), ("try", self.try_view))
        ]
        return own + super().get_urls()

    def get_readonly_fields(self, request: HttpRequest, obj: ChannelAccount | None = None) -> tuple[str, ...]:
        """Keep kind and organisation once the account exists: its enquiries have both."""
        return ("organisation", "kind", "secrets_set") if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Make the form of the account's own kind."""
        return super().get_form(request, obj, change=change, **{**kwargs, "form": form_for(obj)})

    def get_fieldsets(self, request: HttpRequest, obj: ChannelAccount | None = None) -> Any:
        """Ask who it is; once that is known, what its kind needs."""
        if obj is None:
            return [(None, {"fields": IDENTITY, "description": FIRST_STEP})]
        secrets = ("secrets_set", *secret_fields.fields_of(obj.kind), "forget_secrets")
        shown: list[Any] = [(None, {"fields": (*IDENTITY, "is_active")})]
        if setting_fields.fields_of(obj.kind):
            shown.append((_("What this channel needs"), {"fields": setting_fields.fields_of(obj.kind)}))
        if traits_of(obj.kind).is_mail:
            shown.append((_("Notes by machine"), {"fields": ("acknowledgement",)}))
        return [
            *shown,
            (_("Secrets"), {"fields": secrets}),
            (_("Sending"), {"fields": ("halted_reason", "paused_until")}),
            (_("Other settings"), {"fields": ("settings",), "classes": ("collapse",)}),
        ]

    @admin.display(description=_("secrets"))
    def secrets_set(self, account: ChannelAccount) -> str:
        """Say which secrets are set."""
        return secret_fields.says_which(account.kind, secret_fields.opened(account))

    def save_model(self, request: HttpRequest, obj: ChannelAccount, form: Any, change: bool) -> None:
        """Seal what was typed in, and write only what was changed: sweeps write to the same row meanwhile."""
        if not change:
            obj.is_active = False
            super().save_model(request, obj, form, change)
            return
        held = ChannelAccount.objects.select_for_update().get(pk=obj.pk)
        obj.sealed_secrets = held.sealed_secrets
        secret_fields.keep(obj, form.cleaned_data)
        own = {field.name for field in ChannelAccount._meta.concrete_fields}
        changed = {name for name in form.changed_data if name in own} | {"sealed_secrets"}
        if form.changes_settings:
            changed.add("settings")
        if "halted_reason" in changed:
            obj.halted_kind, obj.uncertain_in_row = "", 0
            obj.halted_at = timezone.now() if obj.halted_reason else None
            changed |= {"halted_kind", "uncertain_in_row", "halted_at"}
        obj.save(update_fields=changed)

    def response_add(
        self, request: HttpRequest, obj: ChannelAccount, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to what the account's kind needs."""
        messages.success(request, _("Kept. Now say what its channel needs, check it, and put it in use."))
        return redirect("admin:enquiries_channelaccount_change", obj.pk)

    def has_delete_permission(self, request: HttpRequest, obj: ChannelAccount | None = None) -> bool:
        """Say no: put it out of use."""
        return False


@admin.register(PickUp)
class PickUpAdmin(RecordAdmin):
    """How far each account has been read, and what hindered it."""

    list_display = ("account", "due_at", "succeeded_at", "attempts", "warning", "last_error")
    list_select_related = ("account",)
    ordering = ("account",)
