"""Programs' tokens in the admin: who holds one, until when; made by a command, revoked here."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from api.models import ApiToken
from audit.administration import ConfigurationAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(ConfigurationAdmin):
    """Tokens. The token itself is shown once, by `manage.py make_token`, and kept nowhere."""

    list_display = ("name", "organisation", "user", "scopes", "created_at", "expires_at", "revoked_at")
    list_select_related = ("organisation", "user")
    list_filter = ("organisation",)
    ordering = ("-id",)
    fields = ("name", "organisation", "user", "scopes", "created_at", "expires_at", "revoked_at")
    readonly_fields = ("organisation", "user", "scopes", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: the command prints the token, a page would leave it in a history."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """Say no: revoke it."""
        return False
