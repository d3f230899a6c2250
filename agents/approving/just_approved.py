"""What somebody approved a moment ago, so that the list can offer to call it back once: kept by the browser, not by a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from agents.access import Person, visible_to
from enquiries.models import Posting, Reply

COOKIE = SALT = "just_approved"
LASTS = 120
"""Seconds. Whoever comes back later finds the reply on its enquiry."""


@dataclass(frozen=True, kw_only=True)
class JustApproved:
    """A reply that somebody approved a moment ago and may still call back, until it leaves."""

    reply: Reply
    leaves_at: datetime


def remember(answer: HttpResponse, reply: Reply) -> None:
    """Send along which reply it was."""
    answer.set_signed_cookie(
        COOKIE,
        str(reply.pk),
        salt=SALT,
        max_age=LASTS,
        path=reverse("desk:approvals"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget(answer: HttpResponse, request: HttpRequest) -> None:
    """Offer it once only."""
    if COOKIE in request.COOKIES:
        answer.delete_cookie(COOKIE, path=reverse("desk:approvals"), samesite="Strict")


def just_approved(request: HttpRequest) -> JustApproved | None:
    """Find the reply that this very person approved a moment ago, while nothing of it has left."""
    written = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=LASTS)
    return _found(request.user, int(written)) if written else None


def _found(user: Person, reply_id: int) -> JustApproved | None:
    own = Reply.objects.filter(approvals__approver=user.pk, approvals__revoked_at__isnull=True)
    reply = own.filter(pk=reply_id, state=Reply.State.APPROVED, enquiry__in=visible_to(user)).first()
    if reply is None:
        return None
    queued = Posting.objects.filter(reply=reply, state=Posting.State.QUEUED).order_by("due_at").first()
    if queued is None:
        return None
    return JustApproved(reply=reply, leaves_at=queued.due_at)
