"""Citizens' words under our posts: asking that they be hidden, shown again or taken down, and the second person's decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import message_for, moderation_for, require_supervisor
from agents.forms.listening import ModerationDecisionForm, ModerationForm
from agents.frame import frame
from agents.listening.offered import offers
from enquiries.models import Message, Moderation
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import moderating
from enquiries.services.platforms.moderating import ModerationRefused

REFUSALS = (ModerationRefused, SomebodyWasFaster)


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show what can be done to a message on its platform, and ask a second person for it."""
    message = message_for(request.user, message_id)
    form = ModerationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, message, form, status=422 if request.method == "POST" else 200)
    sent = form.cleaned_data
    try:
        moderating.ask(
            message_id=message.pk,
            act=sent["act"],
            reason=sent["reason"],
            by_id=request.user.pk or 0,
            now=timezone.now(),
        )
    except ModerationRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, message, form, status=409)
    messages.success(request, _("Asked. A supervisor of the team who is not you decides, under “Needs attention”."))
    return redirect("desk:enquiry", message.enquiry.reference)


def _show(request: HttpRequest, message: Message, form: ModerationForm, *, status: int) -> HttpResponse:
    context = frame(request, current="", now=timezone.now()) | {
        "message": message,
        "enquiry": message.enquiry,
        "offers": offers(message),
        "earlier": Moderation.objects.filter(message=message).select_related("asked_by", "decided_by").order_by("-pk"),
        "form": form,
    }
    return render(request, "desk/moderate.html", context, status=status)


@require_POST
def decide_moderation(request: HttpRequest, moderation_id: int) -> HttpResponse:
    """Record the second person's decision; what is agreed to is done within seconds."""
    one = moderation_for(request.user, moderation_id)
    require_supervisor(request.user, one.message.enquiry)
    form = ModerationDecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose whether it is to be done."))
        return redirect("desk:attention")
    agrees = form.cleaned_data["decision"] == "agree"
    words, by_id = form.cleaned_data["words"], request.user.pk or 0
    try:
        moderating.decide(moderation_id=one.pk, agrees=agrees, by_id=by_id, words=words, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Agreed. It is done in a moment.") if agrees else _("Declined. Nothing is changed there.")
        )
    return redirect("desk:attention")


@require_POST
def withdraw_moderation(request: HttpRequest, moderation_id: int) -> HttpResponse:
    """Take back what one asked for."""
    one = moderation_for(request.user, moderation_id)
    try:
        moderating.withdraw(moderation_id=one.pk, by_id=request.user.pk or 0, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Nothing is changed there."))
    return redirect("desk:enquiry", one.message.enquiry.reference)
