"""A test message from an account of ours to ourselves: the one thing that leaves without an approval, and reaches no citizen.

Its words stand here, it goes to an address of ours alone, always in private, and it is on record before it leaves. It is
tried once: nobody waits for it, so nothing of it is ever sent again by itself.
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import ChannelError, OutboundReply, Receipt, Side
from enquiries.models import ChannelAccount, Freeze
from enquiries.registry import PRACTICE, channel, kinds, traits_of
from enquiries.rules.may_reply import Way

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 20.0


class CannotTry(Exception):
    """No test message has left, or nobody knows whether it has. The message says which, and why."""


def targets_of(account: ChannelAccount, *, own_address: str) -> list[str]:
    """List where a test message may go: by mail to the asking person's own address, else to our other accounts there."""
    ways = {row.way for row in traits_of(account.kind).ways}
    if account.kind == PRACTICE or account.kind not in kinds() or Way.IN_PRIVATE not in ways:
        return []
    if traits_of(account.kind).is_mail:
        return [own_address] if "@" in own_address else []
    ours = ChannelAccount.objects.filter(organisation=account.organisation_id, kind=account.kind).exclude(pk=account.pk)
    return list(ours.filter(is_active=True).order_by("pk").values_list("external_id", flat=True))


def try_out(account_id: int, *, to: str, own_address: str, by_id: int, now: datetime) -> Receipt:
    """Send the test message. `own_address` is the mail address of who asks. Raises CannotTry."""
    account = ChannelAccount.objects.select_related("organisation").get(pk=account_id)
    if to not in targets_of(account, own_address=own_address):
        raise CannotTry(_("A test message goes to yourself or to another account of yours, and to nobody else."))
    if _is_stopped(account, now):
        raise CannotTry(_("Somebody has stopped what leaves here. Lift that first."))
    key = uuid.uuid4()
    _note("account.test_begun", account, by_id, now, {"key": str(key)})
    try:
        receipt = channel(account.kind).send(account.as_account(), _letter(account, key=key, to=to, now=now))
    except ChannelError as error:
        _note("account.test_failed", account, by_id, now, {"key": str(key), "why": type(error).__name__})
        log.warning("The test message of account %s did not leave for certain: %s", account.pk, type(error).__name__)
        raise CannotTry(" ".join(part for part in (error.safe_message, getattr(error, "fix", "")) if part)) from error
    _note("account.tested", account, by_id, now, {"key": str(key)})
    return receipt


def _letter(account: ChannelAccount, *, key: uuid.UUID, to: str, now: datetime) -> OutboundReply:
    name = account.organisation.name
    text = _("This is a test message of %(name)s. It shows that this account can send. Nobody has to answer it.")
    return OutboundReply(
        key=str(key),
        text=text % {"name": name},
        side=Side.PRIVATE,
        target_id="",
        recipient=to,
        subject=_("Test message of %(name)s") % {"name": name},
        approved_at=now,
        automatic=True,
        send_by=time.monotonic() + PATIENCE_SECONDS,
    )


def _is_stopped(account: ChannelAccount, now: datetime) -> bool:
    everything, theirs = Q(scope=Freeze.Scope.EVERYTHING), Q(scope=Freeze.Scope.ACCOUNT, account=account)
    kind = Q(scope=Freeze.Scope.CHANNEL, kind=account.kind)
    live = Freeze.objects.filter(organisation=account.organisation_id, lifted_at__isnull=True, expires_at__gt=now)
    return live.filter(everything | theirs | kind).exists()


def _note(verb: str, account: ChannelAccount, by_id: int, now: datetime, data: dict[str, str]) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"account:{account.pk}",
        organisation_id=account.organisation_id,
        data=data,
    )
