"""Tokens that run out: exchanged in time, by one process at a time, and kept before anybody uses them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import OperationalError, connection, transaction

from audit.ledger import record
from enquiries.contract import Account, AccountUnusable, ChannelError, Renewed, Renews
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.registry import channel, kinds
from enquiries.services.leaving import circuit

log = logging.getLogger(__name__)
BEFORE_THE_END = timedelta(minutes=10)
WAIT_SECONDS = 20
"""So long whoever was refused waits for somebody who renews at this moment."""


def renew_due(*, now: datetime) -> int:
    """Renew the tokens that run out soon. Returns how many were renewed."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Renews)]
    soon = AccountStanding.objects.filter(
        account__is_active=True, account__kind__in=able, token_expires_at__lte=now + BEFORE_THE_END
    )
    ids = list(soon.order_by("token_expires_at").values_list("account_id", flat=True))
    return sum(renew(account_id, now=now) for account_id in ids)


def renew(account_id: int, *, now: datetime, refused: Account | None = None) -> bool:
    """Exchange the tokens of an account that run out soon. True when there are newer ones, whoever fetched them.

    A refresh token counts once: who uses it a second time loses the account. So nobody else may ask meanwhile, and what
    comes back is committed before anything else happens. `refused` is the account as the platform has just refused it:
    its tokens are exchanged whatever their date says, unless others are there already. Such a caller waits for its turn.
    """
    try:
        with transaction.atomic():
            if not _alone(account_id, waits=refused is not None):
                return False
            return _renew(ChannelAccount.objects.get(pk=account_id), refused, now)
    except OperationalError:
        log.warning("The tokens of account %s are being renewed by somebody else for too long.", account_id)
    except InvalidToken:
        log.error("No key opens the secrets of account %s, so its tokens cannot be renewed.", account_id)
    return False


def _alone(account_id: int, *, waits: bool) -> bool:
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('credentials', %s))", [account_id])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('credentials', %s))", [account_id])
        return bool(cursor.fetchone()[0])


def _renew(account: ChannelAccount, refused: Account | None, now: datetime) -> bool:
    speaks, known = channel(account.kind), account.as_account()
    if not isinstance(speaks, Renews):
        return False
    if refused is not None and dict(known.secrets) != dict(refused.secrets):
        return True
    if refused is None and not _is_due(account, now):
        return False
    try:
        _keep(account.pk, speaks.renew(known), now)
    except AccountUnusable as error:
        _give_up(account, error, now)
        return False
    except ChannelError as error:
        log.warning("The tokens of account %s could not be renewed: %s", account.pk, error.safe_message)
        return False
    return True


def _is_due(account: ChannelAccount, now: datetime) -> bool:
    """Ask again now that nobody else may renew: whoever was here before may have done it."""
    return AccountStanding.objects.filter(account=account, token_expires_at__lte=now + BEFORE_THE_END).exists()


def _keep(account_id: int, renewed: Renewed, now: datetime) -> None:
    """Put the new tokens over the old ones; what a person changed beside them in the meantime stays."""
    account = ChannelAccount.objects.select_for_update(of=("self",)).get(pk=account_id)
    account.keep_secrets(dict(renewed.secrets))
    account.save(update_fields=["sealed_secrets"])
    AccountStanding.objects.update_or_create(
        account=account,
        defaults={"token_expires_at": renewed.expires_at},
        create_defaults={"token_expires_at": renewed.expires_at, "due_at": now},
    )
    _note("account.renewed", account, now)


def _give_up(account: ChannelAccount, error: AccountUnusable, now: datetime) -> None:
    circuit.halt_unusable(account.pk, error, now=now)
    # Else it would be asked again each minute; a check-up by hand tells whether it is mended.
    AccountStanding.objects.filter(account=account).update(token_expires_at=None)
    _note("account.not_renewed", account, now)


def _note(verb: str, account: ChannelAccount, now: datetime) -> None:
    record(verb=verb, now=now, subject=f"account:{account.pk}", organisation_id=account.organisation_id)
