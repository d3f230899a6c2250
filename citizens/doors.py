"""What every public page has in common: whose site it is, what a browser may keep, and how much a form may weigh."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from citizens.uploads import BoundedUploads
from enquiries.models import ChannelAccount, Organisation

View = Callable[..., HttpResponse]
MOST_BYTES_TO_READ = 100 * 1024 * 1024
"""A form may weigh this much and still come back with its words. Beyond it, it is not even read."""


class SeeOther(HttpResponse):
    """After a form: look there, with GET. 303 says so without leaving the browser a choice."""

    def __init__(self, address: str) -> None:
        super().__init__(status=303, headers={"Location": address})


def form_account() -> ChannelAccount | None:
    """Find the account of the public form. None while none is set up."""
    return ChannelAccount.objects.active("web").select_related("organisation").first()


def show(request: HttpRequest, page: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Render a public page, with the organisation whose site it is."""
    whose = {"organisation": SimpleLazyObject(_organisation)}
    return render(request, f"public/{page}.html", whose | (context or {}), status=status)


def _organisation() -> Organisation | None:
    account = form_account()
    return account.organisation if account else Organisation.objects.order_by("pk").first()


def is_private(view: View) -> View:
    """Keep a page out of every cache and every search engine; its address never travels to another site."""

    @never_cache
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store, private"
        return response

    return door


class _Proof(CsrfViewMiddleware):
    """Django's own check that a form came from our page, which tells the view instead of answering in its place."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def takes_forms(view: View) -> View:
    """Open a page to everybody, and read its form within limits.

    Django's middleware would read the form before any view, with limits of its own, and answer a form without its proof
    (CSRF) with a bare page: the citizen's words would be gone. So it is told to pass here, and `is_proven` asks the same.
    """

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and (problem := _read_within_limits(request)):
            return problem
        return view(request, *args, **kwargs)

    return door


def is_proven(request: HttpRequest) -> bool:
    """Say whether a form came from our own page. Without that, a view changes nothing and gives the words back."""
    return _Proof(_nothing).process_view(request, _nothing, (), {}) is None


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _read_within_limits(request: HttpRequest) -> HttpResponse | None:
    """Read the form. Returns the page that says why it could not be read, None when all is well."""
    # A form is UTF-8, whatever its header says: there are "character sets" that are none, and reading them fails.
    request.encoding = "utf-8"
    if _length(request) > MOST_BYTES_TO_READ:
        return show(request, "too_large", status=413)
    request.upload_handlers = [BoundedUploads()]
    try:
        request.POST  # noqa: B018 - reading it is what may fail
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return show(request, "too_large", status=413)
    except (MultiPartParserError, BadRequest, UnreadablePostError):
        return show(request, "unreadable_form", status=400)
    return None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
