"""The small answers behind the desk's pages: a file, the length of a text, and whether anything is new."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agents.access import accounts_visible_to, attachment_for, message_for, visible_to
from agents.composing import measure
from agents.forms import LengthForm
from agents.frame import menu
from agents.pulse_stamp import newest_in, stamp_of
from enquiries.queries.queue import count_views
from enquiries.queries.trouble import count_trouble


@require_safe
def download(request: HttpRequest, token: str) -> FileResponse:
    """Hand out a citizen's file: always as a download, never as a page, whatever it calls itself."""
    attachment = attachment_for(request.user, token)
    answer = FileResponse(attachment.stored.open("rb"), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_POST
def length(request: HttpRequest) -> HttpResponse:
    """Count a text as the place counts it that it would go to. A POST, so that no draft stands in an address."""
    form = LengthForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": "answers"}, status=422)
    message = message_for(request.user, form.cleaned_data["answers"])
    counted = measure(message, form.cleaned_data["text"])
    return JsonResponse(
        {"length": counted.length, "most": counted.most, "words": counted.words, "over": counted.is_over}
    )


@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """Tell a page that is left open what has changed since the stamp `v`; nothing (204) when nothing has."""
    now, seen = timezone.now(), request.GET.get("v", "")
    enquiries = visible_to(request.user)
    counts = count_views(enquiries, user_id=request.user.pk or 0, now=now)
    trouble = count_trouble(enquiries, accounts_visible_to(request.user), now=now)
    stamp = stamp_of(counts, trouble)
    if stamp == seen:
        return HttpResponse(status=204)
    newest = newest_in(seen)
    arrived = enquiries.filter(pk__gt=newest).count() if newest is not None and newest < counts.newest_id else 0
    words = (
        ngettext("%(n)d new enquiry: show", "%(n)d new enquiries: show", arrived) % {"n": arrived} if arrived else ""
    )
    items = {item.name: item.count for item in menu(counts, trouble) if item.count is not None}
    return JsonResponse({"v": stamp, "counts": items, "arrived": words})
