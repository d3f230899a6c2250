"""The pages around the form: the front page, what is stored, for whom it works, and what machines ask for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from citizens.doors import form_account, show
from citizens.promises import mailbox_of, notices, ways
from enquiries.queries.hours import opening_hours

NOT_FOR_MACHINES = (
    "follow",
    "asked",
    "private",
    "private-page",
    "desk",
    "accounts",
    "admin",
    "api",
    "webhooks",
    "demo",
)
ROBOTS = "User-agent: *\n" + "".join(
    f"Disallow: /{folder}/\n"
    for folder in ("follow", "asked", "private", "private-page", "desk", "accounts", "admin", "api", "webhooks", "demo")
)
SECURITY_TXT_LASTS = timedelta(days=180)


@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show what can be done here and how soon an answer comes."""
    account = form_account()
    if account is None:
        return show(request, "not_set_up")
    organisation = account.organisation
    told = notices(organisation, now=timezone.now())
    context = {"ways": ways(organisation, told), "hours": opening_hours(organisation), "notices": told.everywhere}
    return show(request, "front", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say for whom the site works, and how to tell us where it does not."""
    return show(request, "accessibility", {"mailbox": _mailbox()})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is stored, for how long, and how to complain."""
    return show(request, "privacy", {"mailbox": _mailbox()})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what is not theirs."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Tell finders of weaknesses where to write (RFC 9116)."""
    mailbox = _mailbox()
    contacts = [f"mailto:{mailbox}"] if mailbox else []
    lines = [
        *(f"Contact: {contact}" for contact in [*contacts, f"{settings.PUBLIC_URL}/ask/"]),
        f"Expires: {_expires(timezone.now())}",
        "Preferred-Languages: en, nl",
        f"Canonical: {settings.PUBLIC_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _expires(now: datetime) -> str:
    return (now + SECURITY_TXT_LASTS).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _mailbox() -> str:
    account = form_account()
    return mailbox_of(account.organisation) if account else ""
