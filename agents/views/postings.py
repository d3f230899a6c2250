"""The page of one posting: all that is known of it, what the platform shows now, and the decision of a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import supervised_by
from agents.channels.one_posting import (
    STILL_OPEN,
    LookedJustNow,
    enquiry_shown_for,
    look,
    posting_seen_by,
    story_of,
    tries_of,
)
from agents.forms.attention import PostingDecisionForm
from agents.frame import frame
from enquiries.models import Posting


@require_safe
def posting(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Show one posting, settled or not, to everybody who sees its enquiry."""
    return render(request, "desk/posting.html", page_of(request, posting_seen_by(request.user, posting_id)))


@require_POST
def look_at_posting(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Ask the platform now, and show its view beside what we know. Nothing is decided or changed by looking."""
    found, now = posting_seen_by(request.user, posting_id), timezone.now()
    if found.state not in STILL_OPEN:
        messages.info(request, _("This is settled: there is nothing to look for any more."))
        return redirect("desk:posting", found.pk)
    try:
        seen = look(found, by_id=request.user.pk or 0, now=now)
    except LookedJustNow as refusal:
        messages.info(request, str(refusal))
        return redirect("desk:posting", found.pk)
    return render(request, "desk/posting.html", page_of(request, found) | {"seen": seen})


def page_of(request: HttpRequest, found: Posting, *, form: PostingDecisionForm | None = None) -> dict[str, Any]:
    """Give what `desk/posting.html` needs; `form` is a decision that lacked something."""
    return frame(request, current="attention", now=timezone.now()) | {
        "posting": found,
        "enquiry": enquiry_shown_for(request.user, found),
        "answered": found.reply.answers,
        "tries": tries_of(found),
        "story": story_of(found),
        "supervised": supervised_by(request.user, [found.reply.enquiry]),
        "may_look": found.state in STILL_OPEN,
        "form": form or PostingDecisionForm(),
        "decided_id": found.pk if form else 0,
    }
