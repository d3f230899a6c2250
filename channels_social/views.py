"""The one webhook: proves who calls, keeps the bytes, answers; everything else happens later and elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit.ledger import record
from audit.models import Event
from channels_social.accounts import accounts_of, remembered
from enquiries.contract import Account, Challenge, Channel, Forged, Genuine, Misdirected, WebhookRequest
from enquiries.queries.account_versions import AccountVersions
from enquiries.registry import UnknownChannel, channel
from enquiries.services.incoming import intake

log = logging.getLogger(__name__)

MOST_BYTES = 5_000_000
FORGED, MOST_FORGED = "security.webhook_forged", 60
Proof = Genuine | Challenge


class TooLarge(Exception):
    """The body is larger than any webhook."""


@csrf_exempt  # a signature over the body takes the place of the token
@login_not_required
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, *, kind: str, external_id: str = "") -> HttpResponse:
    """Answer a handshake, or keep a genuine webhook and answer 200 once it is committed.

    401 with a security event when nobody proves to have sent it; 413 above five megabytes; an error of ours is a 500,
    upon which the platforms deliver again. `external_id` narrows to one account, for handshakes of several apps.
    """
    try:
        spoken, asked = channel(kind), _asked(request)
    except UnknownChannel:
        return HttpResponse("Unknown", status=404, content_type="text/plain")
    except TooLarge:
        return HttpResponse("Too large", status=413, content_type="text/plain")
    except UnreadablePostError:
        return HttpResponse("Broken off", status=400, content_type="text/plain")
    try:
        return _answer_at_once(kind, external_id, spoken, asked) or _answer(
            kind, asked, _proofs(spoken, accounts_of(kind, external_id), asked)
        )
    except (OperationalError, InterfaceError):
        if connection.is_usable():
            raise
        # Nobody asked the connection beforehand whether it lives, see WebhookDoorMiddleware. To keep twice is to keep once.
        connection.close()
        return _answer(kind, asked, _proofs(spoken, accounts_of(kind, external_id), asked))


def _answer_at_once(kind: str, external_id: str, spoken: Channel, asked: WebhookRequest) -> HttpResponse | None:
    """Keep what the accounts prove as they were last seen, if in the same moment they still are; None in all other cases."""
    known = remembered(kind, external_id)
    proofs = _proofs(spoken, known.accounts, asked) if known else []
    if known is None or not any(isinstance(proof, Genuine) for _, proof in proofs):
        return None
    try:
        return _answer(kind, asked, proofs, proven_by=known.seen)
    except intake.Outdated:
        return None


def _asked(request: HttpRequest) -> WebhookRequest:
    """Read the request as bytes. Not `request.body`: its limit is that of forms, and its refusal a 400."""
    length = request.META.get("CONTENT_LENGTH")
    if length and int(length) > MOST_BYTES:
        raise TooLarge
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLarge
    headers = {name.lower(): value for name, value in request.headers.items()}
    return WebhookRequest(method=str(request.method), headers=headers, query=request.GET.dict(), body=body)


def _proofs(spoken: Channel, accounts: Sequence[Account], asked: WebhookRequest) -> list[tuple[Account, Proof | None]]:
    """Return what each account recognises: one app, and so one signature, may serve several accounts.

    None stands for an account of the right app that the webhook does not speak of.
    """
    found: list[tuple[Account, Proof | None]] = []
    for account in accounts:
        try:
            found.append((account, spoken.verify(account, asked)))
        except Misdirected:
            found.append((account, None))
        except Forged:
            continue
    return found


def _answer(
    kind: str,
    asked: WebhookRequest,
    proofs: list[tuple[Account, Proof | None]],
    *,
    proven_by: AccountVersions | None = None,
) -> HttpResponse:
    if not proofs:
        return refuse(kind, asked.method, len(asked.body))
    for account, proof in proofs:
        if isinstance(proof, Challenge):
            return HttpResponse(proof.body, content_type=proof.content_type)
        if isinstance(proof, Genuine):
            _keep(account, proof, proven_by)
    if all(proof is None for _, proof in proofs):
        log.warning("A genuine %s webhook speaks of no account in use; it was not kept.", kind)
    return HttpResponse("ok", content_type="text/plain")


def _keep(account: Account, proof: Genuine, proven_by: AccountVersions | None) -> None:
    incoming = proof.incoming
    intake.accept_payload(
        account_id=account.id,
        source="WEBHOOK",
        external_id=incoming.external_id,
        raw=incoming.raw,
        now=timezone.now(),
        proven_by=proven_by,
    )


def refuse(kind: str, method: str, size: int) -> HttpResponse:
    """Answer what brings no proof. Nothing of the request is kept, not even the text of a header: whoever sent it chose it.

    The ledger takes sixty such events a minute and the log takes all: nobody fills a disk from outside.
    """
    facts = {"kind": kind, "method": method, "bytes": size}
    now = timezone.now()
    recent = (
        Event.objects.filter(verb=FORGED).order_by("-pk").values_list("at", flat=True)[MOST_FORGED - 1 : MOST_FORGED]
    )
    if not any(now - at < timedelta(minutes=1) for at in recent):
        record(verb=FORGED, data=facts, now=now)
    log.warning("A %s webhook without proof was refused.", kind)
    return HttpResponse("Not proven", status=401, content_type="text/plain")
