"""What people see when something went wrong: what happened, what is safe, what to do next.

Who is signed in at the desk reads it as somebody who works there; everybody else as a citizen.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from agents.signing_in.again import keep_unproved


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its proof: mostly a page left open for too long, or cookies switched off."""
    return keep_unproved(request) or _page(request, "form_expired", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or to something this person may not know of."""
    return _page(request, "not_found", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a member without the right."""
    return _page(request, "forbidden", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when we failed. Uses no database, which may be what failed: the address says who reads this."""
    where = "errors/desk" if request.path.startswith(reverse("desk:queue")) else "errors"
    return render(None, f"{where}/broken.html", {"at": timezone.now()}, status=500)


def _page(request: HttpRequest, name: str, *, status: int) -> HttpResponse:
    where = "errors/desk" if _works_here(request) else "errors"
    return render(request, f"{where}/{name}.html", status=status)


def _works_here(request: HttpRequest) -> bool:
    """Say whether somebody is signed in; a form may be refused before anybody asked who sent it."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
