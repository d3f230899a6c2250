"""The page of the channels, for those who lead: how every account stands and what somebody has to mend."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agents.access import accounts_visible_to
from agents.approving.leading import led_by
from agents.channels.board import board
from agents.frame import frame
from enquiries.models import DataDeletion
from enquiries.services.platforms import erasing


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Show the board of the accounts whose arrivals somebody may see."""
    organisation, now = led_by(request.user), timezone.now()
    lines = board(accounts_visible_to(request.user).filter(organisation=organisation), now=now)
    context = frame(request, current="channels", now=now) | {
        "lines": lines,
        "troubled": sum(1 for line in lines if line.tone != "good"),
    }
    return render(request, "desk/channels.html", context)


@require_POST
def decide_deletion(request: HttpRequest, deletion_id: int) -> HttpResponse:
    """Delete what a person asked to have deleted, or record which law keeps it."""
    accounts = accounts_visible_to(request.user).filter(organisation=led_by(request.user))
    asked = get_object_or_404(DataDeletion, pk=deletion_id, account__in=accounts)
    by_id, now = request.user.pk or 0, timezone.now()
    try:
        if request.POST.get("decision") == "erase":
            messages.success(request, _told(erasing.erase(asked.pk, by_id=by_id, now=now)))
        else:
            erasing.keep(asked.pk, because=request.POST.get("because", ""), by_id=by_id, now=now)
            messages.success(request, _("Recorded. Under their code the person reads that a law keeps it."))
    except erasing.CannotErase as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:channels")


def _told(erased: erasing.Erased) -> str:
    if not (erased.messages or erased.names or erased.read):
        return _("Done. Nobody of this number has left anything here.")
    emptied = ngettext("%(n)d message was emptied.", "%(n)d messages were emptied.", erased.messages)
    told = [_("Done."), emptied % {"n": erased.messages}]
    if erased.read:
        read = ngettext(
            "So was %(n)d post that we had only read.", "So were %(n)d posts that we had only read.", erased.read
        )
        told.append(read % {"n": erased.read})
    return " ".join([*told, _("What we answered is kept.")])
