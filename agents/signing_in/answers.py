"""How to send somebody to a page, whatever asked: a browser that follows, htmx that would swap, or a script that waits."""

from __future__ import annotations

import json
from typing import Literal
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme

Kind = Literal["page", "htmx", "script"]
SIGNED_OUT = "signed-out"
"""The event that a page hears when a request of htmx met a session that is over; `detail.address` is where to sign in."""


def kind_of(request: HttpRequest) -> Kind:
    """Tell what asked, by the headers that browsers and htmx set themselves."""
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        return "htmx"
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    if mode != "navigate" or request.headers.get("Accept", "").startswith("application/json"):
        return "script"
    return "page"


def where_they_are(request: HttpRequest) -> str:
    """Give the page that somebody looks at: for a page it is what they ask for, for the rest what they ask from."""
    if kind_of(request) == "page" and request.method in ("GET", "HEAD"):
        return request.get_full_path()
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return "/desk/"
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def lead_to(request: HttpRequest, address: str, *, kind: Kind) -> HttpResponse:
    """Send somebody to `address`. A script is told 401; htmx loads the page on a look, and only hears of it on a change.

    On a change the page stays: what was written in it is still there to be sent again.
    """
    if kind == "page":
        return HttpResponseRedirect(address)
    answer = JsonResponse({"error": "signed_out", "address": address}, status=401)
    if kind == "htmx" and request.method in ("GET", "HEAD"):
        answer.headers["HX-Redirect"] = address
    elif kind == "htmx":
        answer.headers["HX-Reswap"] = "none"
        answer.headers["HX-Trigger"] = json.dumps({SIGNED_OUT: {"address": address}})
    return answer
