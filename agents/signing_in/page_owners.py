"""Whose page a form came from: its proof belongs to one sign-in, and the browser keeps, signed, whose that was."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_SECRET_LENGTH, CSRF_TOKEN_LENGTH

COOKIE = "whose_pages"
SALT = "agents.page_owners"
LASTS = 60 * 60 * 12
MOST = 4
"""So many sign-ins in one browser are remembered."""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Note, where a page was given out with a proof, whose it is. Nothing is written when that is known already."""
    secret, user_id = request.META.get("CSRF_COOKIE"), request.user.pk
    if not secret or not user_id:
        return
    line, known = f"{_digest(secret)}:{user_id}", _known(request)
    if line in known:
        return
    response.set_signed_cookie(
        COOKIE,
        ",".join([*known, line][-MOST:]),
        salt=SALT,
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def owner_of(request: HttpRequest) -> int | None:
    """Name whose page this form came from, by the proof in it; None where that cannot be told."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if len(token) != CSRF_TOKEN_LENGTH or not set(token) <= set(LETTERS):
        return None
    wanted = _digest(_secret_in(token))
    found = [line.partition(":")[2] for line in _known(request) if line.partition(":")[0] == wanted]
    return int(found[-1]) if found and found[-1].isdecimal() else None


def _known(request: HttpRequest) -> list[str]:
    written = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=LASTS)
    return written.split(",") if written else []


def _secret_in(token: str) -> str:
    """Take the mask off, as Django puts it on: each letter is moved along the alphabet by the letter of the mask."""
    mask, masked = token[:CSRF_SECRET_LENGTH], token[CSRF_SECRET_LENGTH:]
    return "".join(LETTERS[LETTERS.index(x) - LETTERS.index(y)] for x, y in zip(masked, mask, strict=True))


def _digest(secret: str) -> str:
    return hashlib.sha256(f"{SALT}:{secret}".encode()).hexdigest()[:24]
