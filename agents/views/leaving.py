"""What happens around a reply's leaving: taking it back in time, and inviting the citizen to go on in private."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.access import enquiry_for, reply_for
from agents.writing.sheets import wish_of
from enquiries.models import Enquiry, Reply
from enquiries.rules.workflow import IllegalMove
from enquiries.services import replies
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.replies import offline


@require_POST
def call_back(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Stop an approved reply that has not left yet."""
    reply = reply_for(request.user, reply_id)
    try:
        replies.call_back(reply_id=reply.pk, by_id=request.user.pk or 0, now=timezone.now())
    except (SomebodyWasFaster, IllegalMove) as refusal:
        messages.error(request, say(refusal))
    else:
        messages.success(request, _("Called back. Nothing left the building."))
    return back_to(request, reply.enquiry)


@require_POST
def take_offline(request: HttpRequest, reference: str) -> HttpResponse:
    """Make an invitation to write in private, and open the composer on the short public answer that carries it."""
    found = enquiry_for(request.user, reference)
    wish = wish_of(request.POST)
    try:
        offline.invite(enquiry_id=found.pk, answers_id=wish.answers_id, by_id=request.user.pk or 0, now=timezone.now())
    except offline.CannotInvite as refusal:
        messages.error(request, str(refusal))
        return back_to(request, found)
    return back_to(request, found, answers=str(wish.answers_id), purpose=Reply.Purpose.POINTER.value)


def say(refusal: Exception) -> str:
    """Put a refusal into words for whoever tried."""
    if isinstance(refusal, IllegalMove):
        return _("That is not possible any more: the enquiry has moved on. Here is where it stands.")
    return str(refusal)


def back_to(request: HttpRequest, found: Enquiry, **then: str) -> HttpResponse:
    """Go to the enquiry's page, with the list as it was; `then` says what its composer opens on."""
    answer = redirect("desk:enquiry", reference=found.reference)
    own = ("answers", "purpose", "corrects", "draft")
    trail = [(key, value) for key, values in request.GET.lists() if key not in own for value in values]
    query = urlencode([*trail, *then.items()])
    if query:
        answer["Location"] += f"?{query}"
    return answer
