"""Who listens for what: the list of monitors, and for those who lead to begin, change, pause and resume them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import accounts_visible_to, monitor_for, require_lead, rights_of
from agents.approving.leading import leads, led_by
from agents.forms.listening import MonitorForm, NewMonitorForm
from agents.frame import frame
from agents.listening.changes import changes_of
from enquiries.models import Monitor
from enquiries.queries import listening as lists
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import listening
from enquiries.services.platforms.listening import ListeningRefused


@require_http_methods(["GET", "HEAD", "POST"])
def monitors(request: HttpRequest) -> HttpResponse:
    """Show who listens for what; let those who lead begin a monitor."""
    if request.method == "POST":
        led_by(request.user)
    accounts = listening.able(accounts_visible_to(request.user).filter(organisation__in=_led(request)))
    form = NewMonitorForm(request.POST if request.method == "POST" else None, accounts=accounts)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, status=422 if request.method == "POST" else 200)
    try:
        listening.begin(
            account_id=form.cleaned_data["account"].pk, by_id=request.user.pk or 0, now=timezone.now(), **form.wanted
        )
    except ListeningRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, status=422)
    messages.success(request, _("It listens now. The first posts appear within a few minutes."))
    return redirect("desk:monitors")


def _led(request: HttpRequest) -> frozenset[int]:
    rights = rights_of(request.user)
    return rights.supervises | rights.administers


def _show(request: HttpRequest, form: NewMonitorForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = frame(request, current="monitors", now=timezone.now())
    found = list(lists.monitors(accounts_visible_to(request.user)))
    context |= {"monitors": found, "form": form if leads(request.user) else None, "led": _led(request)}
    return render(request, "desk/overheard_monitors.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_monitor(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Change what a monitor listens for, how often, and its name."""
    monitor = _to_lead(request, monitor_id)
    if request.method != "POST":
        return _show_one(request, monitor, MonitorForm.of(monitor))
    form = MonitorForm(request.POST, now_every=monitor.every_seconds)
    if not form.is_valid():
        return _show_one(request, monitor, form, status=422)
    try:
        listening.change(
            monitor_id=monitor.pk,
            seen=form.cleaned_data["seen"],
            by_id=request.user.pk or 0,
            now=timezone.now(),
            **form.wanted,
        )
    except ListeningRefused as refusal:
        form.add_error(None, str(refusal))
        return _show_one(request, monitor, form, status=422)
    except SomebodyWasFaster as refusal:
        monitor.refresh_from_db()
        again = form.about(monitor)
        again.add_error(None, str(refusal))
        return _show_one(request, monitor, again, status=409, is_stale=True)
    messages.success(request, _("Changed. New words are searched for within a few minutes."))
    return redirect("desk:monitors")


def _show_one(
    request: HttpRequest, monitor: Monitor, form: MonitorForm, *, status: int = 200, is_stale: bool = False
) -> HttpResponse:
    context: dict[str, Any] = frame(request, current="monitors", now=timezone.now())
    context |= {"monitor": monitor, "form": form, "changes": changes_of(monitor), "is_stale": is_stale}
    return render(request, "desk/overheard_monitor_edit.html", context, status=status)


@require_POST
def switch_monitor(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Pause a monitor, or let it listen again."""
    monitor = _to_lead(request, monitor_id)
    switch = listening.pause if request.POST.get("to") == "pause" else listening.resume
    try:
        switch(monitor_id=monitor.pk, by_id=request.user.pk or 0, now=timezone.now())
    except SomebodyWasFaster as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Paused.") if switch is listening.pause else _("It listens again."))
    return redirect("desk:monitors")


def _to_lead(request: HttpRequest, monitor_id: int) -> Monitor:
    monitor = monitor_for(request.user, monitor_id)
    require_lead(request.user, monitor.account.organisation_id)
    return monitor
