"""The queue of all channels, ordered by the time that is left."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.frame import frame
from agents.queue.listing import listing


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one view of the queue."""
    now = timezone.now()
    beside = listing(request, now=now)
    context = frame(request, current=beside["view"], now=now) | beside
    return render(request, "desk/queue.html", context)
