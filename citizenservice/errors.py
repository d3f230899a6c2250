"""What people see when something went wrong: what happened, what is safe, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agents.signing_in.again import keep_unproved


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its proof: mostly a page left open for too long, or cookies switched off."""
    return keep_unproved(request) or render(request, "errors/form_expired.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or to something this person may not know of."""
    return render(request, "errors/not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a member without the right."""
    return render(request, "errors/forbidden.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when we failed. Uses no database: it may be what failed."""
    return render(None, "errors/broken.html", status=500)
