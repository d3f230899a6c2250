"""Setting up and giving up a second factor: allauth's pages, with an event for each change and nobody left without."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.signing_in.second_factor.asking import note_it_shown
from agents.signing_in.second_factor.forms import LAST, step_of
from audit.ledger import record


def _tell(request: HttpRequest, what: str, kind: str) -> None:
    who = request.user.pk
    record(verb=f"second_factor.{what}", now=timezone.now(), actor_id=who, subject=f"user:{who}", data={"kind": kind})


class AddApp(ActivateTOTPView):  # type: ignore[misc]
    """Sets up an app. The code that proves it is used up by that."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it up, and take this session for proved."""
        step = step_of(form.secret, form.cleaned_data["code"])
        answer: HttpResponse = super().form_valid(form)
        app = Authenticator.objects.get(user_id=self.request.user.pk, type=Authenticator.Type.TOTP)
        app.data[LAST] = step
        app.save(update_fields=["data"])
        note_it_shown(self.request, by="totp")
        _tell(self.request, "added", "totp")
        return answer


class RemoveApp(DeactivateTOTPView):  # type: ignore[misc]
    """Gives up the app; the form refuses where it is the last factor of somebody who must have one."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Give it up."""
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "removed", "totp")
        return answer


class AddKey(AddWebAuthnView):  # type: ignore[misc]
    """Sets up a key: a stick, or what a phone or computer keeps behind a finger or a face."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it up, and take this session for proved."""
        answer: HttpResponse = super().form_valid(form)
        note_it_shown(self.request, by="webauthn")
        _tell(self.request, "added", "webauthn")
        return answer


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]
    """Gives up a key, unless it is the last factor of somebody who must have one."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Give it up."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, _("Set up another second factor first: your organisation asks for one."))
            return HttpResponseRedirect(reverse("mfa_index"))
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "removed", "webauthn")
        return answer


class NewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes new recovery codes; the old ones are void."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them."""
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "codes_made", "recovery_codes")
        return answer


add_app = AddApp.as_view()
remove_app = RemoveApp.as_view()
add_key = AddKey.as_view()
remove_key = RemoveKey.as_view()
new_codes = NewCodes.as_view()
