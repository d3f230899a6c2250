"""Sign-in in the admin: who must have a second factor, and helping people who have lost theirs."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.http import HttpRequest

from agents.signing_in.policy import SignInPolicy
from audit.administration import ConfigurationAdmin

# Providers come from the environment alone, and no token of theirs is kept.
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken])


class TakenAway(ConfigurationAdmin):
    """Shows rows that people make for themselves; an administrator can only take them away, which is an event."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: people set these up themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: there is nothing to change."""
        return False


@admin.register(SignInPolicy)
class SignInPolicyAdmin(ConfigurationAdmin):
    """Who must sign in with a second factor. It counts from the next click."""

    list_display = ("organisation", "second_factor_for")
    list_select_related = ("organisation",)


@admin.register(Authenticator)
class SecondFactorAdmin(TakenAway):
    """Second factors. Take all of a person's away when they have lost them, after seeing who they are."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "type", "created_at", "last_used_at")


@admin.register(SocialAccount)
class ConnectionAdmin(TakenAway):
    """Connections to single sign-on. Take one away when a person has a new account at the provider."""

    list_display = ("user", "provider", "date_joined", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "provider", "uid", "date_joined", "last_login")
