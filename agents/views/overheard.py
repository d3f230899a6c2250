"""Public posts that nobody addressed to us: the list, joining and leaving them, and who listens for what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import accounts_visible_to, monitor_for, overheard_for, rights_of
from agents.approving.leading import leads, led_by
from agents.forms.listening import MonitorForm, OverheardForm
from agents.frame import frame
from enquiries.models import Overheard
from enquiries.queries import listening as lists
from enquiries.queries.queue import BadPlace
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import listening, overhearing
from enquiries.services.platforms.listening import ListeningRefused
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


@require_http_methods(["GET", "HEAD", "POST"])
def monitors(request: HttpRequest) -> HttpResponse:
    """Show who listens for what; let those who lead begin a monitor."""
    if request.method == "POST":
        led_by(request.user)
    accounts = listening.able(accounts_visible_to(request.user).filter(organisation__in=_led(request)))
    form = MonitorForm(request.POST if request.method == "POST" else None, accounts=accounts)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, status=422 if request.method == "POST" else 200)
    sent, now = form.cleaned_data, timezone.now()
    try:
        listening.begin(
            account_id=sent["account"].pk,
            name=sent["name"],
            query=sent["query"],
            every_seconds=sent["every_seconds"],
            by_id=request.user.pk or 0,
            now=now,
        )
    except ListeningRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, status=422)
    messages.success(request, _("It listens now. The first posts appear within a few minutes."))
    return redirect("desk:monitors")


def _led(request: HttpRequest) -> frozenset[int]:
    rights = rights_of(request.user)
    return rights.supervises | rights.administers


def _show(request: HttpRequest, form: MonitorForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = frame(request, current="monitors", now=timezone.now())
    found = list(lists.monitors(accounts_visible_to(request.user)))
    context |= {"monitors": found, "form": form if leads(request.user) else None, "led": _led(request)}
    return render(request, "desk/overheard_monitors.html", context, status=status)


@require_POST
def switch_monitor(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Pause a monitor, or let it listen again."""
    monitor = monitor_for(request.user, monitor_id)
    if monitor.account.organisation_id not in _led(request):
        raise PermissionDenied(_("Only supervisors and administrators may do this."))
    switch = listening.pause if request.POST.get("to") == "pause" else listening.resume
    try:
        switch(monitor_id=monitor.pk, by_id=request.user.pk or 0, now=timezone.now())
    except SomebodyWasFaster as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Paused.") if switch is listening.pause else _("It listens again."))
    return redirect("desk:monitors")
