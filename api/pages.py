"""The pages for people: what programs may do here, drawn from the description, and what each kind of problem means."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.refusals import KINDS


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description. No inline script or style: the policy of all pages holds here too."""
    return render(request, "api/docs.html")


@login_not_required
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Say for each kind of problem what to do: the `type` of an answer leads here."""
    return render(request, "api/problems.html", {"kinds": KINDS.items()})
