"""Addresses of single sign-on. Allauth's form for signing up and its page of connections do not exist here."""

from __future__ import annotations

from django.urls import path

from agents.signing_in.local import no_role, nowhere
from agents.signing_in.single_sign_on import views

urlpatterns = [
    path("oidc/login/", views.login, name="openid_connect_login", kwargs={"provider_id": "oidc"}),
    path("oidc/callback/", views.callback, name="openid_connect_callback", kwargs={"provider_id": "oidc"}),
    path("oidc/cancelled/", views.cancelled, name="socialaccount_login_cancelled"),
    path("signed-out/", views.signed_out, name="signin_signed_out"),
    path("no-role/", no_role, name="signin_no_role"),
    path("oidc/signup/", nowhere, name="socialaccount_signup"),
    path("oidc/connections/", nowhere, name="socialaccount_connections"),
]
