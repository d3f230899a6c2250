"""Tokens that run out: exchanged in time, by one process at a time, and kept before anybody uses them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit.ledger import record
from enquiries.contract import AccountUnusable, ChannelError, Renewed, Renews
from enquiries.models import AccountStanding, ChannelAccount
from enquiries.registry import channel, kinds

log = logging.getLogger(__name__)
BEFORE_THE_END = timedelta(minutes=10)


def renew_due(*, now: datetime) -> int:
    """Renew the tokens that run out soon. Returns how many were renewed."""
    able = [kind for kind in kinds() if isinstance(channel(kind), Renews)]
    soon = AccountStanding.objects.filter(
        account__is_active=True, account__kind__in=able, token_expires_at__lte=now + BEFORE_THE_END
    )
    ids = list(soon.order_by("token_expires_at").values_list("account_id", flat=True))
    return sum(renew(account_id, now=now) for account_id in ids)


def renew(account_id: int, *, now: datetime) -> bool:
    """Exchange the tokens of an account, unless somebody else does it at this moment. True when new ones are kept.

    A refresh token counts once: who uses it a second time loses the account. So nobody else may ask meanwhile, and what
    comes back is committed before anything else happens.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('credentials', %s))", [account_id])
            if not cursor.fetchone()[0]:
                return False
        account = ChannelAccount.objects.get(pk=account_id)
        speaks = channel(account.kind)
        if not isinstance(speaks, Renews):
            return False
        try:
            _keep(account, speaks.renew(account.as_account()), now)
        except AccountUnusable as error:
            _halt(account, error, now)
        except ChannelError as error:
            log.warning("The tokens of account %s could not be renewed: %s", account.pk, error.safe_message)
        else:
            return True
    return False


def _keep(account: ChannelAccount, renewed: Renewed, now: datetime) -> None:
    account.keep_secrets(dict(renewed.secrets))
    account.save(update_fields=["sealed_secrets"])
    AccountStanding.objects.update_or_create(
        account=account,
        defaults={"token_expires_at": renewed.expires_at},
        create_defaults={"token_expires_at": renewed.expires_at, "due_at": now},
    )
    _note("account.renewed", account, now)


def _halt(account: ChannelAccount, error: AccountUnusable, now: datetime) -> None:
    reason = f"{error.safe_message} {error.fix}"[:300]
    open_still = ChannelAccount.objects.filter(pk=account.pk, halted_reason="")
    open_still.update(halted_reason=reason, halted_kind=error.kind.value, halted_at=now)
    # Else it would be asked again each minute; a check-up by hand tells whether it is mended.
    AccountStanding.objects.filter(account=account).update(token_expires_at=None)
    _note("account.not_renewed", account, now)


def _note(verb: str, account: ChannelAccount, now: datetime) -> None:
    record(verb=verb, now=now, subject=f"account:{account.pk}", organisation_id=account.organisation_id)
