"""The page of what stands still: one act that lets nothing leave, what it holds, and how it ends."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import visible_to
from agents.approving.leading import home_of, led_by
from agents.forms.freeze import FreezeForm
from agents.frame import frame
from enquiries.models import Freeze, Organisation
from enquiries.queries.freezes import ended, held_by, held_replies, standstills
from enquiries.services.approving import freezing

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
def freezes(request: HttpRequest) -> HttpResponse:
    """Show what stands still and what ended; stop what leaves. All members read it, those who lead act."""
    organisation = led_by(request.user) if request.method == "POST" else home_of(request.user)
    if request.method != "POST":
        return _show(request, organisation, FreezeForm(organisation=organisation, initial=_asked(request)))
    form = FreezeForm(request.POST, organisation=organisation)
    if not form.is_valid():
        return _show(request, organisation, form, status=422)
    try:
        _stop(request, organisation, form)
    except freezing.CannotFreeze as refusal:
        form.add_error(None, str(refusal))
        return _show(request, organisation, form, status=422)
    return redirect("desk:freezes")


def _asked(request: HttpRequest) -> dict[str, str]:
    """Choose beforehand the account that the page was asked for."""
    account = request.GET.get("account", "")
    return {"scope": Freeze.Scope.ACCOUNT.value, "account": account} if account.isascii() and account.isdigit() else {}


def _stop(request: HttpRequest, organisation: Organisation, form: FreezeForm) -> None:
    sent, now = form.cleaned_data, timezone.now()
    made = freezing.freeze(
        organisation=organisation,
        scope=sent["scope"],
        kind=sent["kind"],
        account_id=sent["account"].pk if sent["account"] else None,
        topic_id=sent["topic"].pk if sent["topic"] else None,
        reason=sent["reason"],
        public_notice=sent["public_notice"],
        by_id=request.user.pk or 0,
        expires_at=now + form.lasts,
        now=now,
    )
    messages.success(request, " ".join(told(made)))


def told(made: Freeze) -> list[str]:
    """Say what a freeze holds now, and what it came too late for."""
    held = held_by(made).values("reply_id").distinct().count()
    late = freezing.under_way(made.organisation_id)
    said = [
        _("Stopped."),
        ngettext("%(n)d approved reply is held.", "%(n)d approved replies are held.", held) % {"n": held}
        if held
        else _("No approved reply is waiting."),
    ]
    if late:
        said.append(
            ngettext(
                "%(n)d is being sent at this moment and can be stopped by nobody.",
                "%(n)d are being sent at this moment and can be stopped by nobody.",
                late,
            )
            % {"n": late}
        )
    said.append(_("Writing and approving go on; what is approved meanwhile waits."))
    if made.public_notice:
        said.append(_("Citizens read the notice once another person who leads has confirmed it, on this page."))
    return said


@require_POST
def confirm_notice(request: HttpRequest, freeze_id: int) -> HttpResponse:
    """Let citizens read what another person who leads has written for them."""
    held = get_object_or_404(Freeze, pk=freeze_id, organisation=led_by(request.user))
    notice = request.POST.get("notice", "")
    try:
        freezing.confirm_notice(freeze_id=held.pk, notice=notice, by_id=request.user.pk or 0, now=timezone.now())
    except freezing.CannotFreeze as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Citizens can read the notice now, until this ends."))
    return redirect("desk:freezes")


@require_http_methods(GET_AND_POST)
def lift_freeze(request: HttpRequest, freeze_id: int) -> HttpResponse:
    """Ask before things leave again, then let them."""
    organisation = led_by(request.user)
    held = get_object_or_404(Freeze.objects.select_related("frozen_by"), pk=freeze_id, organisation=organisation)
    if request.method != "POST":
        context = frame(request, current="freezes", now=timezone.now())
        count = held_by(held).values("reply_id").distinct().count()
        return render(request, "desk/freeze_lift.html", context | {"freeze": held, "held": count})
    try:
        freezing.lift(freeze_id=held.pk, by_id=request.user.pk or 0, now=timezone.now())
    except freezing.CannotFreeze as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(
            request, _("Lifted. What was held is looked at once more and leaves in the order in which it was due.")
        )
    return redirect("desk:freezes")


def _show(request: HttpRequest, organisation: Organisation, form: FreezeForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = frame(request, current="freezes", now=timezone.now())
    now, ours = context["now"], [each for each in context["freezes"] if each.organisation_id == organisation.pk]
    context |= {
        "form": form,
        "standstills": standstills(ours),
        "held": held_replies(ours, visible_to(request.user)),
        "past": ended(organisation.pk, now=now),
    }
    return render(request, "desk/freezes.html", context, status=status)
