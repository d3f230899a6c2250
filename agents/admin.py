"""Users and their roles in the admin. Nobody signs up: accounts are made here, and put out of use here."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

import agents.signing_in.admin  # noqa: F401 - registers the rest of signing in
from agents.models import Membership, Substitution, User
from audit.administration import ConfigurationAdmin, RecordAdmin
from enquiries.admin.belonging import BelongingForm

# Rights are memberships here, and the address to sign in with is the user's own: two doors less to guard.
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class NewUserForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A new user, with a first password that they change at once."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """Write the address as it is kept."""
        return str(self.cleaned_data["email"]).strip().lower()


class UserForm(UserChangeForm):  # type: ignore[type-arg]
    """A user; the password is set on a page of its own."""

    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser")

    def clean_email(self) -> str:
        """Write the address as it is kept."""
        return str(self.cleaned_data["email"]).strip().lower()


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The roles of a user. Changes count from the next click of theirs."""

    model = Membership
    form = BelongingForm
    extra = 1


@admin.register(User)
class PeopleAdmin(ConfigurationAdmin, UserAdmin):  # type: ignore[type-arg]
    """Users. They are put out of use, never deleted: what they wrote and approved bears their name."""

    form = UserForm
    add_form = NewUserForm
    inlines = (MembershipInline,)
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Say no: put them out of use."""
        return False

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set a password; the event is written with it or not at all."""
        answer: Any = super().user_change_password(request, id, form_url)
        return answer  # type: ignore[no-any-return]


@admin.register(Substitution)
class SubstitutionAdmin(RecordAdmin):
    """Who stands in for which team. Supervisors name and end them at the desk."""

    list_display = ("team", "user", "starts_at", "ends_at", "only_when_late")
    list_filter = ("only_when_late",)
    list_select_related = ("team", "user")
    ordering = ("-id",)
