"""Signs in with one click, in the demo only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from agents.models import User
from citizenservice.demo.people import ONE_CLICK


@login_not_required
@require_POST
def sign_in(request: HttpRequest, *, role: str) -> HttpResponse:
    """Sign in as somebody of `role`. Outside the demo this address does not exist, whoever asks and however."""
    if settings.MODE != "demo" or role not in ONE_CLICK:
        raise Http404
    user = get_object_or_404(User, email=ONE_CLICK[role], is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("admin:index" if role == "admin" else settings.LOGIN_REDIRECT_URL)
