"""Addresses of the second factor and of keeping one's words; those of allauth that need no change are taken as they are."""

from __future__ import annotations

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from agents.signing_in import again as signin_again
from agents.signing_in.second_factor import views as ours

urlpatterns = [
    path("kept/", signin_again.kept, name="signin_kept"),
    path("still-here/", signin_again.still_here, name="signin_still_here"),
    path("security/", base.index, name="mfa_index"),
    path("second-factor/", login_not_required(base.authenticate), name="mfa_authenticate"),
    path("second-factor/again/", base.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/again/key/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("security/app/add/", ours.add_app, name="mfa_activate_totp"),
    path("security/app/remove/", ours.remove_app, name="mfa_deactivate_totp"),
    path("security/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("security/keys/add/", ours.add_key, name="mfa_add_webauthn"),
    path("security/keys/<int:pk>/remove/", ours.remove_key, name="mfa_remove_webauthn"),
    path("security/keys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("security/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/recovery-codes/new/", ours.new_codes, name="mfa_generate_recovery_codes"),
    path("login/key/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
]
