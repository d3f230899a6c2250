"""The organisation's identity provider as allauth sees it, held to what we ask for and to proofs that we check."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from urllib.parse import urljoin

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from agents.signing_in.single_sign_on.protocol import SignInRefused, about, believed, description

ID = "oidc"
"""How our one provider is called in addresses and rows."""


def the_app() -> SocialApp:
    """Make allauth's row for the provider, out of the settings alone: nobody adds a provider by writing into a table."""
    wanted = settings.OIDC
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=ID,
        name=wanted.name,
        client_id=wanted.client_id,
        secret=wanted.client_secret,
        settings={"server_url": wanted.issuer, "oauth_pkce_enabled": True},
    )


class CityAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Speaks with the provider. `state` is what was kept when the person left for it."""

    state: dict[str, Any] | None = None

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself."""
        return description()

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Believe the proof, or raise SignInRefused."""
        proof = kwargs["response"].get("id_token")
        if not isinstance(proof, str):
            raise SignInRefused("The provider sent no proof of who it is.")
        claims = believed(proof, nonce=str((self.state or {}).get("nonce", "")))
        return self.get_provider().sociallogin_from_response(request, about(claims, access_token=token.token))

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Name the address to come back to: the one that is registered, whatever a request calls us."""
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        here = settings.PUBLIC_URL if settings.MODE == "production" else request.build_absolute_uri("/")
        return urljoin(here, path)


class CityProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The organisation's identity provider."""

    oauth2_adapter_class = CityAdapter

    def redirect(self, request: HttpRequest, process: str, next_url: str | None = None, **kwargs: Any) -> Any:
        """Send somebody to the provider with a nonce that only the proof for this sign-in can carry."""
        nonce = secrets.token_urlsafe(32)
        parameters = {**(kwargs.pop("auth_params", None) or {}), "nonce": nonce}
        return super().redirect(request, process, next_url, auth_params=parameters, nonce=nonce, **kwargs)

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Take nothing from the request but where to go afterwards: not the scope, not the purpose."""
        kwargs: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        return kwargs | {"process": "login", "scope": self.get_scope(), "auth_params": self.get_auth_params()}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Name a person for good: by the provider and its name for them, so that another provider cannot take it over."""
        return hashlib.sha256(f"{settings.OIDC.issuer}\x00{data['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep how somebody signed in there, and nothing about them."""
        amr = data.get("amr")
        return {"amr": [str(each) for each in amr] if isinstance(amr, list) else [], "acr": str(data.get("acr", ""))}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Read the address and the name."""
        return {"email": data.get("email"), "name": str(data.get("name") or "")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Read the address, and whether the provider says that it is verified (some write it as a word)."""
        if not isinstance(data.get("email"), str):
            return []
        told = data.get("email_verified")
        is_verified = told is True or told == "true" or (told is None and settings.OIDC.trust_email)
        return [EmailAddress(email=data["email"].strip().lower(), verified=is_verified, primary=True)]
