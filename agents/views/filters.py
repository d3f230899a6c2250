"""The panel of filters: fetched into the list when it is opened, and a page of its own where nothing fetches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agents.frame import frame
from agents.queue.listing import selection
from agents.queue.panel import panel


@require_safe
@vary_on_headers("HX-Request")
def filters(request: HttpRequest) -> HttpResponse:
    """Show all that the list of this address can be filtered by, with what is in force."""
    now = timezone.now()
    context = panel(request.user, selection(request.user, request.GET, now=now))
    if _is_fetched(request):
        return render(request, "desk/_filter_panel.html", context)
    return render(request, "desk/filters.html", frame(request, current=context["asked_view"], now=now) | context)


def _is_fetched(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request
