"""How staff sign in: local accounts that an administrator makes. Nobody signs up alone."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.models import Membership, User

log = logging.getLogger(__name__)
TO_STRANGERS = "account/email/unknown_account"


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth, without the open door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: accounts are made in the admin."""
        return False

    def get_login_stages(self) -> list[str]:
        """Ask for the second factor by our own stage, which may believe the provider of single sign-on."""
        stages: list[str] = super().get_login_stages()
        theirs, ours = (
            "allauth.mfa.stages.AuthenticateStage",
            "agents.signing_in.single_sign_on.admission.SecondFactorStage",
        )
        return [ours if stage == theirs else stage for stage in stages]

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse | None:
        """Let nobody in by password or passkey where single sign-on is the only way; superusers in an emergency."""
        came_by_it = "sociallogin" in (login.get("signal_kwargs") or {})
        in_emergency = settings.OIDC.break_glass and user.is_superuser
        if settings.OIDC.only and not came_by_it and not in_emergency:
            messages.error(
                request, _("Passwords and keys do not open this door. Sign in with %s.") % settings.OIDC.name
            )
            log.warning("A password or passkey was refused: single sign-on is the only way in (OIDC_ONLY).")
            return HttpResponseRedirect(reverse("account_login"))
        refused: HttpResponse | None = super().pre_login(request, user, **login)
        return refused

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        """Lead people who have no role yet to a page that says so: an empty desk would say nothing."""
        answer: HttpResponse = super().post_login(request, user, **login)
        is_waiting = not user.is_staff and not Membership.objects.filter(user=user).exists()
        return HttpResponseRedirect(reverse("signin_no_role")) if is_waiting else answer

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Offer those who came by single sign-on to sign out there too."""
        came = get_authentication_records(request, request.user)
        if settings.OIDC.issuer and any(each.get("method") == "socialaccount" for each in came):
            return reverse("signin_signed_out")
        return str(super().get_logout_redirect_url(request))

    def add_message(self, request: HttpRequest, level: int, *args: Any, message: str = "", **kwargs: Any) -> None:
        """Say only what went wrong: who has just signed in sees that."""
        if message and level >= messages.ERROR:
            messages.error(request, message)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail to a member of staff, and never one to somebody without an account.

        A mail server that does not answer must not show: whether an address is known would be told by it.
        """
        if template_prefix == TO_STRANGERS:
            return
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.error("A mail about signing in could not be sent (%s). Check SMTP_URL.", type(error).__name__)


@require_safe
def no_role(request: HttpRequest) -> HttpResponse:
    """Tell somebody that they are known, and that nobody has given them anything to do yet."""
    if request.user.is_staff or Membership.objects.filter(user=request.user.pk).exists():
        return HttpResponseRedirect(reverse("desk:queue"))
    return render(request, "account/no_role.html")


def nowhere(request: HttpRequest) -> HttpResponse:
    """Stand for pages that allauth links to and we do not have. Raises Http404."""
    raise Http404
