"""Lets webhooks in before everything that is made for people: sessions, languages, sign-in, page headers.

They come by the hundred in a second, and all of that together takes as long as keeping them. What proves a webhook is
its signature, not its host name or a cookie. Handshakes (GET) are rare and go the way of all pages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

PREFIX = "/webhooks/"


class WebhookDoorMiddleware:
    """Calls the view of a delivered webhook at once. An error in it is a 500 as anywhere, and the platform delivers again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            found = _found(request.path_info, settings.ROOT_URLCONF)
        except Resolver404:
            return self.get_response(request)
        # One question less to the database: the view tries again on a new connection where this one turns out dead.
        connection.health_check_done = True  # type: ignore[attr-defined]
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


@lru_cache(maxsize=64)
def _found(path: str, urlconf: str) -> ResolverMatch:
    """Find the view of an address. There are few, and to go through all of them takes as long as to insert a row."""
    return resolve(path, urlconf)
