"""Mails that were kept without an enquiry, because a machine saw nobody behind them; a person may see otherwise."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import accounts_visible_to
from agents.frame import frame
from enquiries.queries.trouble import PREVIEW_BYTES, beginning_of
from enquiries.services.incoming import parking

ON_A_PAGE = 30


@require_safe
def parked(request: HttpRequest) -> HttpResponse:
    """List them, the newest first, a page at a time: `before` is the number of the last one that was shown."""
    rows = parking.parked(accounts_visible_to(request.user))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: ON_A_PAGE + 1])
    looked_at = request.GET.get("look", "")
    for row in shown:
        row.why = row.outcome.removeprefix(parking.IGNORED)  # type: ignore[attr-defined]
        if looked_at == str(row.pk):
            row.preview = beginning_of(bytes(row.raw)[:PREVIEW_BYTES])  # type: ignore[attr-defined]
    context = frame(request, current="attention", now=timezone.now()) | {
        "rows": shown[:ON_A_PAGE],
        "older": shown[ON_A_PAGE - 1].pk if len(shown) > ON_A_PAGE else 0,
        "before": before if before.isascii() and before.isdigit() else "",
    }
    return render(request, "desk/parked.html", context)


@require_POST
def take_up(request: HttpRequest, payload_id: int) -> HttpResponse:
    """Make an enquiry of one of them, and go there."""
    found = get_object_or_404(parking.parked(accounts_visible_to(request.user)), pk=payload_id)
    try:
        enquiry = parking.take_up(found.pk, by_id=request.user.pk or 0, now=timezone.now())
    except parking.CannotTakeUp as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:parked")
    messages.success(request, _("It is an enquiry now. Its time runs from this moment."))
    return redirect("desk:enquiry", enquiry.reference)
