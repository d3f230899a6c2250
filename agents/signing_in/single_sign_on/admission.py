"""Who may come in by single sign-on: people who have an account here, matched once by a verified address, then by a pin."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone

from agents.models import User
from agents.signing_in.single_sign_on.protocol import SignInRefused
from agents.signing_in.single_sign_on.provider import ID, the_app
from audit.ledger import record

log = logging.getLogger(__name__)


class StaffSingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Allauth's single sign-on, without accounts for strangers."""

    def list_apps(self, request: HttpRequest | None, provider: str = "", client_id: str = "") -> list[SocialApp]:
        """List our one provider, where the settings name it; tables are not read."""
        app = the_app()
        is_meant = provider in ("", None, app.provider, app.provider_id) and client_id in ("", None, app.client_id)
        return [app] if settings.OIDC.issuer and is_meant else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Say no: whom the settings let in has a user by then."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the user of somebody whom the provider knows. Raises ImmediateHttpResponse with the page that says why not."""
        address = next((each for each in sociallogin.email_addresses if each.email), None)
        if settings.OIDC.domains and (not address or address.email.split("@")[-1] not in settings.OIDC.domains):
            raise _refused(request, "domain")
        if sociallogin.is_existing:
            return
        if address is None or not address.verified:
            raise _refused(request, "unverified")
        user = User.objects.filter(email=address.email).first()
        if user is None:
            user = _welcomed(request, address.email)
        if user.is_active:
            _pin(request, sociallogin, user)
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **about: Any) -> None:
        """Note why, without a word about who."""
        problem = about.get("exception")
        reason = str(problem) if isinstance(problem, SignInRefused) else type(problem).__name__
        log.warning(
            "Single sign-on did not work: %s", reason if problem else "no state of ours, or the provider refused."
        )


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second factor, unless the provider has asked for one that the settings trust."""

    def handle(self) -> tuple[Any, bool]:
        """Ask, or go on."""
        came_by = (self.login.signal_kwargs or {}).get("sociallogin")
        if came_by is not None and vouches(came_by.account.extra_data):
            record_authentication(self.request, self.login.user, "mfa", type="single_sign_on")
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


def vouches(told: dict[str, Any]) -> bool:
    """Say whether the provider's `amr` or `acr` names something that counts as a second factor here."""
    return bool({*told.get("amr", []), told.get("acr")} & set(settings.OIDC.trusted_amr))


def _welcomed(request: HttpRequest, address: str) -> User:
    """Make a user without any rights, where the settings say so."""
    if not settings.OIDC.create_users:
        raise _refused(request, "stranger")
    with transaction.atomic():
        user = User.objects.create_user(address, None, name=address.split("@")[0])
        record(verb="single_sign_on.user_made", now=timezone.now(), actor_id=user.pk, subject=f"user:{user.pk}")
    return user


def _pin(request: HttpRequest, sociallogin: SocialLogin, user: User) -> None:
    """Bind a user to the provider's name for them. Whoever has the address later is somebody else, and is refused."""
    sociallogin.account.user = user
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # two names for one address, at the same moment
            if SocialAccount.objects.filter(user=user, provider=ID).exists():
                raise _refused(request, "another")
            sociallogin.account.save()
            record(verb="single_sign_on.linked", now=timezone.now(), actor_id=user.pk, subject=f"user:{user.pk}")
    except IntegrityError as problem:  # the same person, twice at the same moment
        raise _refused(request, "again") from problem


def _refused(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    log.warning("Single sign-on did not work: %s.", why)
    page = render(
        request, "socialaccount/authentication_error.html", {"why": why, "name": settings.OIDC.name}, status=403
    )
    return ImmediateHttpResponse(page)
