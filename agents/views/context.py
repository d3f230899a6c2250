"""What was said in public around an enquiry: read when somebody opens it, and asked for once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.access import enquiry_for
from agents.frame import frame, zone_of
from enquiries.models import Enquiry, Message
from enquiries.queries.family import of_family
from enquiries.queries.surroundings import Around, around
from enquiries.services.platforms import context as surroundings


@require_http_methods(["GET", "HEAD", "POST"])
def context(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what stands around the citizen's posts; a POST has it fetched anew. A part of the page, or a page of its own."""
    enquiry = enquiry_for(request.user, reference)
    if request.method == "POST":
        newest = around_of(enquiry).newest
        asked = newest is not None and surroundings.ask_again(newest, now=timezone.now())
        if not _is_part(request):
            messages.info(request, _("It is fetched in a moment.") if asked else _("It was fetched just now."))
            return redirect("desk:context", enquiry.reference)
    now = timezone.now()
    zone = zone_of(enquiry.organisation)
    shown = {"enquiry": enquiry, "around": around_of(enquiry), "now": now, "zone": zone}
    if _is_part(request):
        return render(request, "desk/_context.html", shown)
    return render(request, "desk/context.html", frame(request, current="", now=now) | shown)


def around_of(enquiry: Enquiry) -> Around:
    """Read what stands around all public messages of an enquiry and of what was merged into it."""
    inbound = Message.objects.filter(of_family(enquiry), direction=Message.Direction.IN, side="PUBLIC")
    return around(inbound.select_related("account").order_by("pk"))


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", None))
