"""The small answers behind the desk's pages: the length of a text, and whether anything is new."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agents.access import message_for, rights_of
from agents.forms.writing import LengthForm
from agents.live.door import question
from agents.live.news import news_for
from agents.live.stamp import KEPT_SECONDS
from agents.writing.composing import measure
from audit.versions import remember, versions_of
from enquiries.models import Reply


@require_POST
def length(request: HttpRequest) -> HttpResponse:
    """Count a text as the place counts it that it would go to. A POST, so that no draft stands in an address."""
    form = LengthForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": "answers"}, status=422)
    message = message_for(request.user, form.cleaned_data["answers"])
    purpose = form.cleaned_data["purpose"] or Reply.Purpose.ANSWER
    counted = measure(message, form.cleaned_data["text"], purpose=purpose)
    return JsonResponse(
        {"length": counted.length, "most": counted.most, "words": counted.words, "over": counted.is_over}
    )


@require_safe
@login_not_required
def pulse(request: HttpRequest) -> HttpResponse:
    """Tell a page that is left open what has changed; the contract stands in `agents.live.stamp`."""
    if not request.user.is_authenticated:
        return JsonResponse({"sign_in": resolve_url(settings.LOGIN_URL)}, status=401)
    held = rights_of(request.user).organisations
    # Read before the tables: what happens meanwhile makes the answer old, never the memory of it true.
    versions = versions_of(held)
    news = news_for(request.user, request.GET, now=timezone.now())
    if news is not None:
        return JsonResponse(news)
    if versions:
        remember(question(request), versions=versions, seconds=KEPT_SECONDS)
    return HttpResponse(status=204)
