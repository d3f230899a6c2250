"""The pages of single sign-on: to the provider, back from it, and out."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.signing_in.single_sign_on.protocol import sign_out_address
from agents.signing_in.single_sign_on.provider import CityAdapter


class Callback(OAuth2CallbackView):  # type: ignore[misc]
    """Allauth's way back, which lets the adapter see what was kept when the person left."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        self.adapter.state = state
        return state, answer


@login_not_required
@require_safe
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the provider. A link, not a form: the policy of our pages lets no form lead to another site."""
    provider = _provider(request, provider_id)
    too_many: HttpResponse | None = ratelimit.consume_or_429(request, app="allauth.account", action="login")
    if too_many:
        return too_many
    try:
        answer: HttpResponse = provider.redirect_from_request(request)
    except OAuth2Error as problem:
        answer = render_authentication_error(request, provider, exception=problem)
    return answer


@login_not_required
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take somebody back from the provider."""
    provider = _provider(request, provider_id)
    try:
        answer: HttpResponse = Callback.adapter_view(CityAdapter(request, provider_id))(request)
    except OAuth2Error as problem:
        answer = render_authentication_error(request, provider, exception=problem)
    return answer


@login_not_required
@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    """Take somebody back who has changed their mind."""
    return HttpResponseRedirect(reverse("account_login"))


@login_not_required
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that one is out here, and offer to go out there."""
    if not settings.OIDC.issuer:
        raise Http404
    back = request.build_absolute_uri(reverse("account_login"))
    return render(
        request, "account/signed_out.html", {"address": sign_out_address(back=back), "name": settings.OIDC.name}
    )


def _provider(request: HttpRequest, provider_id: str) -> Any:
    if not settings.OIDC.issuer:
        raise Http404
    return get_adapter().get_provider(request, provider_id)
