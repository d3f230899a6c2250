"""Answers the pulse of a quiet desk before everything that is made for pages: hundreds of open pages ask every few seconds.

It tells "nothing new" to who was told so a moment ago, to the very same question of the same session, and nothing else to
anybody. Whatever it does not know goes the way of all pages, where sessions, second factors and rights are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from agents.live.stamp import question_of
from audit.versions import is_still_true


class PulseDoorMiddleware:
    """Says 204 where that is still true."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == _address() and request.method == "GET" and is_still_true(question(request)):
            return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
        return self.get_response(request)


def question(request: HttpRequest) -> str:
    """Name what the session of a request asks."""
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return question_of(session_key, request.META.get("QUERY_STRING", ""))


@cache
def _address() -> str:
    return reverse("desk:pulse")
