"""The page of the channels, for those who lead: how every account stands and what somebody has to mend."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.access import accounts_visible_to
from agents.approving.leading import led_by
from agents.channels.board import board
from agents.frame import frame


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
