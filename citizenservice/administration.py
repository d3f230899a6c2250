"""Django's admin, behind the same door as the desk. Apart from its AppConfig, which loads before any model may."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class DeskAdminSite(admin.AdminSite):
    """The admin of Citizenservice."""

    site_header = "Citizenservice administration"
    site_title = "Citizenservice"

    @method_decorator([never_cache, login_not_required])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the one sign-in page, with its limits and counts; others than staff are refused."""
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer
