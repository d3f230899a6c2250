"""Several short replies at once: each in full beside what it answers, each ticked by itself, each with its own result."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agents.access import visible_to
from agents.approving.deciding_together import LONGEST, MOST, approve_each, short_ones
from agents.approving.leading import led_by
from agents.frame import frame
from enquiries.queries.approvals import waiting_for_approval


@require_http_methods(["GET", "HEAD", "POST"])
def approvals_together(request: HttpRequest) -> HttpResponse:
    """Show the short replies without anything to look into; approve those that are ticked."""
    led_by(request.user)
    ticked = request.POST.getlist("reply") if request.method == "POST" else []
    results = approve_each(ticked, request.user, now=timezone.now())
    shorts = short_ones(waiting_for_approval(visible_to(request.user)), request.user)
    context = frame(request, current="approvals", now=timezone.now()) | {
        "results": results,
        "approved": sum(result.is_approved for result in results),
        "refused": [result for result in results if not result.is_approved],
        "nothing_ticked": request.method == "POST" and not ticked,
        "shorts": shorts,
        "most": MOST,
        "longest": LONGEST,
    }
    status = 409 if context["refused"] else 422 if context["nothing_ticked"] else 200
    return render(request, "desk/approvals_together.html", context, status=status)
