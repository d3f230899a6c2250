"""How somebody likes their desk: density, keys, notifications."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agents.frame import frame
from agents.models import User


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one may choose."""

    class Meta:
        model = User
        fields = ("density", "single_keys", "notifications")
        widgets = {"density": forms.RadioSelect}
        labels = {
            "density": gettext_lazy("How close the lines stand"),
            "single_keys": gettext_lazy("Single keys act: j, k, n, …"),
            "notifications": gettext_lazy("Tell me in the browser when something new arrives"),
        }
        help_texts = {
            "single_keys": gettext_lazy(
                "Switch them off when you speak to your computer or when keys act by accident. Ctrl K works either way."
            ),
            "notifications": gettext_lazy("Only how many there are, never a name or a word of a citizen."),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep what somebody prefers."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept. It is so from now on."))
        return redirect("desk:preferences")
    context = frame(request, current="", now=timezone.now()) | {"form": form, "title": _("Preferences")}
    return render(request, "desk/preferences.html", context, status=422 if form.errors else 200)
