"""Where Meta tells that a person wants their data deleted, or that somebody removed the app: signed, but not as webhooks are.

Source: developers.facebook.com, "Data Deletion Request Callback" and "Deauthorize Callback"; read 2026-11-22. What has to
be kept by law is decided by a person: the request is recorded with a code, under which its state can be asked for.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from audit.ledger import record
from channels_social.accounts import accounts_of
from channels_social.facebook import signature
from channels_social.views import refuse
from enquiries.contract import Account, Forged, Halt
from enquiries.models import AccountStanding, ChannelAccount, DataDeletion
from enquiries.services.leaving import circuit

KIND = "facebook"
MOST_BYTES = 20_000
REMOVED = (
    "Somebody removed our app on Facebook, so the page's token will not be taken any more. What is approved waits. "
    "Connect the page again, check the account, then let sending go on."
)
PLAIN = "text/plain; charset=utf-8"


@csrf_exempt  # a signature takes the place of the token
@login_not_required
@require_POST
def data_deletion(request: HttpRequest) -> HttpResponse:
    """Record that a person wants their data deleted, and answer where its state can be asked for. 401 without proof."""
    body, proven = _proven(request)
    if not proven:
        return refuse(KIND, request.method or "", len(body))
    code, now = hashlib.sha256(b"deletion:" + body + settings.SECRET_KEY.encode()).hexdigest()[:24], timezone.now()
    with transaction.atomic():
        for account, person in proven:
            _ask(account, person, code=f"{code}-{account.id}", now=now)
    url = settings.PUBLIC_URL.rstrip("/") + reverse("data_deletion_state", kwargs={"code": code})
    return JsonResponse({"url": url, "confirmation_code": code})


@login_not_required
@require_GET
def data_deletion_state(request: HttpRequest, *, code: str) -> HttpResponse:
    """Tell how far a request is. It says nothing about whom: the code is all that its asker has."""
    asked = list(DataDeletion.objects.filter(code__startswith=f"{code}-"))
    if not asked:
        return HttpResponse(_("There is no request under this code."), status=404, content_type=PLAIN)
    if any(one.done_at is None for one in asked):
        says = _("Your request has arrived. A person looks at it and deletes what no law tells us to keep.")
    elif any(one.kept_because for one in asked):
        says = _("Your request was decided. A law tells us to keep what you wrote; ask the organisation which one.")
    else:
        says = _("Your request is done. What you wrote and your name are deleted; what we answered is kept.")
    return HttpResponse(says, content_type=PLAIN)


@csrf_exempt  # a signature takes the place of the token
@login_not_required
@require_POST
def deauthorised(request: HttpRequest) -> HttpResponse:
    """Let nothing leave on the pages of an app that somebody removed, and have them checked at once. 401 without proof."""
    body, proven = _proven(request)
    if not proven:
        return refuse(KIND, request.method or "", len(body))
    now = timezone.now()
    with transaction.atomic():
        for account, _person in proven:
            AccountStanding.objects.filter(account_id=account.id).update(due_at=now)
            circuit.halt(account.id, reason=REMOVED, kind=Halt.AUTH, now=now, code="deauthorised")
            _record("account.deauthorised", account, now)
    return HttpResponse("ok", content_type="text/plain")


def _proven(request: HttpRequest) -> tuple[bytes, list[tuple[Account, str]]]:
    """The signed text, and the accounts whose app signed it with the number of the person in it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return b"", []
    told = request.POST.get("signed_request", "")
    proven: list[tuple[Account, str]] = []
    for account in accounts_of(KIND):
        keys = (account.secrets.get("app_secret", ""), account.secrets.get("previous_app_secret", ""))
        try:
            proven.append((account, signature.person_of(keys, told)))
        except Forged:
            continue
    return told.encode("utf-8", "replace"), proven


def _ask(account: Account, person: str, *, code: str, now: datetime) -> None:
    """Keep the request once: Meta delivers again until it is answered."""
    facts = {"account_id": account.id, "person": person, "asked_at": now}
    _row, is_new = DataDeletion.objects.get_or_create(code=code, defaults=facts)
    if is_new:
        _record("privacy.deletion_asked", account, now)


def _record(verb: str, account: Account, now: datetime) -> None:
    organisation = ChannelAccount.objects.values_list("organisation_id", flat=True).get(pk=account.id)
    record(verb=verb, now=now, subject=f"account:{account.id}", organisation_id=organisation)
