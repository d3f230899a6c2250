"""The one page for people: what programs may do here, drawn from the description, all of it out of our own files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description. No inline script or style: the policy of all pages holds here too."""
    return render(request, "api/docs.html")
