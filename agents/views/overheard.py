"""Public posts that nobody addressed to us: the list, joining and leaving them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import accounts_visible_to, overheard_for
from agents.forms.listening import OverheardForm
from agents.frame import frame
from enquiries.models import Overheard
from enquiries.queries import listening as lists
from enquiries.queries.queue import BadPlace
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import overhearing
from enquiries.services.platforms.overhearing import OverhearingRefused


@require_safe
def overheard(request: HttpRequest) -> HttpResponse:
    """Show what monitors found, the newest first, or what was left alone."""
    form = OverheardForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    accounts = accounts_visible_to(request.user)
    monitors = list(lists.monitors(accounts))
    state = asked.get("state") or Overheard.State.NEW.value
    page = lists.page_of(
        lists.overheard(accounts),
        state=state,
        account_id=asked.get("account"),
        monitor_id=asked.get("monitor"),
        after=_place(asked.get("after", "")),
    )
    kept = {"state": state, "account": asked.get("account") or "", "monitor": asked.get("monitor") or ""}
    context = frame(request, current="overheard", now=timezone.now()) | {
        "rows": page.rows,
        "older": urlencode({**kept, "after": str(page.older)}) if page.older else "",
        "monitors": monitors,
        "listening": sorted({one.account for one in monitors}, key=lambda one: (one.kind, one.name)),
        "chosen": kept,
    }
    return render(request, "desk/overheard.html", context)


def _place(text: str) -> lists.Place | None:
    try:
        return lists.Place.read(text) if text else None
    except BadPlace:
        return None


@require_POST
def join(request: HttpRequest, overheard_id: int) -> HttpResponse:
    """Make an enquiry of a post, and go there: whoever joins answers."""
    heard = overheard_for(request.user, overheard_id)
    try:
        enquiry = overhearing.join(overheard_id=heard.pk, by_id=request.user.pk or 0, now=timezone.now())
    except (OverhearingRefused, SomebodyWasFaster) as refusal:
        messages.error(request, str(refusal))
        heard.refresh_from_db()
        if heard.enquiry is None:
            return redirect("desk:overheard")
        return redirect("desk:enquiry", heard.enquiry.reference)
    messages.success(request, _("Joined. It is an enquiry now, and its promised time has begun."))
    return redirect("desk:enquiry", enquiry.reference)


@require_POST
def leave(request: HttpRequest, overheard_id: int) -> HttpResponse:
    """Leave a post alone."""
    heard = overheard_for(request.user, overheard_id)
    try:
        overhearing.leave(overheard_id=heard.pk, by_id=request.user.pk or 0, now=timezone.now())
    except SomebodyWasFaster as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Left alone. It stands under “Left alone” until it is let go."))
    return redirect("desk:overheard")
